import { Redis } from 'ioredis';
import { createTriggerTypes } from '../../../src/triggers/registry.js';
import { ManualClock } from '../../support/manual-clock.js';
import { REDIS_PROGRAMS, startRedis } from '../../support/redis.js';
import {
  CANARY,
  type TriggerContract,
  type TriggerWorld,
  describeTriggerContract,
} from '../contract/trigger-contract.js';
import type { WrittenTrigger } from '../make-trigger.js';

const types = createTriggerTypes({ clock: new ManualClock(Date.UTC(2026, 0, 1)) });

/** Fills a list of Redis, whoever names it. */
async function fillList(port: number, key: string, length: number): Promise<void> {
  const client = new Redis({ port, password: CANARY });
  await client.del(key);
  if (length > 0) await client.rpush(key, ...Array.from({ length }, (_, index) => `item ${index}`));
  client.disconnect();
}

async function startWorld(
  write: TriggerWorld['write'],
  fill: (port: number, object: string, value: number) => Promise<void>,
): Promise<TriggerWorld> {
  const server = await startRedis(['--requirepass', CANARY]);
  return { ...server, write, fill: (object, value) => fill(server.port, object, value) };
}

const redis =
  (metadata: WrittenTrigger['metadata'], type = 'redis') =>
  (port: number, password: string): WrittenTrigger => ({
    type,
    metadata: { address: `127.0.0.1:${port}`, ...metadata },
    auth: { password },
  });

const contract: Pick<TriggerContract, 'programs' | 'types'> = { programs: REDIS_PROGRAMS, types };

describeTriggerContract({
  ...contract,
  title: 'redis',
  start: () => startWorld((listName, port, password) => redis({ listName })(port, password), fillList),
  missing: 0,
});

describeTriggerContract({
  ...contract,
  title: 'bull',
  start: () =>
    startWorld(
      (queueName, port, password) => redis({ queueName }, 'bull')(port, password),
      (port, object, value) => fillList(port, `bull:${object}:wait`, value),
    ),
  missing: 0,
});
