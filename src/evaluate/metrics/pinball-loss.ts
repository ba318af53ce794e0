import { scoredMean } from './scored-mean.js';

/**
 * Mean pinball (quantile) loss: how well one forecast quantile met what happened.
 *
 * Each unit of under-forecast costs `level`, each unit of over-forecast `1 - level`; 0 is perfect, lower is
 * better. No factor 2, as in utilsforecast; GluonTS's `quantile_loss` is twice this number.
 *
 * @param actual    observed values in the series' unit; NaN marks a missing sample, which is not scored
 * @param predicted forecast of the `level` quantile at the same steps, in the same unit
 * @param level     quantile level in (0, 1), such as 0.9; not a percentage
 * @returns mean loss in the series' unit; NaN when no step could be scored
 * @throws {RangeError} `level` outside (0, 1), lengths that differ, or a value in `predicted` that is not finite: a
 *   model must not improve its score by abstaining
 * @see Koenker & Bassett (1978), "Regression Quantiles", Econometrica 46(1), 33-50
 * @example pinballLoss([10], [8], 0.9) // 1.8: two units short, each costing 0.9
 */
export function pinballLoss(actual: ArrayLike<number>, predicted: ArrayLike<number>, level: number): number {
  if (!(level > 0 && level < 1)) throw new RangeError(`level must be in (0, 1), got ${level}`);
  return scoredMean(actual, predicted, (observed, forecast) =>
    observed > forecast ? level * (observed - forecast) : (1 - level) * (forecast - observed),
  );
}
