import { Redis } from 'ioredis';
import { MINUTE_MS } from '../../src/core/duration.js';
import { startRedis } from '../../test/support/redis.js';
import type { WrittenTrigger } from '../../test/triggers/make-trigger.js';
import { FaultProxy } from './fault-proxy.js';
import { COUNT, PASSWORD, type Rig, TARGET, failing } from './rig.js';
import { type Change, sourceRig } from './source-rig.js';

/** Of a delayed job of Bull. */
const SCORE_PER_MS = 0x1000;
const ITEMS = Array.from({ length: COUNT }, (_, i) => `item ${i}`);
const REMOVED_WHEN_EMPTY = 'what does not exist is empty: Redis removes what becomes empty';

interface RedisKind {
  readonly type: string;
  readonly metadata: WrittenTrigger['metadata'];
  readonly key: string;
  readonly fill: (admin: Redis) => Promise<unknown>;
  readonly empty: string | ((admin: Redis) => Change);
}

/** The length of a list in a real Redis. */
export function startRedisRig(): Promise<Rig> {
  return start({
    type: 'redis',
    metadata: { listName: 'orders', listLength: TARGET },
    key: 'orders',
    fill: (admin) => admin.rpush('orders', ...ITEMS),
    empty: REMOVED_WHEN_EMPTY,
  });
}

/** What a group has not acknowledged of a stream in a real Redis. */
export function startRedisStreamsRig(): Promise<Rig> {
  return start({
    type: 'redis-streams',
    metadata: { stream: 'orders', consumerGroup: 'workers', pendingEntriesCount: TARGET },
    key: 'orders',
    fill: async (admin) => {
      for (const item of ITEMS) await admin.xadd('orders', '*', 'item', item);
      await admin.xgroup('CREATE', 'orders', 'workers', '0');
      await admin.xreadgroup('GROUP', 'workers', 'one', 'COUNT', COUNT, 'STREAMS', 'orders', '>');
    },
    empty: (admin) => ({ make: () => admin.del('orders'), ...failing(/NOGROUP/) }),
  });
}

/** A queue of Bull in a real Redis: jobs that wait, and delayed ones that have been due for less than a clock may be wrong. */
export function startBullRig(): Promise<Rig> {
  return start({
    type: 'bull',
    metadata: { queueName: 'orders', value: TARGET },
    key: 'bull:orders:wait',
    fill: async (admin) => {
      const dueMs = Date.now() - 30 * MINUTE_MS;
      for (const job of ITEMS.slice(50)) await admin.zadd('bull:orders:delayed', dueMs * SCORE_PER_MS, job);
      await admin.rpush('bull:orders:wait', ...ITEMS.slice(0, 50));
    },
    empty: REMOVED_WHEN_EMPTY,
  });
}

async function start({ type, metadata, key, fill, empty }: RedisKind): Promise<Rig> {
  const server = await startRedis(['--requirepass', PASSWORD]);
  const proxy = await FaultProxy.start(server.port);
  const admin = new Redis({ port: server.port, password: PASSWORD });
  const restore = async (): Promise<void> => {
    await admin.config('SET', 'requirepass', PASSWORD);
    await admin.del(key);
    await fill(admin);
  };
  await restore();
  return sourceRig({
    name: type,
    proxy,
    written: {
      type,
      metadata: { address: `127.0.0.1:${proxy.port}`, ...metadata },
      auth: { password: PASSWORD },
    },
    content: {
      // Not a number, and nothing that has a length: the key has another type.
      NaN: { make: () => admin.set(key, 'NaN'), ...failing(/wrong kind of value|is a string/i) },
      empty: typeof empty === 'string' ? empty : empty(admin),
      'counter reset': 'a length is no counter',
      'duplicated series': 'a key has one length',
      'absurdly large': 'a key has as many items as there are',
      'credentials revoked': {
        make: async () => {
          await admin.config('SET', 'requirepass', 'another');
          proxy.cut();
        },
        ...failing(/WRONGPASS|NOAUTH/),
      },
    },
    restore,
    close: async () => {
      admin.disconnect();
      await server.stop();
    },
  });
}
