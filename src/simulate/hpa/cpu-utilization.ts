import { isWithin, type Tolerance } from './tolerance.js';

/**
 * CPU of the pods of one workload, as the HPA sorts them. Pods that are terminating are not counted anywhere. All pods
 * request the same amount.
 */
export interface CpuPods {
  /** CPU request of one pod, thousandths of a core, > 0. */
  readonly requestMilli: number;
  /** Pods whose sample counts ... */
  readonly ready: number;
  /** ... and the sum of their samples, thousandths of a core. */
  readonly usageMilli: number;
  /** Pods that are pending, or not ready yet, or ready for less than the window of their sample. */
  readonly unready: number;
  /** Running pods without a sample. */
  readonly missing: number;
}

/** A pod that started less than this ago counts as unready until a whole window was measured while it was ready. */
export const CPU_INITIALIZATION_S = 300;

/**
 * Replicas for a `Resource` metric with a target of type `Utilization`.
 *
 * The utilisation is a whole percentage, rounded down, over the pods whose sample counts. For scaling up, unready and
 * missing pods are taken to use nothing; for scaling down, missing pods are taken to use their request, or the target if
 * that is higher. If that turns the direction round, nothing changes.
 *
 * @param targetPercent target utilisation, per cent of the request
 * @param replicas `scale.spec.replicas`
 * @returns null when the HPA fails, because no pod has a sample that counts
 * @see Kubernetes `pkg/controller/podautoscaler/replica_calculator.go`, `GetResourceReplicas`
 */
export function cpuProposal(
  pods: CpuPods,
  targetPercent: number,
  replicas: number,
  tolerance: Tolerance,
): number | null {
  if (pods.ready === 0) return null;
  const ratio = usageRatio(pods.usageMilli, pods.ready, pods.requestMilli, targetPercent);
  const scaleUpWithUnready = pods.unready > 0 && ratio > 1;
  if (!scaleUpWithUnready && pods.missing === 0) {
    return isWithin(ratio, tolerance) ? replicas : Math.ceil(ratio * pods.ready);
  }

  const counted = pods.ready + (ratio === 1 ? 0 : pods.missing) + (scaleUpWithUnready ? pods.unready : 0);
  const assumed = ratio < 1 ? pods.missing * assumedMilli(pods.requestMilli, targetPercent) : 0;
  const cautious = usageRatio(pods.usageMilli + assumed, counted, pods.requestMilli, targetPercent);
  if (isWithin(cautious, tolerance) || turnsRound(ratio, cautious)) return replicas;
  const proposal = Math.ceil(cautious * counted);
  return (cautious < 1 && proposal > replicas) || (cautious > 1 && proposal < replicas) ? replicas : proposal;
}

function usageRatio(usageMilli: number, pods: number, requestMilli: number, targetPercent: number): number {
  return Math.floor((usageMilli * 100) / (requestMilli * pods)) / targetPercent;
}

function assumedMilli(requestMilli: number, targetPercent: number): number {
  return Math.floor((requestMilli * Math.max(100, targetPercent)) / 100);
}

function turnsRound(before: number, after: number): boolean {
  return (before < 1 && after > 1) || (before > 1 && after < 1);
}
