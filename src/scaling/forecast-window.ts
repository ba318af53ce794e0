import type { DecisionSettings, ForecastWindow } from '../core/decision.js';
import type { Forecast } from '../core/forecast.js';

/**
 * Cuts from a forecast what a decision at `atMs` looks at: the served quantile at every point after `atMs` up to the
 * first one at or after the end of the lead time, so that a lead time shorter than a step still sees one point.
 */
export function forecastWindow(
  forecast: Forecast,
  settings: Pick<DecisionSettings, 'quantile' | 'leadTimeMs' | 'targetPerReplica' | 'maxReplicaCount'>,
  atMs: number,
): ForecastWindow {
  const row = forecast.quantile(settings.quantile);
  const capacity = settings.targetPerReplica * settings.maxReplicaCount;
  const points: { timeMs: number; value: number }[] = [];
  let saturatesAtMs: number | null = null;
  let covered = false;
  for (let k = 0; k < row.length; k++) {
    const timeMs = forecast.targetMs(k);
    if (timeMs <= atMs) continue;
    if (!covered) points.push({ timeMs, value: row[k]! });
    covered ||= timeMs >= atMs + settings.leadTimeMs;
    if (saturatesAtMs === null && row[k]! > capacity) saturatesAtMs = timeMs;
  }
  return {
    model: forecast.model,
    originMs: forecast.originMs,
    endMs: forecast.endMs,
    level: settings.quantile,
    points,
    saturatesAtMs,
  };
}
