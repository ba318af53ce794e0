import { describe, expect, it } from 'vitest';
import type { FitOptions } from '../../../src/core/forecaster.js';
import { Series } from '../../../src/core/series.js';
import { forecasterByName } from '../../../src/forecast/registry.js';
import { START_MS } from '../generators.js';
import { daily, DAY, SHIFTS, shiftedLoads, STEP, walk } from '../shifted-loads.js';

const WIDTHS = [1, 3, 12];
const OPTIONS: FitOptions = { horizonSteps: 24, levels: [0.5, 0.9], seasonSteps: [DAY], windowSteps: WIDTHS };
const forecaster = forecasterByName('ridge');

/** How often the 0.9 quantile of each window held its highest load, from origins of the second day after a shift. */
function coverageOnSecondDay(values: Float64Array, shift: number, refitSteps: number): number[] {
  const covered = WIDTHS.map(() => 0);
  let origins = 0;
  const endOrigin = shift + 2 * DAY - Math.max(...WIDTHS);
  for (const { origin, model } of walk(forecaster, OPTIONS, values, { refitSteps, endOrigin })) {
    if (origin < shift + DAY || origin % 3 !== 0) continue;
    origins++;
    model.forecast().windowMaxima.forEach(({ steps, values: quantiles }, w) => {
      if (Math.max(...values.subarray(origin + 1, origin + 1 + steps)) <= quantiles[1]!) covered[w]!++;
    });
  }
  return covered.map((count) => count / origins);
}

describe('window maxima on the second day after a shift of the level', () => {
  // What a window of an hour covers of loads that do not shift at all is 0.88.
  it.each(SHIFTS)('cover 0.9 within four points: times %d, the model %s', (factor, _, refitSteps) => {
    const perLoad = shiftedLoads(factor).map(({ values, shift }) => coverageOnSecondDay(values, shift, refitSteps));
    WIDTHS.forEach((width, w) => {
      const mean = perLoad.reduce((sum, shares) => sum + shares[w]!, 0) / perLoad.length;
      expect(Math.abs(mean - 0.9), `${width} steps: ${perLoad.map((shares) => shares[w]).join(', ')}`).toBeLessThan(
        0.04,
      );
    });
  });
});

describe('window maxima where the level shifts', () => {
  const shift = 6 * DAY + 100;
  const values = daily(9).map((value, i) => (i < shift ? value : value * 1.5));

  it.each([shift + 50, shift + 76, shift + 90, shift + 200])('are restored bit for bit at sample %i', (saved) => {
    const model = forecaster.fit(new Series(START_MS, STEP, values.slice(0, saved)), OPTIONS);
    const restored = forecaster.restore(JSON.parse(JSON.stringify(model)));
    expect(restored.forecast()).toEqual(model.forecast());
    for (let i = saved; i < saved + 20; i++) {
      model.update(values[i]!);
      restored.update(values[i]!);
    }
    expect(restored.forecast()).toEqual(model.forecast());
  });

  it('lose less on the day after it than those that know nothing from before the shift', () => {
    const lossOf = (from: number): number => {
      const start = new Series(START_MS + from * STEP, STEP, values.slice(from, shift + DAY));
      const model = forecaster.fit(start, OPTIONS);
      let loss = 0;
      for (let origin = shift + DAY; origin < shift + 2 * DAY; origin++) {
        model.update(values[origin]!);
        for (const { steps, values: quantiles } of model.forecast().windowMaxima) {
          const short = Math.max(...values.subarray(origin + 1, origin + 1 + steps)) - quantiles[1]!;
          loss += short > 0 ? 0.9 * short : -0.1 * short;
        }
      }
      return loss;
    };
    expect(lossOf(0)).toBeLessThan(0.9 * lossOf(shift));
  });
});
