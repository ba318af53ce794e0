import { milliValue } from '../quantity.js';
import { isWithin, type Tolerance } from './tolerance.js';

/** The largest replica count there is: an `int32`. */
export const MAX_REPLICAS = 2 ** 31 - 1;

/** What the HPA knows about its target. */
export interface ReplicaCounts {
  /** Replicas asked for: `scale.spec.replicas`. */
  readonly spec: number;
  /** Replicas there are, without those that are terminating: `scale.status.replicas`. */
  readonly status: number;
  /** Pods that are running and ready. */
  readonly ready: number;
  /** All pods that match the selector, those that are terminating included. */
  readonly existing: number;
}

/** All items of one answer of the external metrics API, which the HPA adds up, in thousandths. */
export function totalMilli(items: readonly number[]): number {
  return items.reduce((sum, item) => sum + milliValue(item), 0);
}

/**
 * Replicas for an external metric with a target of type `AverageValue`: ceil(total / target), unless the value per
 * replica is within the tolerance. Pods are not looked at, so it works from 0 replicas too.
 *
 * @param total thousandths; a negative total is read as an overflow, and asks for as many replicas as there can be
 * @param target thousandths per replica, > 0
 * @see Kubernetes `pkg/controller/podautoscaler/replica_calculator.go`, `GetExternalPerPodMetricReplicas`
 */
export function averageValueProposal(
  total: number,
  target: number,
  { status }: Pick<ReplicaCounts, 'status'>,
  tolerance: Tolerance,
): number {
  const usage = total < 0 ? Infinity : total;
  // From 0 replicas the ratio is infinite or NaN, neither of which is within any tolerance.
  if (isWithin(usage / (target * status), tolerance)) return status;
  return Math.min(MAX_REPLICAS, Math.ceil(usage / target));
}

/**
 * Replicas for an external metric with a target of type `Value`: ceil(ratio * ready pods), unless the ratio is within the
 * tolerance. Unready pods pull the result down. From 0 replicas it is ceil(ratio), without tolerance.
 *
 * @param total thousandths
 * @param target thousandths, > 0
 * @returns null when the HPA fails, because there is no pod
 * @see Kubernetes `pkg/controller/podautoscaler/replica_calculator.go`, `GetExternalMetricReplicas`
 */
export function valueProposal(
  total: number,
  target: number,
  { spec, ready, existing }: Omit<ReplicaCounts, 'status'>,
  tolerance: Tolerance,
): number | null {
  const ratio = total / target;
  if (spec === 0) return Math.min(MAX_REPLICAS, Math.ceil(ratio));
  if (isWithin(ratio, tolerance)) return spec;
  return existing === 0 ? null : Math.min(MAX_REPLICAS, Math.ceil(ratio * ready));
}
