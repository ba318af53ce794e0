import { scoredMean } from './scored-mean.js';

/**
 * Mean absolute error: how far a point forecast is from what happened, on average. 0 is perfect, lower is better. The
 * forecast that minimises it is the median, so it is the median that should be given.
 *
 * @param actual    observed values in the series' unit; NaN marks a missing sample, which is not scored
 * @param predicted point forecast at the same steps, in the same unit
 * @returns mean error in the series' unit; NaN when no step could be scored
 * @throws {RangeError} lengths that differ, or a value in `predicted` that is not finite
 * @example mae([10, NaN, 4], [8, 5, 5]) // 1.5: off by 2 and by 1; the middle step is not scored
 */
export function mae(actual: ArrayLike<number>, predicted: ArrayLike<number>): number {
  return scoredMean(actual, predicted, (observed, forecast) => Math.abs(observed - forecast));
}
