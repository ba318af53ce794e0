import type { Policy } from '../policy.js';

/**
 * A policy whose HPA looks at the CPU of its pods as well: the larger proposal counts.
 *
 * @param percent of the request, a whole number >= 1 (`averageUtilization`)
 */
export function besideCpu(policy: Policy, percent: number): Policy {
  return { ...policy, targets: [...policy.targets, { type: 'Utilization', target: percent }] };
}
