import { MINUTE_MS } from '../../core/duration.js';
import type { ExternalTarget } from '../metric-target.js';
import type { Policy, PolicyView } from '../policy.js';
import { raisedMetric } from './raised-metric.js';

/** Range and resolution of the subquery, as in `predict_linear(query[15m:1m], ...)`: short enough to see a ramp begin. */
const RANGE_MS = 15 * MINUTE_MS;
const RESOLUTION_MS = MINUTE_MS;

/**
 * A second trigger with `predict_linear(query[15m:1m], leadTime)`, beside the observed metric: a least-squares line through
 * the last quarter of an hour, at the end of the lead time.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#predict_linear
 */
export function predictLinear(target: ExternalTarget, leadTimeMs: number): Policy {
  return raisedMetric('predict-linear', target, (view) => extrapolate(view, leadTimeMs));
}

function extrapolate(view: PolicyView, leadTimeMs: number): number {
  // A subquery is evaluated at whole multiples of its resolution.
  const lastMs = Math.floor(view.nowMs / RESOLUTION_MS) * RESOLUTION_MS;
  let count = 0;
  let sumX = 0;
  let sumY = 0;
  let sumXX = 0;
  let sumXY = 0;
  for (let timeMs = lastMs; timeMs > view.nowMs - RANGE_MS; timeMs -= RESOLUTION_MS) {
    const y = view.valueAt(timeMs);
    if (Number.isNaN(y)) continue;
    const x = timeMs - view.nowMs;
    count++;
    sumX += x;
    sumY += y;
    sumXX += x * x;
    sumXY += x * y;
  }
  const slope = (sumXY - (sumX * sumY) / count) / (sumXX - (sumX * sumX) / count);
  return count < 2 ? NaN : sumY / count + slope * (leadTimeMs - sumX / count);
}
