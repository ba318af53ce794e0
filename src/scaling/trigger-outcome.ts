import type {
  CompositionInput,
  MetricOutcome,
  MetricTriggerInput,
  TriggerInput,
  TriggerOutcome,
} from '../core/composition.js';
import { formatNumber } from '../core/format.js';
import type { Fallback } from '../core/scaled-object.js';
import { armsFallback, fallbackMilli, fallbackReplicas } from './fallback.js';

/** What is served of one trigger, and why. */
export function triggerOutcome(trigger: TriggerInput, input: CompositionInput): TriggerOutcome {
  const { index, type, name, kind } = trigger;
  const identity = { index, type, name, kind };
  if (trigger.kind === 'resource') {
    const reason = `The HPA reads ${type} by itself.`;
    return { ...identity, state: 'delegated', metrics: [], active: null, answeredAtMs: null, failures: 0, reason };
  }
  const { reading, problem, failures } = trigger;
  const seen = { ...identity, answeredAtMs: reading?.atMs ?? null, failures };
  if (problem !== null) return { ...seen, ...withoutAnswer(trigger, problem, input) };
  if (reading === null) {
    return { ...seen, state: 'waiting', metrics: served(trigger, null), active: null, reason: 'Not asked yet.' };
  }
  return {
    ...seen,
    state: 'known',
    metrics: served(trigger, reading.values),
    active: reading.active,
    reason: trigger.remark ?? answered(trigger, reading.values, reading.active),
  };
}

type Standing = Pick<TriggerOutcome, 'state' | 'metrics' | 'active' | 'reason'>;

/** An error, or the fallback. With a formula the fallback is that of the composite metric. */
function withoutAnswer(trigger: MetricTriggerInput, problem: string, input: CompositionInput): Standing {
  const { failures } = trigger;
  const fallback = input.modifiers === null ? usable(input.fallback) : null;
  const trouble = describeTrouble(problem, failures);
  const failing = (why: string): Standing => ({
    state: 'failing',
    metrics: served(trigger, null),
    active: null,
    reason: `${trouble}${why}.`,
  });
  if (fallback === null) return failing('');
  if (!armsFallback(failures, fallback)) return failing(`; the fallback waits for ${fallback.failureThreshold + 1}`);
  const values = trigger.metrics.map(({ target }) => {
    const milli = fallbackMilli(fallback, { type: trigger.metricType, target }, input.target);
    return milli === null ? null : milli / 1_000;
  });
  const known = values.filter((value) => value !== null);
  if (known.length === 0 || known.length < values.length) return failing(`; ${whyNoFallback(trigger, input)}`);
  const replicas = fallbackReplicas(fallback, input.target?.replicas ?? null);
  return {
    state: 'fallback',
    metrics: served(trigger, known),
    active: true,
    reason: `Fallback of ${replicas ?? 0} replicas (${fallback.behavior}). ${trouble}.`,
  };
}

/** No failure in a row, and yet no answer: the process has just started. */
function describeTrouble(problem: string, failures: number): string {
  if (failures === 0) return problem.charAt(0).toUpperCase() + problem.slice(1);
  return `${failures === 1 ? 'The last poll failed' : `The last ${failures} polls failed`}: ${problem}`;
}

/** Without a formula there is nothing that could make use of a nil. */
function usable(fallback: Fallback | null): Fallback | null {
  return fallback === null || fallback.behavior === 'scalingModifiers' ? null : fallback;
}

function whyNoFallback({ metrics }: MetricTriggerInput, { target }: CompositionInput): string {
  if (metrics.length === 0) return 'no fallback, because its metrics have never been known';
  return target === null
    ? 'no fallback, because the replicas of the target are not known'
    : 'no fallback, because no pod is ready to divide by';
}

function served({ metrics, metricType }: MetricTriggerInput, values: readonly number[] | null): MetricOutcome[] {
  return metrics.map(({ name, target }, i) => ({ name, metricType, target, value: values?.[i] ?? null }));
}

function answered({ metrics }: MetricTriggerInput, values: readonly number[], active: boolean): string {
  const list = metrics.map(({ name }, i) => `${name} is ${formatNumber(values[i] ?? NaN)}`).join(', ');
  return `${list}; ${active ? 'active' : 'not active'}.`;
}
