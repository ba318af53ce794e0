import type { ExternalTarget } from '../metric-target.js';
import type { TargetState } from '../served-metrics.js';

/** `spec.fallback` of a ScaledObject: how many replicas to have while a metric fails. */
export interface Fallback {
  /** Consecutive failures that are passed on as errors; the next one falls back. */
  readonly failureThreshold: number;
  readonly replicas: number;
  readonly behavior:
    | 'static'
    | 'currentReplicas'
    | 'currentReplicasIfHigher'
    | 'currentReplicasIfLower'
    /** Leaves it to the formula of the scaling modifiers, which sees the metric as null. */
    | 'scalingModifiers';
}

/** Consecutive failures of one metric, in the polls and in the requests of the HPA alike. */
export class FailureCount {
  #failures = 0;

  note(failed: boolean): void {
    this.#failures = failed ? this.#failures + 1 : 0;
  }

  /** Whether there have been more failures in a row than the threshold. */
  isOver(failureThreshold: number): boolean {
    return this.#failures > failureThreshold;
  }
}

/**
 * The value served instead of a failing metric, such that the HPA proposes the replicas of the fallback.
 *
 * @returns thousandths; null when KEDA fails, because a `Value` metric is divided by the ready pods and there is none
 * @see KEDA `pkg/fallback/fallback.go`
 */
export function fallbackMilli(
  fallback: Fallback,
  { type, target }: ExternalTarget,
  { replicas, readyReplicas }: TargetState,
): number | null {
  const figure = fallbackReplicas(fallback, replicas);
  if (type === 'AverageValue') return Math.trunc(target * 1_000 * figure);
  return readyReplicas === 0 ? null : Math.trunc((target * 1_000 * figure) / readyReplicas);
}

function fallbackReplicas({ behavior, replicas }: Fallback, current: number): number {
  switch (behavior) {
    case 'currentReplicas':
      return current;
    case 'currentReplicasIfHigher':
      return Math.max(current, replicas);
    case 'currentReplicasIfLower':
      return Math.min(current, replicas);
    case 'static':
    case 'scalingModifiers':
      return replicas;
  }
}
