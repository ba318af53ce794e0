import { TriggerError } from '../../core/errors.js';
import { jsonOf } from '../http.js';
import type { RabbitmqHost } from './host.js';
import type { ManagementApi } from './management-api.js';
import type { QueueState } from './modes.js';
import type { RabbitmqValues } from './parameters.js';
import { aggregate } from './aggregate.js';

type Json = Readonly<Record<string, unknown>>;

/**
 * Asks the management API for the state of the queue, or of all queues that the regex matches.
 *
 * @throws {TriggerError} it refuses, does not have the queue, has more than one page of them, or knows no count yet
 */
export async function readByHttp(
  api: ManagementApi,
  host: RabbitmqHost,
  values: RabbitmqValues,
  signal: AbortSignal,
): Promise<QueueState> {
  const answer = jsonOf(await api.get(queueUrl(host, values), signal));
  if (!isObject(answer)) throw new TriggerError('answered no object');
  if (!values.useRegex) return stateOf(answer, values.excludeUnacknowledged);
  const { items, page_count: pages } = answer;
  if (typeof pages === 'number' && pages > 1) {
    throw new TriggerError(`the regex matches more queues than pageSize, ${values.pageSize}, allows`);
  }
  if (!Array.isArray(items) || !items.every(isObject)) throw new TriggerError('answered no list of queues');
  const states = items.map((queue) => stateOf(queue, values.excludeUnacknowledged));
  return aggregate(states, values.operation);
}

/** Of the management API, without credentials. */
function apiBase({ encrypted, hostname, port, pathPrefix }: RabbitmqHost): string {
  return `${encrypted ? 'https' : 'http'}://${hostname}${port === undefined ? '' : `:${port}`}${pathPrefix}`;
}

function queueUrl(host: RabbitmqHost, { vhostName, queueName, useRegex, pageSize }: RabbitmqValues): string {
  const queues = `${apiBase(host)}/api/queues/${encodeURIComponent(vhostName ?? host.vhost)}`;
  if (!useRegex) return `${queues}/${encodeURIComponent(queueName)}`;
  const query = { page: '1', use_regex: 'true', pagination: 'false', name: queueName, page_size: String(pageSize) };
  return `${queues}?${new URLSearchParams(query).toString()}`;
}

function stateOf(queue: Json, excludeUnacknowledged: boolean): QueueState {
  const field = excludeUnacknowledged ? 'messages_ready' : 'messages';
  const messages = queue[field];
  // Of a queue that is new or whose node is down the broker says nothing, which is not that it is empty.
  if (typeof messages !== 'number') {
    throw new TriggerError(`queue "${String(queue['name'])}" has no count in ${field} yet`);
  }
  return {
    messages,
    publishRate: rateOf(queue, 'publish_details'),
    deliverGetRate: rateOf(queue, 'deliver_get_details'),
  };
}

/** Absent where nothing was ever published or delivered: then 0, as in KEDA. */
function rateOf(queue: Json, details: string): number {
  const statistics = queue['message_stats'];
  const part = isObject(statistics) ? statistics[details] : undefined;
  const rate = isObject(part) ? part['rate'] : undefined;
  return typeof rate === 'number' ? rate : 0;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
