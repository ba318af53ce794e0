import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { TriggerSource } from '../../../src/core/trigger.js';
import { createTriggerTypes } from '../../../src/triggers/registry.js';
import { ManualClock } from '../../support/manual-clock.js';
import { describeWithPrograms } from '../../support/programs.js';
import { REDIS_PROGRAMS, type RunningRedis, startRedis } from '../../support/redis.js';
import { CANARY } from '../contract/trigger-contract.js';
import { reactiveTrigger } from '../make-trigger.js';

const patience = (): AbortSignal => new AbortController().signal;

describeWithPrograms(REDIS_PROGRAMS, 'triggers on one Redis', () => {
  let redis: RunningRedis;
  let client: Redis;

  beforeAll(async () => {
    redis = await startRedis(['--requirepass', CANARY]);
    client = new Redis({ port: redis.port, password: CANARY, connectionName: 'test' });
  });
  afterAll(async () => {
    client.disconnect();
    await redis.stop();
  });

  const connections = async (): Promise<number> => {
    const list = (await client.client('LIST')) as string;
    return list.split('\n').filter((line) => line.includes('name=tidecast')).length;
  };

  test('share a connection for each database and user, whatever they watch, and give it back', async () => {
    const types = createTriggerTypes({ clock: new ManualClock() });
    const address = `127.0.0.1:${redis.port}`;
    const open = (type: string, metadata: Record<string, string>): Promise<TriggerSource> =>
      reactiveTrigger(types, { type, metadata: { address, ...metadata }, auth: { password: CANARY } }).open(patience());
    const sources = await Promise.all([
      ...Array.from({ length: 20 }, (_, index) => open('redis', { listName: `list-${index}` })),
      open('redis-streams', { stream: 'stream' }),
      open('bull', { queueName: 'queue' }),
    ]);
    await Promise.all(sources.map((source) => source.read(patience())));
    expect(await connections()).toBe(1);

    const elsewhere = await open('redis', { listName: 'list', databaseIndex: '1' });
    const other = await open('redis', { listName: 'list', username: 'default' });
    expect(await connections()).toBe(3);

    await Promise.all([...sources, elsewhere, other].map((source) => source.close()));
    await vi.waitFor(async () => {
      expect(await connections()).toBe(0);
    });
  });
});
