import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TriggerError } from '../../../src/core/errors.js';
import { createTriggerTypes } from '../../../src/triggers/registry.js';
import { ManualClock } from '../../support/manual-clock.js';
import { describeWithPrograms } from '../../support/programs.js';
import { REDIS_PROGRAMS, type RunningRedis, startRedis } from '../../support/redis.js';
import { reactiveTrigger } from '../make-trigger.js';

const types = createTriggerTypes({ clock: new ManualClock() });

describeWithPrograms(REDIS_PROGRAMS, 'redis-streams', () => {
  let redis: RunningRedis;

  beforeAll(async () => {
    redis = await startRedis();
    const client = new Redis({ port: redis.port });
    // Nine entries, of which the group has been given four and has acknowledged one.
    for (let entry = 0; entry < 9; entry++) await client.xadd('orders', '*', 'n', entry);
    await client.xgroup('CREATE', 'orders', 'workers', '0');
    const delivered = await client.xreadgroup('GROUP', 'workers', 'one', 'COUNT', 4, 'STREAMS', 'orders', '>');
    await client.xack('orders', 'workers', delivered![0]![1][0]![0]);
    // An entry in the middle is gone, so that Redis cannot tell what is before it.
    for (let entry = 1; entry <= 5; entry++) await client.xadd('holes', `${entry}-0`, 'n', entry);
    await client.xgroup('CREATE', 'holes', 'workers', '2-0');
    await client.xdel('holes', '4-0');
    await client.set('text', 'no stream');
    client.disconnect();
  });
  afterAll(() => redis.stop());

  const read = async (metadata: Record<string, string>): Promise<unknown> => {
    const address = `127.0.0.1:${redis.port}`;
    const trigger = reactiveTrigger(types, { type: 'redis-streams', metadata: { address, ...metadata } });
    const source = await trigger.open(new AbortController().signal);
    try {
      return await source.read(new AbortController().signal);
    } finally {
      await source.close();
    }
  };
  const group = { stream: 'orders', consumerGroup: 'workers' };

  test.each<[sentence: string, metadata: Record<string, string>, value: number, target: number]>([
    ['without a group the length of the stream counts', { stream: 'orders', streamLength: '7' }, 9, 7],
    ['lagCount means nothing without a group', { stream: 'orders', lagCount: '2' }, 9, 5],
    ['with a group what is not acknowledged counts', { ...group, pendingEntriesCount: '3' }, 3, 3],
    ['with lagCount what is not delivered counts', { ...group, lagCount: '2' }, 5, 2],
    ['a stream that does not exist is empty', { stream: 'none' }, 0, 5],
    ['a stream that does not exist has no lag', { stream: 'none', consumerGroup: 'g', lagCount: '2' }, 0, 2],
    [
      'to a group that does not exist nothing was delivered',
      { stream: 'orders', consumerGroup: 'g', lagCount: '2' },
      9,
      2,
    ],
  ])('%s', async (_sentence, metadata, value, target) => {
    const name = `redis-streams-${metadata['stream']!}`;
    expect(await read(metadata)).toEqual({ active: value > 0, metrics: [{ name, target, value }] });
  });

  test.each<[sentence: string, metadata: Record<string, string>, message: RegExp]>([
    ['pending entries of a stream that does not exist', { ...group, stream: 'none' }, /NOGROUP/],
    ['pending entries of a group that does not exist', { ...group, consumerGroup: 'g' }, /NOGROUP/],
    ['the lag where Redis does not know it', { ...group, stream: 'holes', lagCount: '2' }, /does not know the lag/],
    ['a key that is no stream', { stream: 'text' }, /WRONGTYPE/],
  ])('an error: %s', async (_sentence, metadata, message) => {
    const attempt = read(metadata);
    await expect(attempt).rejects.toBeInstanceOf(TriggerError);
    await expect(attempt).rejects.toThrow(message);
  });

  test.each([
    ['8', true],
    ['9', false],
    ['10', false],
  ])('active strictly above activationLagCount: %s', async (activationLagCount, active) => {
    expect(await read({ stream: 'orders', activationLagCount })).toMatchObject({ active });
  });
});
