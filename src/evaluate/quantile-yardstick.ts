import { DAY_MS } from '../core/duration.js';
import { InsufficientHistoryError } from '../core/errors.js';
import { Forecast } from '../core/forecast.js';
import type { FitOptions } from '../core/forecaster.js';
import type { Series } from '../core/series.js';
import { atHorizon, horizonKnots } from '../forecast/horizon-knots.js';
import { RollingQuantiles } from '../forecast/rolling-quantiles.js';
import { seasonalNaive, seasonalNaiveRule } from '../forecast/seasonal-naive.js';
import { destabilise, stabilise } from '../forecast/transform.js';
import { SEASONAL_NAIVE } from './baselines.js';
import type { Contestant } from './contestant.js';

/** As the model `seasonal-naive` has them. */
const KNOTS = 12;
const RESIDUALS_KEPT = 2_160;

/**
 * The yardstick for quantiles: the value one day earlier with the plain empirical quantiles, on the square-root scale, of
 * what that rule got wrong at every earlier origin of the same history, per steps ahead. Unlike those of the models, they
 * are not corrected by what they covered: a yardstick has to stay as it is.
 *
 * @returns undefined when a step is longer than a day
 */
export function seasonalNaiveWithQuantiles(stepMs: number): Contestant | undefined {
  const daySteps = Math.round(DAY_MS / stepMs);
  if (daySteps < 1) return undefined;
  const aDay = (options: FitOptions): FitOptions => ({ ...options, seasonSteps: [daySteps] });
  const minSamples = (options: FitOptions): number => seasonalNaive.minSamples(aDay(options));
  return {
    name: SEASONAL_NAIVE,
    minSamples,
    fit(history, options) {
      const known = history.countKnown();
      if (known < minSamples(options)) throw new InsufficientHistoryError(known, minSamples(options), SEASONAL_NAIVE);
      return { forecast: () => forecastOf(history, aDay(options)) };
    },
  };
}

function forecastOf({ values, lastMs: originMs, stepMs }: Series, options: FitOptions): Forecast {
  const { horizonSteps, levels } = options;
  const knots = horizonKnots(horizonSteps, KNOTS);
  const residuals = knots.steps.map(
    (steps) => new RollingQuantiles(RESIDUALS_KEPT, residualsAt(steps, values, options)),
  );
  const point = seasonalNaiveRule.from(values, values.length - 1, options);
  const floor = values.some((value) => value < 0) ? -Infinity : 0;
  const rows = levels.map((level) => {
    const offsets = residuals.map((each) => each.quantile(level));
    return Float64Array.from({ length: horizonSteps }, (_, k) => {
      const offset = atHorizon(knots, k + 1, (knot) => offsets[knot]!);
      return Math.max(floor, destabilise(stabilise(point(k + 1)) + offset));
    });
  });
  return new Forecast({ model: SEASONAL_NAIVE, originMs, stepMs, levels, values: rows });
}

/** What the rule got wrong so many steps ahead, of all origins whose target is known, oldest first. */
function residualsAt(steps: number, values: Float64Array, options: FitOptions): number[] {
  const residuals: number[] = [];
  for (let target = seasonalNaiveRule.warmupSteps(options) - 1 + steps; target < values.length; target++) {
    if (Number.isNaN(values[target]!)) continue;
    const predicted = seasonalNaiveRule.from(values, target - steps, options)(steps);
    const residual = stabilise(values[target]!) - stabilise(predicted);
    if (Number.isFinite(residual)) residuals.push(residual);
  }
  return residuals;
}
