import type { ParameterDeclarations } from '../../core/trigger-parameters.js';
import { normaliseMetricName } from '../../core/trigger-type.js';
import { readingOf } from '../source.js';
import { lengthOf } from './length.js';
import type { RedisWatch } from './watch.js';

const PARAMETERS = {
  listName: { type: 'text', places: ['metadata'], required: true, description: 'key of the list' },
  listLength: {
    type: 'integer',
    places: ['metadata'],
    default: '5',
    range: 'positive',
    description: 'items that one replica should carry',
  },
  activationListLength: {
    type: 'integer',
    places: ['metadata'],
    default: '0',
    description: 'active only with more items than this',
  },
} as const satisfies ParameterDeclarations;

/** KEDA's `redis`: the length of a list. */
export const LISTS: RedisWatch<typeof PARAMETERS> = {
  summary: 'Watches the length of a list',
  notes:
    'The value is the number of items of a list, set, sorted set or hash. A key that does not exist counts as 0, as in ' +
    'KEDA: Redis removes lists when they become empty. A key of another type is an error. The user needs the commands ' +
    '`EVAL`, `TYPE`, `LLEN`, `SCARD`, `ZCARD` and `HLEN`.',
  parameters: PARAMETERS,
  metric: ({ listName, listLength }) => ({ name: normaliseMetricName(`redis-${listName}`), target: listLength }),
  read: async (client, { listName, activationListLength }, metric) =>
    readingOf(metric, await lengthOf(client, listName), activationListLength),
};
