import { describe, expect, it } from 'vitest';
import type { Forecaster } from '../../../src/core/forecaster.js';
import { Series } from '../../../src/core/series.js';
import { combinationWith } from '../../../src/forecast/combination.js';
import { SHIPPED_MODELS } from '../../../src/forecast/pooled/shipped-models.js';
import { ridge } from '../../../src/forecast/ridge/ridge.js';
import { START_MS } from '../generators.js';
import { daily, DAY, HOUR, SHIFTS, shiftedLoads, STEP, walk } from '../shifted-loads.js';

const combination = combinationWith(SHIPPED_MODELS.path);
const HORIZON = 24;
const OPTIONS = { horizonSteps: HORIZON, levels: [0.5, 0.9], seasonSteps: [DAY] };

/** @param refitSteps how often a model is fitted to the last days anew, beside when it asks for it */
function coverageOnSecondDay(forecaster: Forecaster, values: Float64Array, shift: number, refitSteps: number): number {
  let covered = 0;
  let points = 0;
  const endOrigin = shift + 2 * DAY - 1;
  for (const { origin, model } of walk(forecaster, OPTIONS, values, { refitSteps, endOrigin })) {
    if (origin + HORIZON < shift + DAY || origin % 3 !== 0) continue;
    const upper = model.forecast().values[1]!;
    for (let k = 0; k < HORIZON; k++) {
      const target = origin + 1 + k;
      if (target < shift + DAY || target >= shift + 2 * DAY) continue;
      points++;
      if (values[target]! <= upper[k]!) covered++;
    }
  }
  return covered / points;
}

describe.each([ridge, combination])('$name, on the second day after a shift of the level', (forecaster) => {
  it.each(SHIFTS)('covers 0.9 within three points: times %d, the model %s', (factor, _, refitSteps) => {
    const shares = shiftedLoads(factor).map(({ values, shift }) =>
      coverageOnSecondDay(forecaster, values, shift, refitSteps),
    );
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    expect(Math.abs(mean - 0.9), shares.join(', ')).toBeLessThan(0.03);
    // One day of one load has some 24 independent errors: a standard error of 0.06 = sqrt(0.9 * 0.1 / 24).
    for (const share of shares) expect(Math.abs(share - 0.9), shares.join(', ')).toBeLessThan(0.03 + 1.5 * 0.06);
  });
});

describe.each([ridge, combination])('$name, where the level shifts', (forecaster) => {
  const shift = 6 * DAY + 100;
  const values = daily(9).map((value, i) => (i < shift ? value : value * 1.5));
  const until = (end: number): Series => new Series(START_MS, STEP, values.slice(0, end));

  it('forecasts better on the day after it than one that knows nothing from before the shift', () => {
    const errorOf = (from: number): number => {
      const model = forecaster.fit(new Series(START_MS + from * STEP, STEP, values.slice(from, shift + DAY)), OPTIONS);
      let error = 0;
      for (let origin = shift + DAY; origin < shift + 2 * DAY; origin++) {
        model.update(values[origin]!);
        const median = model.forecast().values[0]!;
        for (let k = 0; k < HORIZON; k++) error += Math.abs(median[k]! - values[origin + 1 + k]!);
      }
      return error;
    };
    expect(errorOf(0)).toBeLessThan(0.9 * errorOf(shift));
  });

  it.each([shift + 50, shift + 76, shift + 90, shift + 200])(
    'is restored bit for bit at sample %i, and goes on in the same way',
    (saved) => {
      const model = forecaster.fit(until(6 * DAY), OPTIONS);
      for (let i = 6 * DAY; i < saved; i++) model.update(values[i]!);
      const restored = forecaster.restore(JSON.parse(JSON.stringify(model)));
      expect(restored.forecast()).toEqual(model.forecast());
      for (let i = saved; i < shift + 210; i++) {
        model.update(values[i]!);
        restored.update(values[i]!);
      }
      expect(restored.forecast()).toEqual(model.forecast());
    },
  );

  it('reads nothing after the origin', () => {
    const end = shift + 100;
    const view = new Series(START_MS, STEP, values.subarray(0, end));
    expect(forecaster.fit(view, OPTIONS).forecast()).toEqual(forecaster.fit(until(end), OPTIONS).forecast());
  });

  it('scales with the load', () => {
    const plain = forecaster.fit(until(shift + 100), OPTIONS).forecast();
    const larger = forecaster.fit(
      new Series(
        START_MS,
        STEP,
        until(shift + 100).values.map((y) => 1e3 * y),
      ),
      OPTIONS,
    );
    larger.forecast().values.forEach((row, l) => {
      row.forEach((value, k) => {
        expect(value / 1e3 / plain.values[l]![k]!).toBeCloseTo(1, 4);
      });
    });
  });
});

describe('ridge, where the level shifts', () => {
  it('comes to the same by updates as by a fit, until the shift is found', () => {
    const values = daily(10).map((value, i) => (i < 6 * DAY + 100 ? value : value * 0.6));
    const model = ridge.fit(new Series(START_MS, STEP, values.slice(0, 5 * DAY)), OPTIONS);
    let end = 5 * DAY;
    for (; model.isOutdated !== true; end++) model.update(values[end]!);
    // Six hours and what is left of the seventh.
    expect(end).toBeGreaterThanOrEqual(6 * DAY + 100 + 6 * HOUR);
    expect(end).toBeLessThanOrEqual(6 * DAY + 100 + 7.5 * HOUR);
    const untilThen = ridge.fit(new Series(START_MS, STEP, values.slice(0, 5 * DAY)), OPTIONS);
    for (let i = 5 * DAY; i < end - 1; i++) untilThen.update(values[i]!);
    const fitted = (length: number) => ridge.fit(new Series(START_MS, STEP, values.slice(0, length)), OPTIONS);
    expect(untilThen.forecast()).toEqual(fitted(end - 1).forecast());
    // A fit knows more now; the model stays outdated, whatever comes.
    expect(model.forecast()).not.toEqual(fitted(end).forecast());
    for (let i = end; i < end + 20; i++) model.update(values[i]!);
    expect(model.isOutdated).toBe(true);
    expect(fitted(end).isOutdated).toBe(false);
  });
});
