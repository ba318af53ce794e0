import { MINUTE_MS } from '../../core/duration.js';
import type { ExternalTarget } from '../metric-target.js';
import type { Policy } from '../policy.js';
import { raisedMetric } from './raised-metric.js';

/** Range and resolution of the subquery, as in `predict_linear(query[15m:1m], ...)`: short enough to see a ramp begin. */
const RANGE_MS = 15 * MINUTE_MS;
const RESOLUTION_MS = MINUTE_MS;
/** The range is open at its start. */
const SAMPLES = RANGE_MS / RESOLUTION_MS;

/**
 * A second trigger with `predict_linear(query[15m:1m], leadTime)`, beside the observed metric: a least-squares line through
 * the last quarter of an hour, at the end of the lead time.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#predict_linear
 */
export function predictLinear(target: ExternalTarget, leadTimeMs: number): Policy {
  let lastMs = NaN;
  let samples: readonly number[] = [];
  return raisedMetric('predict-linear', target, (view) => {
    // A subquery is evaluated at whole multiples of its resolution.
    const newestMs = Math.floor(view.nowMs / RESOLUTION_MS) * RESOLUTION_MS;
    if (newestMs !== lastMs) {
      lastMs = newestMs;
      samples = Array.from({ length: SAMPLES }, (_, i) => view.valueAt(newestMs - i * RESOLUTION_MS));
    }
    return extrapolate(samples, lastMs - view.nowMs, leadTimeMs);
  });
}

/**
 * @param samples the newest first
 * @param newestMs when the newest one is, against now
 */
function extrapolate(samples: readonly number[], newestMs: number, leadTimeMs: number): number {
  let count = 0;
  let sumX = 0;
  let sumY = 0;
  let sumXX = 0;
  let sumXY = 0;
  for (let i = 0; i < samples.length; i++) {
    const y = samples[i]!;
    if (Number.isNaN(y)) continue;
    const x = newestMs - i * RESOLUTION_MS;
    count++;
    sumX += x;
    sumY += y;
    sumXX += x * x;
    sumXY += x * y;
  }
  const slope = (sumXY - (sumX * sumY) / count) / (sumXX - (sumX * sumX) / count);
  return count < 2 ? NaN : sumY / count + slope * (leadTimeMs - sumX / count);
}
