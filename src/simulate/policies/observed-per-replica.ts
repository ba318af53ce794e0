import type { ExternalTarget } from '../metric-target.js';
import type { Policy } from '../policy.js';

/**
 * Reactive scaling on a target of type `Value`: the metric is the load per ready replica, or all of it while there is none.
 * An HPA can hold only a metric at a `Value` that falls when replicas are added; the load as a whole would not.
 */
export function observedPerReplica(target: ExternalTarget): Policy {
  return {
    name: 'observed-per-replica',
    targets: [target],
    read: ({ observed, readyReplicas }) => [
      Number.isNaN(observed)
        ? { error: 'the query has no value' }
        : { value: observed / Math.max(1, readyReplicas), active: observed > (target.activation ?? 0) },
    ],
  };
}
