import type { ExternalTarget } from '../metric-target.js';
import type { Policy } from '../policy.js';

/** Reactive scaling: the metric as it is observed, like an HPA on an adapter or KEDA's `prometheus` trigger. */
export function observedMetric(target: ExternalTarget): Policy {
  return {
    name: 'observed',
    targets: [target],
    read: ({ observed }) => [Number.isNaN(observed) ? { error: 'the query has no value' } : { value: observed }],
  };
}
