import { mae } from './mae.js';

/**
 * Mean absolute scaled error: the error in units of what forecasting by "as one season ago" would have cost within the
 * history. Below 1, the forecast was closer than that. Being free of the unit, it can be averaged over series.
 *
 * Nothing stands in for a scale that does not exist: sktime substitutes epsilon for 0 and GluonTS falls back to lag 1,
 * either of which would drown an average. Callers count the NaNs.
 *
 * @param actual       observed values; NaN marks a missing sample, which is not scored
 * @param predicted    point forecast at the same steps, in the same unit
 * @param history      the samples the forecast was made from, NaN for gaps
 * @param seasonLength steps in a season, such as 720 for a day of 2-minute steps
 * @returns NaN when no step could be scored, or when {@link seasonalNaiveError} is 0 or NaN
 * @throws {RangeError} as {@link mae} and {@link seasonalNaiveError}
 * @see Hyndman & Koehler (2006), "Another look at measures of forecast accuracy", Int. J. Forecasting 22(4), 679-688
 */
export function mase(
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
  history: ArrayLike<number>,
  seasonLength: number,
): number {
  const scale = seasonalNaiveError(history, seasonLength);
  return scale === 0 ? NaN : mae(actual, predicted) / scale;
}

/**
 * Mean absolute difference between samples one season apart: the in-sample error of seasonal-naive, and the scale of
 * {@link mase}. Pairs with a gap on either side do not count.
 *
 * @returns in the unit of the series; NaN when no two known samples are a season apart
 * @throws {RangeError} `seasonLength` not a positive integer
 */
export function seasonalNaiveError(history: ArrayLike<number>, seasonLength: number): number {
  if (!Number.isInteger(seasonLength) || seasonLength < 1) {
    throw new RangeError(`seasonLength must be a whole number of steps >= 1, got ${seasonLength}`);
  }
  let sum = 0;
  let pairs = 0;
  for (let i = seasonLength; i < history.length; i++) {
    const difference = Math.abs(history[i]! - history[i - seasonLength]!);
    if (Number.isNaN(difference)) continue;
    sum += difference;
    pairs++;
  }
  return sum / pairs;
}
