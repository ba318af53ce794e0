import type { TargetReplicas } from '../core/composition.js';
import type { Fallback } from '../core/scaled-object.js';
import type { MetricType } from '../core/trigger.js';

/** What the HPA compares a metric with. */
export interface MetricTarget {
  readonly type: MetricType;
  /** In the unit of the metric, > 0. */
  readonly target: number;
}

/** Whether so many failures in a row arm the fallback: more than the threshold, so that 3 means the fourth. */
export function armsFallback(failures: number, { failureThreshold }: Pick<Fallback, 'failureThreshold'>): boolean {
  return failures > failureThreshold;
}

/**
 * The replicas that stand in for a metric. With the behaviour `scalingModifiers` it is the figure for a formula that comes
 * out as nil.
 *
 * @param current replicas asked for now, 0 included; null: unknown
 * @returns null when the behaviour depends on a count that is unknown
 */
export function fallbackReplicas({ behavior, replicas }: Fallback, current: number | null): number | null {
  switch (behavior) {
    case 'currentReplicas':
      return current;
    case 'currentReplicasIfHigher':
      return current === null ? null : Math.max(current, replicas);
    case 'currentReplicasIfLower':
      return current === null ? null : Math.min(current, replicas);
    case 'static':
    case 'scalingModifiers':
      return replicas;
  }
}

/**
 * The value served instead of a metric, such that the HPA proposes the replicas of the fallback.
 *
 * @param state null: the replicas of the target are unknown
 * @returns thousandths; null when a count that it depends on is unknown, or a `Value` metric is divided by no ready pods
 * @see KEDA `pkg/fallback/fallback.go`
 */
export function fallbackMilli(
  fallback: Fallback,
  { type, target }: MetricTarget,
  state: TargetReplicas | null,
): number | null {
  const figure = fallbackReplicas(fallback, state?.replicas ?? null);
  if (figure === null) return null;
  if (type === 'AverageValue') return Math.trunc(target * 1_000 * figure);
  return state === null || state.readyReplicas === 0
    ? null
    : Math.trunc((target * 1_000 * figure) / state.readyReplicas);
}
