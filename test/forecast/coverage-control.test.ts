import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/core/duration.js';
import { Series } from '../../src/core/series.js';
import { DEFAULT_LEVELS } from '../../src/core/forecast.js';
import { CoverageControl, type CoverageControlState } from '../../src/forecast/coverage-control.js';
import { forecasterByName } from '../../src/forecast/registry.js';
import { RollingQuantiles } from '../../src/forecast/rolling-quantiles.js';
import { readGolden } from '../golden/read.js';
import { dailyLoad, dice } from './generators.js';

interface ControlCase {
  readonly title: string;
  readonly residuals: readonly number[];
  readonly levels: readonly number[];
  readonly quantiles: readonly number[];
}

function controlOf(residuals: Iterable<number>, capacity = 2_160): CoverageControl {
  const control = new CoverageControl(capacity);
  for (const residual of residuals) control.push(residual);
  return control;
}

describe('CoverageControl', () => {
  it.each(readGolden('control') as ControlCase[])(
    'agrees with the definition evaluated in numpy on $title',
    ({ residuals, levels, quantiles }) => {
      const control = controlOf(residuals, residuals.length);
      levels.forEach((level, i) => {
        expect(control.quantile(level)).toBeCloseTo(quantiles[i]!, 10);
      });
    },
  );

  it('has none while there are no residuals', () => {
    expect(new CoverageControl(10).quantile(0.5)).toBeNaN();
  });

  it('begins as the plain quantiles', () => {
    expect(controlOf([3, 1, 2]).quantile(0.5)).toBeCloseTo(new RollingQuantiles(3, [1, 2, 3]).quantile(0.5), 1);
  });

  it('leaves a load that mostly stays where it is a median of exactly no change', () => {
    const random = dice(3);
    const residuals = Array.from({ length: 3_000 }, () => (random.uniform() < 0.9 ? 0 : random.normal()));
    const control = controlOf(residuals);
    for (const level of [0.25, 0.5, 0.75]) expect(control.quantile(level)).toBe(0);
    expect(control.quantile(0.99)).toBeGreaterThan(0);
  });

  it.each<[string, number, number]>([
    ['a load that has become larger than forecast', 3, 1],
    ['one that has become three times as noisy', 0, 3],
  ])('covers 0.9 again, within three points, a day after the residuals have changed: %s', (_, shift, spread) => {
    const random = dice(1);
    const day = DAY_MS / (2 * MINUTE_MS);
    const residualAt = (i: number): number => (i < 3 * day ? random.normal() : shift + spread * random.normal());
    const control = controlOf(Array.from({ length: 4 * day }, (__, i) => residualAt(i)));
    let covered = 0;
    for (let i = 0; i < day; i++) {
      const residual = residualAt(4 * day + i);
      if (residual <= control.quantile(0.9)) covered++;
      control.push(residual);
    }
    expect(Math.abs(covered / day - 0.9)).toBeLessThan(0.03);
  });

  it('never lets quantiles cross, whatever the residuals: property', () => {
    const residual = fc.oneof(fc.integer({ min: -2, max: 2 }), fc.double({ min: -1e6, max: 1e6, noNaN: true }));
    const levels = [0.001, 0.05, 0.07, 0.25, 0.5, 0.51, 0.9, 0.95, 0.99, 0.999];
    fc.assert(
      fc.property(
        fc.array(residual, { minLength: 1, maxLength: 400 }),
        fc.integer({ min: 1, max: 300 }),
        (all, kept) => {
          const quantiles = levels.map((level) => controlOf(all, kept).quantile(level));
          quantiles.forEach((quantile, l) => {
            expect(quantile).toBeGreaterThanOrEqual(quantiles[l - 1] ?? -Infinity);
          });
        },
      ),
    );
  });

  it('goes on after it was saved as if it had not been, bit for bit: property', () => {
    const residuals = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { maxLength: 100 });
    fc.assert(
      fc.property(residuals, residuals, fc.integer({ min: 1, max: 60 }), (before, after, capacity) => {
        const control = controlOf(before, capacity);
        const saved = JSON.parse(JSON.stringify(control.toJSON())) as CoverageControlState;
        const restored = new CoverageControl(capacity, saved);
        for (const residual of after) {
          control.push(residual);
          restored.push(residual);
        }
        expect(restored.toJSON()).toEqual(control.toJSON());
        expect(restored.quantile(0.9)).toBe(control.quantile(0.9));
      }),
    );
  });

  it('has the plain quantiles again after a residual that was only kept', () => {
    const random = dice(4);
    const residuals = Array.from({ length: 600 }, (_, i) => random.normal() + (i < 400 ? 0 : 2));
    const control = controlOf(residuals);
    const plain = new RollingQuantiles(1_000, residuals);
    expect(control.quantile(0.9)).toBeGreaterThan(plain.quantile(0.9));
    control.keep(0);
    plain.push(0);
    expect(control.quantile(0.9)).toBeCloseTo(plain.quantile(0.9), 10);
  });

  it('refuses a residual that is not finite', () => {
    expect(() => {
      new CoverageControl(3).push(NaN);
    }).toThrow(new RangeError('only finite numbers have quantiles, got NaN'));
  });
});

describe('after a level shift', () => {
  const STEP = 5 * MINUTE_MS;
  const DAY = DAY_MS / STEP;
  const HORIZON = (2 * HOUR_MS) / STEP;

  /** Share of a day, from a day after the level of a daily load was multiplied, at or below the 0.9 quantile. */
  function coverageTheDayAfter(model: string, factor: number, seed: number): number {
    const load = dailyLoad(seed, 10, { stepMs: STEP });
    const values = load.values.map((value, i) => (i < 7 * DAY ? value : value * factor));
    const history = load.between(load.startMs, load.timeAt(6 * DAY));
    const options = { horizonSteps: HORIZON, levels: DEFAULT_LEVELS, seasonSteps: [DAY] };
    let fitted = forecasterByName(model).fit(history, options);
    let covered = 0;
    for (let origin = 6 * DAY; origin < 9 * DAY; origin++) {
      fitted.update(values[origin]!);
      if (fitted.isOutdated === true) {
        fitted = forecasterByName(model).fit(new Series(load.startMs, STEP, values.slice(0, origin + 1)), options);
      }
      if (origin < 8 * DAY) continue;
      fitted
        .forecast()
        .quantile(0.9)
        .forEach((quantile, k) => (covered += values[origin + 1 + k]! <= quantile ? 1 : 0));
    }
    return covered / (DAY * HORIZON);
  }

  it.each(
    ['last-value', 'profile', 'harmonic', 'combination'].flatMap((model) =>
      [1.5, 0.6].map((factor) => [model, factor] as const),
    ),
  )('%s covers 0.9 within three points from the second day on: times %d', (model, factor) => {
    const seeds = [1, 2, 3];
    const mean = seeds.reduce((sum, seed) => sum + coverageTheDayAfter(model, factor, seed), 0) / seeds.length;
    expect(Math.abs(mean - 0.9)).toBeLessThan(0.03);
  });
});
