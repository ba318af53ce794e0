import type { FitOptions, FittedForecaster, Forecaster } from '../core/forecaster.js';
import type { Series } from '../core/series.js';

/**
 * Fits a forecaster, beginning from what its model in use has learnt where it can.
 *
 * @param previous what `toJSON` of that model returned; undefined: there is none
 */
export function fitOn(
  forecaster: Forecaster,
  series: Series,
  options: FitOptions,
  previous: unknown,
): FittedForecaster {
  if (previous === undefined || forecaster.refit === undefined) return forecaster.fit(series, options);
  return forecaster.refit(series, options, previous);
}
