import type { Cluster, CommonRedisOptions, Redis } from 'ioredis';
import type { ParameterValues } from '../../core/trigger-parameters.js';
import type { Connecting } from '../pool.js';
import type { TlsOptions } from '../tls.js';
import { tlsOptions } from '../tls.js';
import type { DATABASE_PARAMETERS, RedisParameters, SENTINEL_PARAMETERS } from './parameters.js';
import { addressesOf } from './parameters.js';

export type RedisClient = Redis | Cluster;

type Values = ParameterValues<RedisParameters>;
type DatabaseValues = Values & ParameterValues<typeof DATABASE_PARAMETERS>;
type SentinelValues = DatabaseValues & ParameterValues<typeof SENTINEL_PARAMETERS>;

/** As KEDA waits for HTTP sources. */
const SENTINEL_TIMEOUT_MS = 3_000;

/** One server; as in KEDA the first address counts. */
export function singleRedis(values: DatabaseValues): Connecting<RedisClient> {
  return connecting(async () => {
    const { Redis } = await import('ioredis');
    return new Redis({ ...addressesOf(values)[0]!, ...commonOptions(values), db: values.databaseIndex });
  });
}

export function clusterRedis(values: Values): Connecting<RedisClient> {
  return connecting(async () => {
    const { Cluster } = await import('ioredis');
    return new Cluster(addressesOf(values), {
      redisOptions: commonOptions(values),
      // Certificates are made for names: a lookup by the client would leave only addresses to verify.
      dnsLookup: (address, callback) => {
        callback(null, address);
      },
      clusterRetryStrategy: () => null,
      enableOfflineQueue: false,
      lazyConnect: true,
    });
  });
}

/** The master that the sentinels name. As in KEDA, TLS holds for the master and the sentinels alike. */
export function sentinelRedis(values: SentinelValues): Connecting<RedisClient> {
  return connecting(async () => {
    const { Redis } = await import('ioredis');
    const { sentinelMaster: name, sentinelUsername, sentinelPassword, databaseIndex: db } = values;
    const tls = tlsOf(values);
    return new Redis({
      ...commonOptions(values),
      sentinels: addressesOf(values),
      name,
      db,
      sentinelRetryStrategy: () => null,
      // The connection to a sentinel is out of our hands.
      sentinelCommandTimeout: SENTINEL_TIMEOUT_MS,
      ...(sentinelUsername !== undefined && { sentinelUsername }),
      ...(sentinelPassword !== undefined && { sentinelPassword }),
      ...(tls !== undefined && { enableTLSForSentinelMode: true, sentinelTLS: tls }),
    });
  });
}

function tlsOf(values: Values): TlsOptions | undefined {
  return values.enableTLS === true || values.tls === 'enable' ? tlsOptions(values) : undefined;
}

function commonOptions(values: Values) {
  const { username, password } = values;
  const tls = tlsOf(values);
  return {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls !== undefined && { tls }),
    connectionName: 'tidecast',
    disableClientInfo: true,
    // Servers before 6 know no other.
    protocol: 2,
    lazyConnect: true,
    // Whoever polls decides when to try again, and a command that waits for a new connection is an answer too late.
    retryStrategy: () => null,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
  } as const satisfies CommonRedisOptions;
}

function connecting(create: () => Promise<RedisClient>): Connecting<RedisClient> {
  return {
    connect: async (signal, onLost) => {
      const client = await create();
      let reason: unknown;
      const note = (error: unknown): void => {
        reason ??= error;
      };
      client.on('error', note);
      // Of a cluster, which itself says only that all its nodes have failed.
      client.on('node error', note);
      client.once('end', onLost);
      const stop = (): void => {
        disconnect(client);
      };
      signal.addEventListener('abort', stop, { once: true });
      try {
        signal.throwIfAborted();
        await client.connect();
        return client;
      } catch (error) {
        disconnect(client);
        // What connect() rejects with is often only that the connection is closed.
        throw inOurWords(reason ?? error);
      } finally {
        signal.removeEventListener('abort', stop);
      }
    },
    disconnect,
  };
}

/** The library's words for a node of a cluster that it could not connect to. */
function inOurWords(error: unknown): unknown {
  const isClosed = error instanceof Error && error.message === 'Connection is closed.';
  return isClosed ? new Error('no connection can be made: refused, or closed at once') : error;
}

/** Not where there is nothing to end: the library would set a timer for it. */
function disconnect(client: RedisClient): void {
  if (client.status !== 'end') client.disconnect();
}
