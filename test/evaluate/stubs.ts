import { Forecast } from '../../src/core/forecast.js';
import type { FitOptions } from '../../src/core/forecaster.js';
import { HOUR_MS } from '../../src/core/duration.js';
import { Series } from '../../src/core/series.js';
import type { BacktestOptions } from '../../src/evaluate/backtest.js';
import type { Contestant } from '../../src/evaluate/contestant.js';

/** Four steps make a day, so that a season fits in a table. */
export const STEP_MS = 6 * HOUR_MS;
/** 2024-01-01T00:00:00Z */
export const START_MS = 1_704_067_200_000;

export const seriesOf = (...values: number[]): Series => new Series(START_MS, STEP_MS, Float64Array.from(values));

/** A history of five grid points, two steps ahead, an origin at every step. */
export const OPTIONS: BacktestOptions = {
  historyMs: 24 * HOUR_MS,
  horizonMs: 12 * HOUR_MS,
  strideMs: STEP_MS,
  levels: [0.5, 0.9],
  seasonality: [],
};

/** Every point of level number `l` is `valueOf(history) + l`. */
export function stub(
  name: string,
  valueOf: (history: Series, options: FitOptions) => number,
  minSamples = 1,
): Contestant {
  return {
    name,
    minSamples: () => minSamples,
    fit(history, options) {
      const value = valueOf(history, options);
      return {
        forecast: () =>
          new Forecast({
            model: name,
            originMs: history.lastMs,
            stepMs: history.stepMs,
            levels: options.levels,
            values: options.levels.map((_, l) => new Float64Array(options.horizonSteps).fill(value + l)),
          }),
      };
    },
  };
}
