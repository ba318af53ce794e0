import { Cron } from 'croner';
import { isTimeZone } from '../core/time-zone.js';
import type { TriggerMetric, TriggerReading, TriggerSource } from '../core/trigger.js';
import type { ParameterDeclarations, PartialParameterValues } from '../core/trigger-parameters.js';
import type { ReactiveTriggerType, RejectParameter } from '../core/trigger-type.js';
import { normaliseMetricName, reactiveTrigger } from '../core/trigger-type.js';
import type { TriggerRuntime } from './runtime.js';

const PARAMETERS = {
  timezone: { type: 'text', places: ['metadata'], required: true, description: 'name such as `Europe/Berlin`' },
  start: { type: 'text', places: ['metadata'], required: true, description: 'cron expression: when a window begins' },
  end: { type: 'text', places: ['metadata'], required: true, description: 'cron expression: when it ends' },
  desiredReplicas: {
    type: 'integer',
    places: ['metadata'],
    required: true,
    range: 'positive',
    description: 'replicas during the window, at least',
  },
} as const satisfies ParameterDeclarations;

const NOTES = `\
Expressions have five fields (minute, hour, day of the month, month, day of the week) of numbers, names, \`*\`, \`?\`, lists, ranges
and steps; a day matches either of the two day fields where neither is \`*\`. The trigger is active while the next end comes
before the next start, or with it. The value is then \`desiredReplicas\`, otherwise 0, with a target of 1: a floor beside other triggers, never a cap.

Other than in KEDA, where such a window is lost, a fixed time that the clocks skip in spring is the first moment after the gap, and
one that they repeat in autumn is the first of the two.`;

const NAMES = 'jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|sun|mon|tue|wed|thu|fri|sat';
const VALUE = `(?:\\d{1,2}|${NAMES})`;
const ITEM = `(?:\\*|\\?|${VALUE}(?:-${VALUE})?)(?:/\\d+)?`;
const FIELD = `${ITEM}(?:,${ITEM})*`;
/** KEDA's own syntax: the library knows more. */
const EXPRESSION = new RegExp(`^${FIELD}(?:\\s+${FIELD}){4}$`, 'i');

/** KEDA's `cron`. */
export function cronType({ clock }: TriggerRuntime): ReactiveTriggerType {
  return reactiveTrigger({
    name: 'cron',
    summary: 'Wants replicas at certain times.',
    notes: NOTES,
    parameters: PARAMETERS,
    check,
    cannotDrain: () => 'its value is a number of replicas',
    make: ({ timezone, start, end, desiredReplicas }) => {
      const name = normaliseMetricName(`cron-${timezone}-${nameOf(start)}-${nameOf(end)}`);
      const metric = { name, target: 1 };
      const window = { start: schedule(start, timezone), end: schedule(end, timezone) };
      const source: TriggerSource = {
        read: () => Promise.resolve(readingAt(clock.now(), window, metric, desiredReplicas)),
        close: () => Promise.resolve(),
      };
      return { metrics: [metric], open: () => Promise.resolve(source) };
    },
  });
}

interface Window {
  readonly start: Cron;
  readonly end: Cron;
}

function readingAt(nowMs: number, { start, end }: Window, metric: TriggerMetric, replicas: number): TriggerReading {
  const active = nextMs(end, nowMs) <= nextMs(start, nowMs);
  return { active, metrics: [{ ...metric, value: active ? replicas : 0 }] };
}

/** The first time strictly after `nowMs`. */
function nextMs(cron: Cron, nowMs: number): number {
  return cron.nextRun(new Date(nowMs))?.getTime() ?? Infinity;
}

/** The library runs nothing: it has no function to call. */
function schedule(expression: string, timezone: string): Cron {
  return new Cron(expression, {
    timezone,
    mode: '5-part',
    paused: true,
    // `5/15`, as in KEDA.
    sloppyRanges: true,
    // `0,30 2 * * *` too is not to be lost with the hour that the clocks skip.
    fixedTimeRule: 'no-wildcard',
  });
}

type Values = PartialParameterValues<typeof PARAMETERS>;

function check(values: Values, reject: RejectParameter<keyof Values>): void {
  const { timezone, start, end } = values;
  if (timezone !== undefined && !isTimeZone(timezone)) {
    reject('timezone', 'not a time zone', 'a name such as Europe/Berlin or UTC');
  }
  for (const name of ['start', 'end'] as const) {
    const problem = values[name] === undefined ? undefined : problemOf(values[name]);
    if (problem !== undefined) reject(name, problem, 'five fields of cron, such as 0 8 * * 1-5');
  }
  if (start !== undefined && start === end) reject('end', 'the same as start', 'another time');
}

function problemOf(expression: string): string | undefined {
  if (!EXPRESSION.test(expression)) return 'not a cron expression';
  try {
    const never = nextMs(schedule(expression, 'UTC'), 0) === Infinity;
    return never ? 'such a time never comes' : undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^CronPattern: /, '') : 'not a cron expression';
  }
}

/** An expression as KEDA writes it into the metric's name. */
function nameOf(expression: string): string {
  return expression
    .replaceAll(' ', '')
    .replaceAll('*', 'x')
    .replaceAll('/', 'Sl')
    .replaceAll('?', 'Qm')
    .replaceAll(',', 'Cm');
}
