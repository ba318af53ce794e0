import { DAY_MS } from '../core/duration.js';
import { InsufficientHistoryError } from '../core/errors.js';
import type { Forecast } from '../core/forecast.js';
import type { FitOptions } from '../core/forecaster.js';
import { Series } from '../core/series.js';
import { findSeasons } from '../series/seasonality.js';
import type { Contestant } from './contestant.js';
import { seasonalNaiveError } from './metrics/mase.js';
import type { ModelTally } from './model-tally.js';

/** One forecast of a backtest and what happened. */
export interface BacktestForecast {
  readonly model: string;
  readonly forecast: Forecast;
  /** The samples after the origin, one per forecast point, NaN for gaps. */
  readonly actual: Float64Array;
}

/** What all models are given, and scored against, at one origin. */
export interface Round {
  /** A copy that ends at the origin. */
  readonly history: Series;
  readonly fit: FitOptions;
  readonly actual: Float64Array;
  /** In-sample error of seasonal-naive with a season of one day; NaN when there is none. */
  readonly scale: number;
}

export interface RoundOptions {
  readonly historySteps: number;
  readonly horizonSteps: number;
  readonly levels: readonly number[];
  readonly seasonality: 'auto' | readonly number[];
}

/** @param origin index of the last sample that may be seen */
export function prepareRound(series: Series, origin: number, options: RoundOptions): Round {
  const { historySteps, horizonSteps, levels, seasonality } = options;
  const first = origin - historySteps + 1;
  const history = new Series(series.timeAt(first), series.stepMs, series.values.slice(first, origin + 1));
  const daySteps = Math.round(DAY_MS / series.stepMs);
  return {
    history,
    fit: { horizonSteps, levels, seasonSteps: seasonSteps(history, seasonality) },
    actual: samplesAfter(series, origin, horizonSteps),
    scale: daySteps >= 1 ? seasonalNaiveError(history.values, daySteps) : NaN,
  };
}

/** The samples that a forecast from `origin` is scored against, as a copy. */
export function samplesAfter(series: Series, origin: number, horizonSteps: number): Float64Array {
  return series.values.slice(origin + 1, origin + 1 + horizonSteps);
}

/** Lets one model forecast, and adds the forecast, or the reason why there is none, to its tally. */
export function playRound(
  { history, fit, actual, scale }: Round,
  contestant: Contestant,
  options: {
    readonly tally: ModelTally;
    readonly nowMs?: () => number;
    readonly onForecast?: (forecast: BacktestForecast) => void;
  },
): void {
  const now = options.nowMs ?? (() => NaN);
  const startedMs = now();
  const fitted = fitOrReason(history, fit, contestant);
  const fittedMs = now();
  if (typeof fitted === 'string') {
    options.tally.skip(history.lastMs, fitted);
    return;
  }
  const forecast = fitted.forecast();
  const forecastMs = now() - fittedMs;
  options.tally.add({ forecast, actual, scale, fitMs: fittedMs - startedMs, forecastMs });
  options.onForecast?.({ model: contestant.name, forecast, actual: actual.slice() });
}

/** A copy for each model, so that none can reach the others' samples or those after the origin. */
function fitOrReason(history: Series, fit: FitOptions, contestant: Contestant): { forecast(): Forecast } | string {
  const known = history.countKnown();
  const needed = contestant.minSamples(fit);
  if (needed === Infinity) {
    return `${contestant.name} does not apply with season lengths of [${fit.seasonSteps.join(', ')}] steps`;
  }
  try {
    if (known < needed) throw new InsufficientHistoryError(known, needed, contestant.name);
    return contestant.fit(new Series(history.startMs, history.stepMs, history.values.slice()), fit);
  } catch (error) {
    if (error instanceof InsufficientHistoryError) return error.message;
    throw error;
  }
}

function seasonSteps(history: Series, seasonality: RoundOptions['seasonality']): readonly number[] {
  if (seasonality === 'auto') return findSeasons(history);
  return seasonality.map((seasonMs) => Math.max(1, Math.round(seasonMs / history.stepMs)));
}
