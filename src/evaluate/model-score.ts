import type { DayPartCoverage, HorizonCoverage, LevelShare } from './coverage-parts.js';

/** How one model did in a backtest. Losses are in the unit of the series; all are means over the same kind of points. */
export interface ModelScore {
  readonly model: string;
  /** Origins at which the model forecast and was scored. */
  readonly origins: number;
  /** Origins at which it could not forecast, with the reason. Its scores say nothing about them. */
  readonly skipped: readonly SkippedOrigin[];
  /** Points behind every mean: the known samples within the horizons of the scored origins. */
  readonly points: number;
  /** Mean absolute error of the median; NaN when no origin was scored. */
  readonly mae: number;
  /**
   * Mean absolute error relative to that of the value one day earlier, on the origins where both were scored; null when
   * there are none or when that baseline made no error at all.
   */
  readonly maeVsSeasonalNaive: number | null;
  /**
   * Mean pinball loss over those of `CAPACITY_LEVELS` that were asked for, relative to that of the value one day earlier
   * with the quantiles of its own past errors, on the origins where both were scored; null when there are none or when
   * that yardstick lost nothing at all.
   */
  readonly pinballVsSeasonalNaive: number | null;
  /** Mean absolute scaled error with a season of one day; null when no origin has a scale. */
  readonly mase: number | null;
  /** Scored origins left out of `mase`: a history shorter than a day, or one that repeats itself exactly. */
  readonly originsWithoutScale: number;
  readonly pinball: readonly { readonly level: number; readonly loss: number }[];
  /** Share of actual values at or below each quantile. */
  readonly coverage: readonly LevelShare[];
  readonly coverageByHorizon: readonly HorizonCoverage[];
  readonly coverageByHour: readonly DayPartCoverage[];
  readonly maeByHorizon: readonly HorizonError[];
  /** Median time of a fit in milliseconds; NaN when the backtest was given no timer or nothing was scored. */
  readonly fitMs: number;
  /** Median time of a forecast from a fitted model, likewise. */
  readonly forecastMs: number;
}

export interface SkippedOrigin {
  readonly originMs: number;
  readonly reason: string;
}

/** Mean absolute error of the median over part of the horizon. */
export interface HorizonError {
  /** Longest look-ahead in this part; it begins where the one before ends. */
  readonly upToMs: number;
  /** NaN when no point of this part could be scored. */
  readonly mae: number;
}
