import { TriggerError } from '../../core/errors.js';
import type { ParameterDeclarations, ParameterValues } from '../../core/trigger-parameters.js';
import { normaliseMetricName } from '../../core/trigger-type.js';
import { readingOf } from '../source.js';
import type { RedisClient } from './connect.js';
import { replyOf } from './length.js';
import type { RedisWatch } from './watch.js';

const PARAMETERS = {
  stream: { type: 'text', places: ['metadata'], required: true, description: 'key of the stream' },
  consumerGroup: {
    type: 'text',
    places: ['metadata'],
    description: 'its consumer group; without it the length of the stream counts',
  },
  pendingEntriesCount: {
    type: 'integer',
    places: ['metadata'],
    default: '5',
    range: 'positive',
    description: 'with `consumerGroup`: entries delivered but not acknowledged that one replica should carry',
  },
  streamLength: {
    type: 'integer',
    places: ['metadata'],
    default: '5',
    range: 'positive',
    description: 'without `consumerGroup`: entries that one replica should carry',
  },
  lagCount: {
    type: 'integer',
    places: ['metadata'],
    range: 'positive',
    description: 'with `consumerGroup`: entries not yet delivered that one replica should carry; the lag counts then',
  },
  activationLagCount: {
    type: 'integer',
    places: ['metadata'],
    default: '0',
    description: 'active only above this, whatever counts',
  },
} as const satisfies ParameterDeclarations;

type Values = ParameterValues<typeof PARAMETERS>;

/** KEDA's `redis-streams`. */
export const STREAMS: RedisWatch<typeof PARAMETERS> = {
  summary: 'Watches a stream',
  notes:
    'The value is the length of the stream (`XLEN`), or with `consumerGroup` the number of entries delivered but not ' +
    'acknowledged (`XPENDING`), or with `consumerGroup` and `lagCount` the number of entries not yet delivered to the group ' +
    '(`XINFO GROUPS`). A stream that does not exist has length 0 and lag 0; for a group that does not exist the lag is ' +
    'the length of the stream, and pending entries are an error, as in KEDA. The lag needs Redis 7; where Redis itself does ' +
    'not know it, because entries were deleted or the group was set to an id within the stream, that is an error.',
  parameters: PARAMETERS,
  metric: (values) => ({ name: normaliseMetricName(`redis-streams-${values.stream}`), target: targetOf(values) }),
  read: async (client, values, metric) => readingOf(metric, await valueOf(client, values), values.activationLagCount),
};

function targetOf({ consumerGroup, lagCount, pendingEntriesCount, streamLength }: Values): number {
  return consumerGroup === undefined ? streamLength : (lagCount ?? pendingEntriesCount);
}

async function valueOf(client: RedisClient, { stream, consumerGroup, lagCount }: Values): Promise<number> {
  if (consumerGroup === undefined) return replyOf(client.xlen(stream));
  if (lagCount !== undefined) return lagOf(client, stream, consumerGroup);
  const [count] = await replyOf(client.xpending(stream, consumerGroup));
  if (typeof count === 'number') return count;
  throw new TriggerError(`the pending entries of group "${consumerGroup}" cannot be read`);
}

async function lagOf(client: RedisClient, stream: string, group: string): Promise<number> {
  // XINFO refuses a key that does not exist, which is a stream without entries.
  if ((await replyOf(client.exists(stream))) === 0) return 0;
  const groups = (await replyOf(client.xinfo('GROUPS', stream))) as readonly (readonly unknown[])[];
  const found = groups.map(fieldsOf).find((fields) => fields.get('name') === group);
  if (found === undefined) return replyOf(client.xlen(stream));
  const lag = found.get('lag');
  if (typeof lag === 'number') return lag;
  throw new TriggerError(
    found.has('lag')
      ? `Redis does not know the lag of group "${group}": entries were deleted, or the group was set to an id`
      : 'lagCount needs Redis 7 or later',
  );
}

/** A reply that lists names and values in turn. */
function fieldsOf(reply: readonly unknown[]): ReadonlyMap<unknown, unknown> {
  return new Map(reply.flatMap((name, index) => (index % 2 === 0 ? [[name, reply[index + 1]]] : [])));
}
