import type { Command } from 'commander';
import { formatDuration } from '../core/duration.js';
import { UsageError } from '../core/errors.js';
import type { Series } from '../core/series.js';
import type { BacktestResult } from '../evaluate/backtest.js';
import { NAIVE, SEASONAL_NAIVE } from '../evaluate/baselines.js';
import { checkHorizon, checkSeasons, type Seasonality } from './forecast-times.js';
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
  readonly leadTime?: number;
  readonly maxOrigins?: number;
  readonly model: string;
  readonly seasonality: Seasonality;
  readonly forecasts?: string;
  readonly json?: boolean;
}

/** What is asked of a Prometheus, and how: of no meaning for a file, which is read as it is. */
const PROMETHEUS_FLAGS = ['--query', '--range', '--step', '--header', '--username', '--bearer-token-file', '--ca-file'];

/** @throws {UsageError} no source of load, two of them, or flags of the one that is not used */
export function checkSource(command: Command, { csv, prometheus }: BacktestFlags): void {
  if (csv === undefined && prometheus === undefined) {
    throw new UsageError('give --csv FILE, or --prometheus URL and --query PROMQL');
  }
  if (csv === undefined) return;
  if (prometheus !== undefined) {
    throw new UsageError('--csv and --prometheus exclude each other: give one source of load');
  }
  const given = command.options.filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli');
  const unused = given.flatMap(({ long }) => (PROMETHEUS_FLAGS.includes(long!) ? [long!] : []));
  if (unused.length > 0) {
    throw new UsageError(
      `${unused.join(', ')} cannot be used with --csv, which is read as it is; expected no such flag`,
    );
  }
}

/** @throws {UsageError} a load that is unknown throughout, or a horizon or season that makes no sense at its step */
export function checkLoad(series: Series, { horizon, seasonality }: BacktestFlags): void {
  if (series.countKnown() === 0) {
    throw new UsageError(`none of the ${series.length} samples of the load is known; expected at least some`);
  }
  checkHorizon(horizon, series.stepMs);
  checkSeasons(seasonality, series.stepMs);
}

/** @throws {UsageError} nothing could be scored but the yardsticks */
export function checkResult(result: BacktestResult, series: Series, { history, horizon }: BacktestFlags): void {
  const { origins, originsWithoutActuals } = result;
  if (origins === 0 && originsWithoutActuals > 0) {
    throw new UsageError(
      `nothing is known of the load in the ${formatDuration(horizon)} after any of the ${originsWithoutActuals} origins; ` +
        'expected some samples there',
    );
  }
  if (origins === 0) {
    throw new UsageError(
      `the load spans ${formatDuration(series.length * series.stepMs)}, too short for a history of ` +
        `${formatDuration(history)} and a horizon of ${formatDuration(horizon)}; shorten --history or give more`,
    );
  }
  const models = result.scores.filter(({ model }) => model !== NAIVE && model !== SEASONAL_NAIVE);
  if (models.some((score) => score.origins > 0)) return;
  // The simplest comes first: it needs the least.
  const { reason } = models[0]!.skipped[0]!;
  throw new UsageError(
    `no model could forecast at any of the ${origins} origins with --history ${formatDuration(history)}: ${reason}; ` +
      'expected a longer history, or another --model',
  );
}
