import type { CompositionInput, MetricTriggerInput } from '../core/composition.js';
import type { Decision } from '../core/decision.js';
import type { ForecastTrigger, ReactiveTrigger } from '../core/scaled-object.js';
import type { Poll } from './trigger-poller.js';

/** Said of what an earlier run of the process knew, until the source has been asked again. */
const RESTARTED = 'not asked again yet since the restart';

/** What is known of a trigger before its first poll. */
export function newMemory(trigger: ForecastTrigger | ReactiveTrigger): MetricTriggerInput {
  const { index, type, name, kind } = trigger;
  const metrics =
    trigger.kind === 'forecast'
      ? [{ name: trigger.workload.metricName, target: trigger.workload.targetPerReplica }]
      : (trigger.metrics ?? []).map(({ name: base, target }) => ({ name: servedName(index, base), target }));
  const { metricType } = trigger.kind === 'forecast' ? trigger.workload : trigger;
  const drain = trigger.kind === 'reactive' ? trigger.drain : undefined;
  const known = drain === undefined ? {} : { drain };
  return {
    ...known,
    index,
    type,
    name,
    kind,
    metricType,
    metrics,
    reading: null,
    problem: null,
    failures: 0,
    remark: null,
  };
}

/** What is known of a trigger after a poll of its source. */
export function afterPoll(before: MetricTriggerInput, { reading, problem }: Poll, atMs: number): MetricTriggerInput {
  if (reading === null) return { ...before, problem, failures: before.failures + 1 };
  return {
    ...before,
    metrics: reading.metrics.map(({ name, target }) => ({ name: servedName(before.index, name), target })),
    reading: {
      atMs,
      active: reading.active,
      values: reading.metrics.map(({ value }) => value),
      ...(reading.queue !== undefined && { queue: reading.queue }),
    },
    problem: null,
    failures: 0,
  };
}

/** What is known of a forecast trigger, given the decision in force; null: there is none yet. */
export function afterDecision(before: MetricTriggerInput, decision: Decision | null): MetricTriggerInput {
  if (decision === null) return before;
  const { value, active, atMs, reason } = decision;
  if (value === null || active === null)
    return { ...before, problem: reason.replace(/\.$/, ''), failures: before.failures + 1 };
  return { ...before, reading: { atMs, active, values: [value] }, problem: null, failures: 0, remark: reason };
}

/**
 * Takes up what a composition of an earlier run knew. Failures go on being counted, so that a restart does not disarm a
 * fallback; answers count as old ones.
 *
 * @returns null when it was about other triggers or another formula
 */
export function restoredMemories(
  fresh: readonly MetricTriggerInput[],
  modifiers: CompositionInput['modifiers'],
  stored: CompositionInput,
): readonly MetricTriggerInput[] | null {
  const known = stored.triggers.filter((trigger) => trigger.kind !== 'resource');
  const isSame =
    JSON.stringify([modifiers, fresh.map(identity)]) === JSON.stringify([stored.modifiers, known.map(identity)]);
  if (!isSame) return null;
  return fresh.map((memory, i) => restoredMemory(memory, known[i]!));
}

/** Targets are those of the configuration, which may have been changed, unless only the source can tell them. */
function restoredMemory(fresh: MetricTriggerInput, stored: MetricTriggerInput): MetricTriggerInput {
  const { reading, failures } = stored;
  const problem = reading === null && failures === 0 ? null : RESTARTED;
  if (fresh.metrics.length === 0) return { ...fresh, metrics: stored.metrics, reading, failures, problem };
  const namesOf = ({ metrics }: MetricTriggerInput): string => JSON.stringify(metrics.map(({ name }) => name));
  return namesOf(fresh) === namesOf(stored) ? { ...fresh, reading, failures, problem } : fresh;
}

function identity({ kind, index, type, name, metricType, drain }: MetricTriggerInput): readonly unknown[] {
  return [kind, index, type, name, metricType, drain];
}

/** KEDA's name of an external metric. */
function servedName(index: number, base: string): string {
  return `s${index}-${base}`;
}
