/**
 * Mean of a per-point statistic over the points that can be scored: those whose actual value is known. All metrics share
 * this rule, so they are means over the same points.
 *
 * @param actual    observed values; NaN marks a missing sample, which is not scored
 * @param predicted one finite value per step
 * @returns NaN when no point could be scored
 * @throws {RangeError} lengths that differ, or a value in `predicted` that is not finite, whether or not its point can
 *   be scored: a model must not improve its score by abstaining
 */
export function scoredMean(
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
  stat: (actual: number, predicted: number) => number,
): number {
  if (actual.length !== predicted.length) {
    throw new RangeError(`${actual.length} actual values need as many predicted ones, got ${predicted.length}`);
  }
  let sum = 0;
  let points = 0;
  for (let i = 0; i < actual.length; i++) {
    const forecast = predicted[i]!;
    if (!Number.isFinite(forecast)) throw new RangeError(`predicted value ${i} must be finite, got ${forecast}`);
    const observed = actual[i]!;
    if (Number.isNaN(observed)) continue;
    sum += stat(observed, forecast);
    points++;
  }
  return sum / points;
}
