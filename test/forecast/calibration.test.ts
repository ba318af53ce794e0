import { describe, expect, it } from 'vitest';
import { DAY_MS, MINUTE_MS } from '../../src/core/duration.js';
import { DEFAULT_LEVELS } from '../../src/core/forecast.js';
import type { FittedForecaster, Forecaster } from '../../src/core/forecaster.js';
import { Series } from '../../src/core/series.js';
import { allForecasters, forecasterByName } from '../../src/forecast/registry.js';
import { dailyLoad, dice, generate, randomWalk, wave } from './generators.js';

const STEP = 5 * MINUTE_MS;
const DAY = DAY_MS / STEP;
const DAYS = 20;
const FITTED_DAYS = 6;
const HORIZON = 12;
const WINDOW = 6;

/** What a day ago, or a whole window, says of a random walk stays wrong by about as much for a day. */
const WRONG_FOR_A_DAY = ['seasonal-naive on a random walk', 'fft on a random walk'];

/** Errors in two weeks of walking on that are independent of each other: those of different hours are, for the others. */
const independentErrors = (forecaster: string, load: string): number =>
  (DAYS - FITTED_DAYS) * (WRONG_FOR_A_DAY.includes(`${forecaster} on ${load}`) ? 1 : 24);

const LOADS: Readonly<Record<string, (seed: number) => Series>> = {
  'a mean that is returned to (AR(1), 0.8 per step)': (seed) => {
    const random = dice(seed);
    let distance = 0;
    return generate(DAYS * DAY, STEP, () => (distance = 0.8 * distance + 20 * random.normal()) + 500);
  },
  'a daily curve with noise': (seed) => dailyLoad(seed, DAYS, { stepMs: STEP }),
  'few arrivals, by chance, on a daily curve': (seed) => {
    const random = dice(seed);
    return generate(DAYS * DAY, STEP, (i) => random.poisson(5 + 20 * wave(i * STEP)));
  },
  'a random walk': (seed) => randomWalk(seed, DAYS * DAY, STEP, 5_000, 5),
};

describe.each(Object.entries(LOADS))('on %s', (load, generated) => {
  it.each(allForecasters().map((forecaster) => [forecaster.name, forecaster] as const))(
    '%s is as often at or above what comes as its levels say, within 2.5 standard errors',
    (name, forecaster) => {
      const shares = walk(forecaster, generated(1));
      // What chance allows a share to be off: 2.5 standard errors, as hundreds of shares are looked at.
      const bound = (level: number, standardErrors = 2.5): number =>
        standardErrors * Math.sqrt((level * (1 - level)) / independentErrors(name, load));
      DEFAULT_LEVELS.forEach((level, l) => {
        const perStep = shares.map((row) => row[l]!);
        const overall = perStep.reduce((sum, share) => sum + share, 0) / HORIZON;
        expect(Math.abs(overall - level), `level ${level}: ${overall}`).toBeLessThan(bound(level));
        // One step ahead and at the last step, by themselves, within three.
        for (const share of [perStep[0]!, perStep.at(-1)!]) {
          expect(Math.abs(share - level), `level ${level}: ${share}`).toBeLessThan(bound(level, 3));
        }
      });
    },
  );
});

describe.each(Object.entries(LOADS))('on %s', (load, generated) => {
  it('the highest load of half an hour is as often at or below what comes as its levels say, within 2.5 standard errors', () => {
    const shares = walkWindows(generated(1));
    DEFAULT_LEVELS.forEach((level, l) => {
      const standardError = Math.sqrt((level * (1 - level)) / independentErrors('combination', load));
      expect(Math.abs(shares[l]! - level), `level ${level}: ${shares[l]}`).toBeLessThan(2.5 * standardError);
    });
  });
});

/** Fits to the first days and walks on sample by sample. @returns the share of actuals at or below, by step and level */
function walk(forecaster: Forecaster, { startMs, values }: Series): number[][] {
  const model = fitted(forecaster, startMs, values);
  const below = Array.from({ length: HORIZON }, () => DEFAULT_LEVELS.map(() => 0));
  let origins = 0;
  for (let origin = FITTED_DAYS * DAY; origin + HORIZON < values.length; origin++) {
    model.update(values[origin]!);
    if (origin % 2 !== 0) continue;
    origins++;
    model.forecast().values.forEach((row, l) => {
      for (let k = 0; k < HORIZON; k++) if (values[origin + 1 + k]! <= row[k]!) below[k]![l]!++;
    });
  }
  return below.map((row) => row.map((count) => count / origins));
}

/** The same of the highest value of a window. @returns the share of windows whose highest is at or below, by level */
function walkWindows({ startMs, values }: Series): number[] {
  const model = fitted(forecasterByName('combination'), startMs, values);
  const below = DEFAULT_LEVELS.map(() => 0);
  let origins = 0;
  for (let origin = FITTED_DAYS * DAY; origin + WINDOW < values.length; origin++) {
    model.update(values[origin]!);
    if (origin % 2 !== 0) continue;
    origins++;
    const highest = Math.max(...values.subarray(origin + 1, origin + 1 + WINDOW));
    model.forecast().windowMaxima[0]!.values.forEach((quantile, l) => {
      if (highest <= quantile) below[l]!++;
    });
  }
  return below.map((count) => count / origins);
}

function fitted(forecaster: Forecaster, startMs: number, values: Float64Array): FittedForecaster {
  const history = new Series(startMs, STEP, values.slice(0, FITTED_DAYS * DAY));
  const windowSteps = [WINDOW];
  return forecaster.fit(history, { horizonSteps: HORIZON, levels: DEFAULT_LEVELS, seasonSteps: [DAY], windowSteps });
}
