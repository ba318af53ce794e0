import Bull from 'bull';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTriggerTypes } from '../../../src/triggers/registry.js';
import { ManualClock } from '../../support/manual-clock.js';
import { describeWithPrograms } from '../../support/programs.js';
import { REDIS_PROGRAMS, type RunningRedis, startRedis } from '../../support/redis.js';
import { reactiveTrigger } from '../make-trigger.js';

const HOUR_MS = 3_600_000;
/** Of the score of a delayed job. */
const SCORE_PER_MS = 0x1000;

/** What both libraries are asked for, in the words of each. */
interface TestQueue {
  /** Jobs that wait, and as many with a priority. */
  add(plain: number, prioritised: number, delayed: number): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  close(): Promise<void>;
}

describeWithPrograms(REDIS_PROGRAMS, 'bull', () => {
  let redis: RunningRedis;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  // Its own clock counts for nothing.
  const types = createTriggerTypes({ clock: new ManualClock(0) });
  const read = async (metadata: Record<string, string>): Promise<{ value: number; active: boolean }> => {
    const address = `127.0.0.1:${redis.port}`;
    const trigger = reactiveTrigger(types, { type: 'bull', metadata: { address, ...metadata } });
    const source = await trigger.open(new AbortController().signal);
    const { active, metrics } = await source.read(new AbortController().signal);
    await source.close();
    return { value: metrics[0]!.value, active };
  };

  describe.each<[library: string, make: (name: string, prefix?: string) => TestQueue]>([
    ['Bull', (name, prefix) => bullQueue(redis.port, name, prefix)],
    ['BullMQ', (name, prefix) => bullmqQueue(redis.port, name, prefix)],
  ])('of %s', (library, make) => {
    test('waiting jobs count, with and without a priority; delayed ones from their time on, by the clock of Redis', async () => {
      const queueName = `${library}-all`;
      const queue = make(queueName);
      await queue.add(3, 2, 4);
      expect(await read({ queueName })).toEqual({ value: 5, active: true });
      await bringForward(redis.port, `bull:${queueName}:delayed`, 2 * HOUR_MS);
      expect(await read({ queueName })).toEqual({ value: 9, active: true });
      await queue.close();
    });

    test('a paused queue hands out nothing', async () => {
      const queueName = `${library}-paused`;
      const queue = make(queueName);
      await queue.add(3, 2, 0);
      await queue.pause();
      expect(await read({ queueName })).toEqual({ value: 0, active: false });
      await queue.resume();
      expect(await read({ queueName })).toEqual({ value: 5, active: true });
      await queue.close();
    });

    test('a queue under another prefix is found by it', async () => {
      const queueName = `${library}-elsewhere`;
      const queue = make(queueName, 'shop');
      await queue.add(2, 0, 0);
      expect(await read({ queueName })).toEqual({ value: 0, active: false });
      expect(await read({ queueName, prefix: 'shop' })).toEqual({ value: 2, active: true });
      await queue.close();
    });

    test('active strictly above activationValue', async () => {
      const queueName = `${library}-activation`;
      const queue = make(queueName);
      await queue.add(3, 0, 0);
      expect((await read({ queueName, activationValue: '2' })).active).toBe(true);
      expect((await read({ queueName, activationValue: '3' })).active).toBe(false);
      await queue.close();
    });
  });

  test('jobs of Bull that are being processed count with includeActive', async () => {
    const queue = new Bull('bull-active', { redis: { port: redis.port } });
    await queue.add({});
    await queue.add({});
    const job = await queue.getNextJob();
    expect(await read({ queueName: 'bull-active' })).toMatchObject({ value: 1 });
    expect(await read({ queueName: 'bull-active', includeActive: 'true' })).toMatchObject({ value: 2 });
    await job?.moveToCompleted();
    await queue.close();
  });

  test('jobs of BullMQ that are being processed count with includeActive', async () => {
    const connection = { port: redis.port };
    const queue = new Queue('bullmq-active', { connection });
    await queue.addBulk([
      { name: 'job', data: {} },
      { name: 'job', data: {} },
    ]);
    const worker = new Worker('bullmq-active', null, { connection });
    const job = await worker.getNextJob('token');
    expect(await read({ queueName: 'bullmq-active' })).toMatchObject({ value: 1 });
    expect(await read({ queueName: 'bullmq-active', includeActive: 'true' })).toMatchObject({ value: 2 });
    await job.moveToCompleted({}, 'token', false);
    await worker.close();
    await queue.close();
  });

  test('the marker that BullMQ 4 leaves among waiting jobs is no job', async () => {
    const client = new Redis({ port: redis.port });
    await client.rpush('bull:marked:wait', 'job', '0:1234');
    await client.rpush('bull:only-marked:wait', '0:1234');
    client.disconnect();
    expect(await read({ queueName: 'marked' })).toEqual({ value: 1, active: true });
    expect(await read({ queueName: 'only-marked' })).toEqual({ value: 0, active: false });
  });
});

/** Makes jobs due as much earlier. */
async function bringForward(port: number, key: string, byMs: number): Promise<void> {
  const client = new Redis({ port });
  for (const job of await client.zrange(key, '0', '-1')) await client.zincrby(key, String(-byMs * SCORE_PER_MS), job);
  client.disconnect();
}

function bullQueue(port: number, name: string, prefix = 'bull'): TestQueue {
  const queue = new Bull(name, { redis: { port }, prefix });
  return {
    add: async (plain, prioritised, delayed) => {
      for (let job = 0; job < plain; job++) await queue.add({});
      for (let job = 0; job < prioritised; job++) await queue.add({}, { priority: 1 + job });
      for (let job = 0; job < delayed; job++) await queue.add({}, { delay: HOUR_MS });
    },
    pause: () => queue.pause(),
    resume: () => queue.resume(),
    close: () => queue.close(),
  };
}

function bullmqQueue(port: number, name: string, prefix = 'bull'): TestQueue {
  const queue = new Queue(name, { connection: { port }, prefix });
  return {
    add: async (plain, prioritised, delayed) => {
      for (let job = 0; job < plain; job++) await queue.add('job', {});
      for (let job = 0; job < prioritised; job++) await queue.add('job', {}, { priority: 1 + job });
      for (let job = 0; job < delayed; job++) await queue.add('job', {}, { delay: HOUR_MS });
    },
    pause: () => queue.pause(),
    resume: () => queue.resume(),
    close: () => queue.close(),
  };
}
