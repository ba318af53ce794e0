import type { ParameterDeclarations, ParameterValues } from '../../core/trigger-parameters.js';
import type { Connecting } from '../pool.js';
import type { RedisClient } from './connect.js';
import { clusterRedis, sentinelRedis, singleRedis } from './connect.js';
import type { RedisParameters } from './parameters.js';
import { DATABASE_PARAMETERS, REDIS_PARAMETERS, SENTINEL_PARAMETERS } from './parameters.js';

/** A way in which Redis is run. */
export interface Deployment<D extends RedisParameters = RedisParameters> {
  /** As in the names of the trigger types. */
  readonly name: 'redis' | 'redis-cluster' | 'redis-sentinel';
  /** Completes "Watches ... in". */
  readonly summary: string;
  readonly parameters: D;
  connecting(values: ParameterValues<D>): Connecting<RedisClient>;
}

export const SINGLE = deployment({
  name: 'redis',
  summary: 'Redis',
  parameters: { ...REDIS_PARAMETERS, ...DATABASE_PARAMETERS },
  connecting: singleRedis,
});

export const CLUSTER = deployment({
  name: 'redis-cluster',
  summary: 'a Redis Cluster',
  parameters: REDIS_PARAMETERS,
  connecting: clusterRedis,
});

export const SENTINEL = deployment({
  name: 'redis-sentinel',
  summary: 'the Redis master that sentinels name',
  parameters: { ...REDIS_PARAMETERS, ...DATABASE_PARAMETERS, ...SENTINEL_PARAMETERS },
  connecting: sentinelRedis,
});

function deployment<D extends RedisParameters & ParameterDeclarations>(made: Deployment<D>): Deployment {
  return made;
}
