import { TriggerError } from '../../core/errors.js';

type Json = Readonly<Record<string, unknown>>;

/** What is watched, by the names that NATS knows. */
export interface WatchedConsumer {
  /** Its name or id. */
  readonly account: string;
  readonly stream: string;
  readonly consumer: string;
}

/** A consumer as one server sees it. */
export interface ConsumerState {
  /** Messages that it has not been given, and those that it has not acknowledged. */
  readonly lag: number;
  /** Name of the server that leads it; only that one knows its numbers. undefined: outside of a cluster. */
  readonly leader: string | undefined;
}

/** Number of servers that know of each other by the answer to `/jsz`. */
export function clusterSize(jsz: unknown): number {
  const size = memberOf(memberOf(jsz, 'meta_cluster'), 'cluster_size');
  return typeof size === 'number' ? size : 1;
}

/**
 * The consumer in the answer to `/jsz`, which may hold other accounts than the one that was asked for.
 *
 * @throws {TriggerError} it is not there, or has no numbers
 */
export function findConsumer(jsz: unknown, { account, stream, consumer }: WatchedConsumer): ConsumerState {
  const accounts = listOf(jsz, 'account_details').filter(({ name, id }) => name === account || id === account);
  const streams = accounts.flatMap((found) => listOf(found, 'stream_detail')).filter(({ name }) => name === stream);
  if (streams.length === 0) throw new TriggerError(`stream "${stream}" not found in account "${account}"`);
  const found = streams
    .flatMap((candidate) => listOf(candidate, 'consumer_detail'))
    .find(({ name }) => name === consumer);
  if (found === undefined) throw new TriggerError(`consumer "${consumer}" not found in stream "${stream}"`);
  const { num_pending: pending, num_ack_pending: unacknowledged } = found;
  if (typeof pending !== 'number' || typeof unacknowledged !== 'number') {
    throw new TriggerError(`consumer "${consumer}" has no num_pending and num_ack_pending`);
  }
  const leader = memberOf(found['cluster'], 'leader');
  return { lag: pending + unacknowledged, leader: typeof leader === 'string' ? leader : undefined };
}

/** The server's name in the answer to `/varz`. */
export function serverName(varz: unknown): string | undefined {
  const name = memberOf(varz, 'server_name');
  return typeof name === 'string' ? name : undefined;
}

/** Hosts of the other servers of the cluster by the answer to `/varz`, such as `nats-1.nats` or `[::1]`. */
export function clusterHosts(varz: unknown): readonly string[] {
  const urls = memberOf(memberOf(varz, 'cluster'), 'urls');
  if (!Array.isArray(urls)) return [];
  return urls.filter((url) => typeof url === 'string').map((url) => url.replace(/:\d+$/, ''));
}

function listOf(value: unknown, key: string): readonly Json[] {
  const list = memberOf(value, key);
  return Array.isArray(list) ? list.filter(isObject) : [];
}

function memberOf(value: unknown, key: string): unknown {
  return isObject(value) ? value[key] : undefined;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
