import type { Policy } from '../policy.js';

/** Always the same number of replicas. */
export function staticReplicas(replicas: number): Policy {
  return { name: `static-${replicas}`, targets: [], bounds: { min: replicas, max: replicas }, read: () => [] };
}
