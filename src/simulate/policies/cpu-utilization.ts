import type { Policy } from '../policy.js';

/**
 * Reactive scaling on the CPU of the pods, as the simplest HPA does it. A pod that has more to do than it can shows no more
 * than its limit, so that the HPA learns of a large step only bit by bit.
 *
 * @param percent of the request, a whole number >= 1 (`averageUtilization`)
 */
export function cpuUtilization(percent: number): Policy {
  return { name: 'cpu', targets: [{ type: 'Utilization', target: percent }], read: () => [] };
}
