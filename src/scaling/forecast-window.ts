import type { DecisionSettings, ForecastWindow } from '../core/decision.js';
import type { Forecast } from '../core/forecast.js';

type Point = ForecastWindow['points'][number];

/**
 * Steps after the origin whose highest value a decision needs: the lead time, from a moment that may be a step after the
 * newest sample.
 */
export function leadWindowSteps(leadTimeMs: number, stepMs: number): number {
  return Math.max(1, Math.ceil(leadTimeMs / stepMs)) + 1;
}

/**
 * Cuts from a forecast what a decision at `atMs` looks at: the served quantile at every point after `atMs` up to the
 * first one at or after the end of the lead time, so that a lead time shorter than a step still sees one point.
 *
 * Where the highest value of the lead time was forecast directly, the highest point takes that value, and no point is
 * above it: the path says when, the window how much.
 */
export function forecastWindow(
  forecast: Forecast,
  settings: Pick<DecisionSettings, 'quantile' | 'leadTimeMs' | 'targetPerReplica' | 'maxReplicaCount'>,
  atMs: number,
): ForecastWindow {
  const row = forecast.quantile(settings.quantile);
  const capacity = settings.targetPerReplica * settings.maxReplicaCount;
  const points: Point[] = [];
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
    points: levelled(points, forecast.highestUntil(atMs + settings.leadTimeMs, settings.quantile)),
    saturatesAtMs,
  };
}

/** @param highest NaN: not known */
function levelled(points: readonly Point[], highest: number): readonly Point[] {
  if (Number.isNaN(highest) || points.length === 0) return points;
  const peak = points.reduce((best, point) => (point.value > best.value ? point : best));
  return points.map((point) =>
    point === peak ? { ...point, value: highest } : { ...point, value: Math.min(point.value, highest) },
  );
}
