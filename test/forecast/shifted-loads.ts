import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/core/duration.js';
import type { FitOptions, FittedForecaster, Forecaster } from '../../src/core/forecaster.js';
import { Series } from '../../src/core/series.js';
import { dailyLoad, dice, generate, START_MS, wave } from './generators.js';

/** Of the loads below. */
export const STEP = 5 * MINUTE_MS;
export const DAY = DAY_MS / STEP;
export const HOUR = HOUR_MS / STEP;
const FITTED_DAYS = 7;

/** Eight loads of eleven days, each with the hour of the eighth day at which it shifts. */
const LOADS: readonly (readonly [load: Float64Array, hour: number])[] = [
  [daily(1), 9],
  [daily(2), 3],
  [daily(3), 14],
  [daily(4), 20],
  [daily(5, 400, 200), 6],
  [daily(6, 50, 800), 17],
  [arrivals(7), 0],
  [restless(8), 11],
];

export function daily(seed: number, base = 100, height = 400): Float64Array {
  return dailyLoad(seed, 11, { stepMs: STEP, base, height }).values;
}

function arrivals(seed: number): Float64Array {
  const random = dice(seed);
  return generate(11 * DAY, STEP, (i) => random.poisson(5 + 20 * wave(i * STEP))).values;
}

/** What is off by 6 % now is off by a third of that an hour later. */
function restless(seed: number): Float64Array {
  const random = dice(seed);
  let off = 0;
  return generate(11 * DAY, STEP, (i) => {
    off = 0.913 * off + 0.024 * random.normal();
    return (100 + 400 * wave(i * STEP)) * (1 + off);
  }).values;
}

/** Shifts, each with how often a model is fitted anew: factor, in words, steps. */
export const SHIFTS: readonly (readonly [factor: number, words: string, refitSteps: number])[] = [
  [1.5, 'is fitted anew when it is outdated', Infinity],
  [0.6, 'is fitted anew when it is outdated', Infinity],
  [2, 'is fitted anew every six hours too', 6 * HOUR],
  [0.4, 'is fitted anew every six hours too', 6 * HOUR],
];

/** The loads, from some sample of the eighth day on at a multiple of their level. */
export function shiftedLoads(factor: number): { readonly values: Float64Array; readonly shift: number }[] {
  return LOADS.map(([load, hour]) => {
    const shift = FITTED_DAYS * DAY + hour * HOUR;
    return { shift, values: load.map((value, i) => (i < shift ? value : value * factor)) };
  });
}

/** Fits to the seven days before an index. */
function fitBefore(forecaster: Forecaster, options: FitOptions, values: Float64Array, end: number): FittedForecaster {
  const start = end - FITTED_DAYS * DAY;
  return forecaster.fit(new Series(START_MS + start * STEP, STEP, values.slice(start, end)), options);
}

/**
 * The model as the service has it, sample by sample from the eighth day on.
 *
 * @param refitSteps how often it is fitted to the last days anew, beside when it asks for it
 * @param endOrigin the last origin is before it
 */
export function* walk(
  forecaster: Forecaster,
  options: FitOptions,
  values: Float64Array,
  { refitSteps, endOrigin }: { readonly refitSteps: number; readonly endOrigin: number },
): Generator<{ readonly origin: number; readonly model: FittedForecaster }> {
  let model = fitBefore(forecaster, options, values, FITTED_DAYS * DAY);
  for (let origin = FITTED_DAYS * DAY; origin < endOrigin; origin++) {
    model.update(values[origin]!);
    const isDue = (origin + 1) % refitSteps === 0;
    if (model.isOutdated === true || isDue) model = fitBefore(forecaster, options, values, origin + 1);
    yield { origin, model };
  }
}
