import { scoredMean } from './scored-mean.js';

/**
 * Share of the actual values at or below a forecast quantile. For a calibrated model it equals the level of that
 * quantile: below it the model promises too much, above it the model buys too much. On a load that often has exactly one
 * value (such as 0), a correct quantile can sit on that value, and coverage then exceeds the level.
 *
 * @param actual    observed values in the series' unit; NaN marks a missing sample, which is not scored
 * @param predicted forecast of one quantile at the same steps, in the same unit
 * @returns share in [0, 1]; NaN when no step could be scored
 * @throws {RangeError} lengths that differ, or a value in `predicted` that is not finite
 * @example coverage([1, 2, 3, 4], [2, 2, 2, 2]) // 0.5: 1 and 2 are at or below
 */
export function coverage(actual: ArrayLike<number>, predicted: ArrayLike<number>): number {
  return scoredMean(actual, predicted, (observed, forecast) => (observed <= forecast ? 1 : 0));
}
