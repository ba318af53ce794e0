import { formatDuration } from '../core/duration.js';
import { UsageError } from '../core/errors.js';
import type { Series } from '../core/series.js';
import { DEFAULT_LEAD_TIME_MS } from '../scaling/settings.js';
import { findSeasons } from '../series/seasonality.js';

/** What `--seasonality` says: found from the data, or season lengths in milliseconds. */
export type Seasonality = 'auto' | readonly number[];

/** @throws {UsageError} `--horizon` is shorter than a step */
export function checkHorizon(horizonMs: number, stepMs: number): void {
  if (horizonMs >= stepMs) return;
  throw new UsageError(
    `--horizon ${formatDuration(horizonMs)} is shorter than one step; expected at least ${formatDuration(stepMs)}`,
  );
}

/** The default of `--lead-time`, for its help. */
export const LEAD_TIME_DEFAULT = `default: ${formatDuration(DEFAULT_LEAD_TIME_MS)}, or the horizon where that is shorter`;

/**
 * The lead time that a forecast is judged by.
 *
 * @throws {UsageError} `--lead-time` reaches beyond what is forecast
 */
export function leadTimeOf({ leadTime, horizon }: { readonly leadTime?: number; readonly horizon: number }): number {
  if (leadTime === undefined) return Math.min(DEFAULT_LEAD_TIME_MS, horizon);
  if (leadTime <= horizon) return leadTime;
  throw new UsageError(
    `--lead-time ${formatDuration(leadTime)} is longer than --horizon; expected at most the ${formatDuration(horizon)} ` +
      'that are forecast',
  );
}

/** @throws {UsageError} `--seasonality` holds a season of fewer than two steps, as a trigger may not either */
export function checkSeasons(seasonality: Seasonality, stepMs: number): void {
  const short = seasonality === 'auto' ? undefined : seasonality.find((ms) => ms < 2 * stepMs);
  if (short === undefined) return;
  throw new UsageError(
    `--seasonality ${formatDuration(short)} is shorter than two steps; expected at least ${formatDuration(2 * stepMs)}`,
  );
}

/** The season lengths of a load in its steps, strongest first. */
export function seasonStepsOf(series: Series, seasonality: Seasonality): readonly number[] {
  if (seasonality === 'auto') return findSeasons(series);
  return seasonality.map((ms) => Math.round(ms / series.stepMs));
}
