import type { ExternalTarget } from '../metric-target.js';
import type { Policy, PolicyView } from '../policy.js';

/**
 * The observed metric, raised to what is expected: the shape of most predictive autoscalers. An expectation of NaN is
 * none, and the observed value stands alone.
 *
 * @param expected in the unit of the metric; asked at each request
 */
export function raisedMetric(name: string, target: ExternalTarget, expected: (view: PolicyView) => number): Policy {
  return {
    name,
    targets: [target],
    read: (view) => {
      const { observed } = view;
      const forecast = expected(view);
      if (Number.isNaN(observed)) return [{ error: 'the query has no value' }];
      return [{ value: forecast > observed ? forecast : observed, active: observed > (target.activation ?? 0) }];
    },
  };
}
