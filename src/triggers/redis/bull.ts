import { TriggerError } from '../../core/errors.js';
import type { ParameterDeclarations } from '../../core/trigger-parameters.js';
import { normaliseMetricName } from '../../core/trigger-type.js';
import { readingOf } from '../source.js';
import { replyOf } from './length.js';
import type { RedisWatch } from './watch.js';

const PARAMETERS = {
  queueName: { type: 'text', places: ['metadata'], required: true, description: 'name of the queue' },
  prefix: { type: 'text', places: ['metadata'], default: 'bull', description: '`prefix` that the queue was made with' },
  value: {
    type: 'number',
    places: ['metadata'],
    default: '5',
    range: 'positive',
    description: 'jobs that one replica should carry',
  },
  activationValue: { type: 'number', places: ['metadata'], default: '0', description: 'active only with more jobs' },
  includeActive: {
    type: 'flag',
    places: ['metadata'],
    default: 'false',
    description: 'count the jobs that are being processed too',
  },
} as const satisfies ParameterDeclarations;

/** Scores of delayed jobs are `time * 0x1000 + counter`, with the time in epoch milliseconds. */
const SCORE_PER_MS = 0x1000;

/**
 * The key layouts of Bull 3 and 4 and of BullMQ, which differ: Bull keeps jobs with a priority in `wait` and moves it to
 * `paused` while the queue is paused; BullMQ keeps them in `prioritized` and sets a field of `meta`. Before version 5
 * BullMQ may leave a marker, which is no job, at the end of `wait`. Whether a delayed job is due is decided by the clock of
 * Redis, so that one of ours that is wrong hides no job.
 */
const COUNT_SCRIPT = `
local wait, prioritized, delayed, active, meta, pausedMark = unpack(KEYS)
local paused = redis.call('HEXISTS', meta, 'paused') + redis.call('EXISTS', pausedMark) > 0
local time = redis.call('TIME')
local lastDueScore = (time[1] * 1000 + math.floor(time[2] / 1000) + 1) * ARGV[1] - 1
local due = 0
if not paused then
  local last = redis.call('LINDEX', wait, -1)
  local markers = (last and string.sub(last, 1, 2) == '0:') and 1 or 0
  due = redis.call('LLEN', wait) - markers + redis.call('ZCARD', prioritized)
    + redis.call('ZCOUNT', delayed, '-inf', lastDueScore)
end
return { due, redis.call('LLEN', active) }`;

const KEYS = ['wait', 'prioritized', 'delayed', 'active', 'meta', 'meta-paused'];

/** Queues of Bull and BullMQ: the jobs that a worker could begin now. */
export const BULL_QUEUES: RedisWatch<typeof PARAMETERS> = {
  summary: 'Watches a queue of Bull or BullMQ',
  notes:
    'The value is the number of jobs that a worker could begin now: those that wait, with or without a priority, and ' +
    'delayed jobs whose time has come by the clock of Redis; with `includeActive` also those that are being ' +
    'processed, so that their workers are not taken away. A queue that is paused hands out no jobs: none of its waiting ' +
    'jobs counts. A queue without any job leaves no keys in Redis, so a name that no queue has counts as 0 too.',
  parameters: PARAMETERS,
  metric: ({ queueName, value }) => ({ name: normaliseMetricName(`bull-${queueName}`), target: value }),
  read: async (client, { queueName, prefix, activationValue, includeActive }, metric) => {
    const keys = KEYS.map((key) => `${prefix}:${queueName}:${key}`);
    const answer = await replyOf(client.eval(COUNT_SCRIPT, keys.length, ...keys, SCORE_PER_MS));
    const [due, active] = readCounts(answer, queueName);
    return readingOf(metric, includeActive ? due + active : due, activationValue);
  },
};

function readCounts(answer: unknown, queueName: string): readonly [due: number, active: number] {
  if (Array.isArray(answer)) {
    const [due, active] = answer as unknown[];
    if (typeof due === 'number' && typeof active === 'number') return [due, active];
  }
  throw new TriggerError(`the counts of queue "${queueName}" cannot be read`);
}
