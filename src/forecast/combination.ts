/**
 * The mean of two models of different kinds: the ridge regression and Holt-Winters.
 *
 *     sqrt(y(t + h)) = (r(t, h) + w(t, h)) / 2 + e_h
 *
 * The regression weighs many days and says what is usual; Holt-Winters believes yesterday and where the load is now. Their
 * errors have little in common, so that those of the mean are smaller than either's. Equal weights, because weights
 * estimated from a week are worse: the "forecast combination puzzle" (Stock & Watson 2004, J. Forecasting 23(6); Bates & Granger
 * 1969, Operational Research Quarterly 20(4)). The mean is corrected and calibrated by errors of its own (`prequential/`), and by what
 * such forecasts were wrong by on other loads (`pooled/`).
 *
 * The five parameters of Holt-Winters are optimised on the whole history, and so in hindsight for the errors before the fit.
 * Against the first three fifths, that brings 2 % of accuracy and does not show in the coverage.
 *
 * Where one of the two is of no use, as on loads that move in steps, neither is the mean.
 */
import type { FilterMethod } from './filtered.js';
import { holtWintersInHindsight } from './holt-winters/holt-winters.js';
import type { PooledErrors } from './pooled/pooled-errors.js';
import { FilterMember } from './prequential/filter-member.js';
import { prequential, type LevellingForecaster } from './prequential/prequential.js';
import { RidgeMember, ridgeMinSamples } from './ridge/ridge-member.js';

/**
 * @param pooled what such forecasts were wrong by on other loads; null: not known
 * @param holtWinters of one's own
 */
export function combinationWith(
  pooled: PooledErrors | null,
  holtWinters: FilterMethod = holtWintersInHindsight,
): LevellingForecaster {
  return prequential({
    name: 'combination',
    format: 5,
    minSamples: ridgeMinSamples,
    start: (series, frame, knots) => [
      new RidgeMember(frame, knots),
      new FilterMember(holtWinters.start(series, frame.options), knots.steps),
    ],
    restore: ([ridge, filter], frame, knots) => [
      RidgeMember.restore(ridge, frame, knots),
      FilterMember.restore(filter, (state) => holtWinters.restore(state), knots.steps),
    ],
    pooled,
  });
}
