import { DAY_MS, MINUTE_MS } from '../../core/duration.js';
import type { ExternalTarget } from '../metric-target.js';
import type { Policy } from '../policy.js';
import { raisedMetric } from './raised-metric.js';

/** Resolution at which yesterday is looked at. */
const RESOLUTION_MS = MINUTE_MS;

/**
 * Yesterday again: the larger of the observed metric and of its highest value within the lead time one day ago, as
 * `max_over_time(query[leadTime] offset ...)` would serve it. The simplest forecast that a clock-driven load allows.
 */
export function seasonalNaiveMax(target: ExternalTarget, leadTimeMs: number): Policy {
  return raisedMetric('seasonal-naive', target, (view) => {
    let highest = NaN;
    for (let aheadMs = 0; aheadMs <= leadTimeMs; aheadMs += RESOLUTION_MS) {
      const value = view.valueAt(view.nowMs - DAY_MS + aheadMs);
      if (!(value <= highest)) highest = Number.isNaN(value) ? highest : value;
    }
    return highest;
  });
}
