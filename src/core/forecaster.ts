import type { Forecast } from './forecast.js';
import type { Series } from './series.js';

/** What a forecaster is asked for. */
export interface FitOptions {
  /** Number of steps ahead, >= 1. */
  readonly horizonSteps: number;
  /** Quantile levels in (0, 1), ascending. */
  readonly levels: readonly number[];
  /**
   * Season lengths in steps, strongest first; empty when the data show no season. Found by `series/seasonality` or
   * given by the user; a forecaster does not guess them.
   */
  readonly seasonSteps: readonly number[];
  /**
   * Windows, in steps from the origin, whose highest value is to be forecast directly as well; a forecaster that cannot
   * leaves them out. Default: none.
   */
  readonly windowSteps?: readonly number[];
}

/**
 * A forecasting method, not yet given any data. Pure: no clock, no I/O, no randomness of its own.
 */
export interface Forecaster {
  /** Kebab-case, unique in the registry. */
  readonly name: string;

  /** Fewest known samples that `fit` needs with these options. The caller checks it and falls back. */
  minSamples(options: FitOptions): number;

  /**
   * Fits to the whole series, whose last grid point becomes the origin of the forecast. Gaps are allowed anywhere, at
   * the end too. The series is not modified.
   *
   * @throws {InsufficientHistoryError} fewer known samples than `minSamples`
   */
  fit(series: Series, options: FitOptions): FittedForecaster;

  /**
   * A fit that begins from what an earlier one has learnt of the same load, where that saves work. Otherwise like `fit`,
   * and exactly that where the earlier state is of no use: of another model or format version, or made under options that it
   * depends on. Its errors are as honest as those of `fit`, and the same arguments give the same model.
   *
   * @param previous what `toJSON` of the earlier model returned; not changed
   * @throws {InsufficientHistoryError} as `fit`
   */
  refit?(series: Series, options: FitOptions, previous: unknown): FittedForecaster;

  /** Rebuilds a fitted model from what its `toJSON` returned. @throws {RangeError} state of another format version */
  restore(state: unknown): FittedForecaster;
}

/** A model with its data. Two types, so that forecasting before fitting cannot be written. */
export interface FittedForecaster {
  readonly name: string;
  /** Time of the last grid point seen, epoch milliseconds. */
  readonly originMs: number;
  /**
   * Whether what it has seen since the fit makes a new fit worth its time, as after a lasting shift of the level. It stays so
   * until then; forecasts and updates go on. Default: never.
   */
  readonly isOutdated?: boolean;
  /**
   * The quantiles asked for at the fit, from the present origin on.
   *
   * @param steps how many steps ahead are wanted, from 1 to the horizon. A model may give more, and leaves out what would cost it
   *   time; those that it gives are the same numbers. Default: the whole horizon.
   */
  forecast(steps?: number): Forecast;
  /**
   * Appends the next grid point (NaN for a gap), which becomes the origin. Cheap: well under a millisecond. The model
   * does not forget on `update`; a refit drops what has left the history window.
   */
  update(value: number): void;
  /** Plain data from which `restore` rebuilds this model, bit for bit. */
  toJSON(): unknown;
}
