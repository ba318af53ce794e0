import type { Forecast } from '../core/forecast.js';

/** The band that errors are measured by: its width is 3.29 standard deviations of a normal error. */
const LOW = 0.05;
const HIGH = 0.95;
/** A quarter of the band is about the mean absolute error: 0.97 of it for normal errors, 0.87 for Laplace's. */
const BANDWIDTHS = 1 / 4;
/** A band narrower than this share of the forecast is taken for so wide: a load that has not moved may begin to. */
const SMALLEST_SHARE = 0.01;
/** No single error counts for more: an outlier is not a drift. */
const LARGEST_ERROR = 5;
/** Half-way between errors as they were (1) and twice as large (2), which is to be found. */
const REFERENCE = 1.5;
/**
 * Six errors of the largest size in a row, or two hours of doubled ones at two minutes. Normal errors as they were do not
 * get there in years: the mean time to a false alarm grows with exp(2 * 0.5 * 20 / 0.5).
 */
const LIMIT = 20;

/**
 * Finds when a model has become worse than it was when it was fitted: a one-sided CUSUM of its absolute errors one step
 * ahead, each in units of what its own band, made from its errors until now, says is usual.
 *
 *     S <- max(0, S + min(|y - median| / usual, 5) - 1.5),    drift when S > 20
 *
 * @see Page (1954), "Continuous inspection schemes", Biometrika 41, 100-115
 */
export class DriftDetector {
  #sum = 0;

  /** @param forecast made one step before @param actual what then came; NaN, a gap, says nothing */
  add(forecast: Forecast, actual: number): void {
    if (Number.isNaN(actual)) return;
    this.#sum = Math.max(0, this.#sum + Math.min(errorOf(forecast, actual), LARGEST_ERROR) - REFERENCE);
  }

  get hasDrifted(): boolean {
    return this.#sum > LIMIT;
  }
}

/** 1 for an error of the usual size. */
function errorOf(forecast: Forecast, actual: number): number {
  const [low, median, high] = [LOW, 0.5, HIGH].map((level) => forecast.quantile(level)[0]!) as [number, number, number];
  const error = Math.abs(actual - median);
  const usual = Math.max((high - low) * BANDWIDTHS, Math.abs(median) * SMALLEST_SHARE);
  return error === 0 ? 0 : error / usual;
}
