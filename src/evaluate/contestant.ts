import type { Forecast } from '../core/forecast.js';
import type { FitOptions } from '../core/forecaster.js';
import type { Series } from '../core/series.js';

/** The part of a `Forecaster` that a backtest calls. Every forecaster is one. */
export interface Contestant {
  readonly name: string;
  minSamples(options: FitOptions): number;
  fit(series: Series, options: FitOptions): { forecast(): Forecast };
}
