import type { Forecast } from '../../core/forecast.js';
import type { ExternalTarget } from '../metric-target.js';
import type { Policy } from '../policy.js';
import { raisedMetric } from './raised-metric.js';

/** What is served is one number, without an uncertainty: the median. */
export const PREDICTED_LEVEL = 0.5;

/**
 * PredictKube as KEDA's trigger implements it: the larger of the last observation and the forecast at the horizon. What
 * lies between now and the horizon is not looked at, and the observation alone decides whether the workload runs. Its
 * service is not public; the forecasts are those of tidecast. They are served unrounded, although the protocol knows whole
 * numbers only, as the unit of a recorded load is arbitrary.
 *
 * @param forecastAt the latest forecast at a moment; null: none
 * @see https://keda.sh/docs/latest/scalers/predictkube/
 */
export function predictKube(
  target: ExternalTarget,
  forecastAt: (nowMs: number) => Forecast | null,
  horizonMs: number,
): Policy {
  return raisedMetric(
    'predictkube',
    target,
    ({ nowMs }) => forecastAt(nowMs)?.at(nowMs + horizonMs, PREDICTED_LEVEL) ?? NaN,
  );
}
