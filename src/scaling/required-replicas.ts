import type { CompositionInput, MetricOutcome } from '../core/composition.js';

type Bounds = CompositionInput['bounds'];

/**
 * What an HPA would propose for one external metric, without tolerance, behaviour and bounds. It computes in thousandths.
 *
 * @param readyReplicas what a `Value` metric is multiplied with; null: unknown
 * @returns null: unknown
 * @see Kubernetes `pkg/controller/podautoscaler/replica_calculator.go`
 */
function proposedReplicas({ metricType, target, value }: MetricOutcome, readyReplicas: number | null): number | null {
  if (value === null) return null;
  const ratio = Math.round(value * 1_000) / Math.round(target * 1_000);
  if (metricType === 'AverageValue') return Math.max(0, Math.ceil(ratio));
  return readyReplicas === null ? null : Math.max(0, Math.ceil(ratio * readyReplicas));
}

/**
 * The replicas that all metrics of a ScaledObject ask for together: the largest proposal, within the bounds. While one of
 * them is unknown, not below what they asked for when all were known, as an HPA then does not scale down.
 *
 * @param metrics those the HPA has
 * @param active  false: nobody asks for the workload to run
 * @returns null: nothing is known, or a `Value` metric cannot be turned into replicas because the pods are not known
 */
export function requiredReplicas(
  metrics: readonly MetricOutcome[],
  active: boolean | null,
  { bounds, target, held }: Pick<CompositionInput, 'bounds' | 'target' | 'held'>,
): number | null {
  const served = metrics.filter(({ value }) => value !== null);
  const proposals = served.map((metric) => proposedReplicas(metric, target?.readyReplicas ?? null));
  const known = proposals.filter((proposal) => proposal !== null);
  if (known.length < proposals.length) return null;
  const isComplete = served.length === metrics.length;
  if (isComplete && active === false && sleepsAt(bounds) !== null) return sleepsAt(bounds);
  const floor = isComplete ? null : (held?.requiredReplicas ?? null);
  if (known.length === 0 && floor === null) return null;
  const asked = Math.max(...known, floor ?? 0);
  return Math.min(Math.max(asked, bounds.minReplicaCount, active === true ? 1 : 0), bounds.maxReplicaCount);
}

/** Replicas while inactive; null: it never sleeps. */
function sleepsAt({ minReplicaCount, idleReplicaCount }: Bounds): number | null {
  return idleReplicaCount ?? (minReplicaCount === 0 ? 0 : null);
}
