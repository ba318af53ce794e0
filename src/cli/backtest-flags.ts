import { formatDuration } from '../core/duration.js';
import { UsageError } from '../core/errors.js';
import type { Series } from '../core/series.js';
import type { BacktestResult } from '../evaluate/backtest.js';
import type { HygieneFlags } from './hygiene-options.js';
import type { SourceFlags } from './source-options.js';

/** What `tidecast backtest` is told, durations in milliseconds. */
export interface BacktestFlags extends SourceFlags, HygieneFlags {
  readonly csv?: string;
  readonly range?: number;
  readonly step: number;
  readonly history: number;
  readonly horizon: number;
  readonly stride: number;
  readonly leadTime: number;
  readonly maxOrigins?: number;
  readonly model: string;
  readonly seasonality: 'auto' | readonly number[];
  readonly forecasts?: string;
  readonly json?: boolean;
}

/** @throws {UsageError} a load that is unknown throughout */
export function checkLoad(series: Series): void {
  if (series.countKnown() > 0) return;
  throw new UsageError(`none of the ${series.length} samples of the load is known; expected at least some`);
}

/** @throws {UsageError} nothing was forecast */
export function checkResult(
  { origins, originsWithoutActuals }: BacktestResult,
  series: Series,
  { history, horizon }: BacktestFlags,
): void {
  if (origins > 0) return;
  if (originsWithoutActuals > 0) {
    throw new UsageError(
      `nothing is known of the load in the ${formatDuration(horizon)} after any of the ${originsWithoutActuals} origins; ` +
        'expected some samples there',
    );
  }
  throw new UsageError(
    `the load spans ${formatDuration(series.length * series.stepMs)}, too short for a history of ` +
      `${formatDuration(history)} and a horizon of ${formatDuration(horizon)}; shorten --history or give more`,
  );
}
