import type { ReactiveTriggerType } from '../../core/trigger-type.js';
import { ConnectionPool } from '../pool.js';
import { BULL_QUEUES } from './bull.js';
import type { RedisClient } from './connect.js';
import { CLUSTER, SENTINEL, SINGLE } from './deployment.js';
import { LISTS } from './lists.js';
import { STREAMS } from './streams.js';
import { redisTrigger } from './watch.js';

/** The trigger types that watch something in Redis. They share their connections. */
export function redisTypes(): readonly ReactiveTriggerType[] {
  const pool = new ConnectionPool<RedisClient>();
  const deployments = [SINGLE, CLUSTER, SENTINEL];
  return [
    ...deployments.map((deployment) => redisTrigger(deployment.name, deployment, LISTS, pool)),
    ...deployments.map((deployment) => redisTrigger(`${deployment.name}-streams`, deployment, STREAMS, pool)),
    redisTrigger('bull', SINGLE, BULL_QUEUES, pool),
  ];
}
