import { describe, expect, it } from 'vitest';
import { DEFAULT_LEVELS } from '../../src/core/forecast.js';
import type { FitOptions, Forecaster } from '../../src/core/forecaster.js';
import { lastValue } from '../../src/forecast/last-value.js';
import { linearRegression, predictLinear } from '../../src/forecast/predict-linear.js';
import { seasonalNaive } from '../../src/forecast/seasonal-naive.js';
import { destabilise } from '../../src/forecast/transform.js';
import { seriesOf } from './generators.js';

/** The forecast at one level, from the end of `length` samples. */
function forecast(
  forecaster: Forecaster,
  valueAt: (index: number) => number,
  { length = 200, level = 0.5, ...options }: Partial<FitOptions> & { length?: number; level?: number } = {},
): number[] {
  const series = seriesOf(Array.from({ length }, (_, i) => valueAt(i)));
  const all = { horizonSteps: 6, levels: DEFAULT_LEVELS, seasonSteps: [], ...options };
  return [...forecaster.fit(series, all).forecast().quantile(level)];
}

/** A load that grows by one per step on the scale on which residuals are taken: every residual is known. */
const steady = (index: number): number => destabilise(index);

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, k) => {
    expect(value / expected[k]!).toBeCloseTo(1, 9);
  });
}

describe('last-value', () => {
  it('has been wrong by h at h steps ahead of a steady load, at every level, and says so', () => {
    // The last of 200 samples has index 199; after h steps the index is 199 + h.
    const expected = [200, 201, 202, 203, 204, 205].map(steady);
    for (const level of DEFAULT_LEVELS) expectClose(forecast(lastValue, steady, { level }), expected);
  });

  it('repeats the newest known sample', () => {
    // Constant but for the end: nearly all residuals are 0, and so is their median.
    expectClose(
      forecast(lastValue, (i) => (i < 197 ? 100 : i === 197 ? 70 : NaN)),
      Array<number>(6).fill(70),
    );
  });
});

describe('seasonal-naive', () => {
  const hours = [10, 40, 90, 20, 60];
  const periodic = (index: number): number => hours[index % hours.length]!;

  it('repeats a load that repeats itself, over horizons longer than the season', () => {
    // 200 samples are 40 seasons: the next sample is the first of a season.
    expectClose(forecast(seasonalNaive, periodic, { seasonSteps: [5] }), [10, 40, 90, 20, 60, 10]);
    expectClose(forecast(seasonalNaive, periodic, { seasonSteps: [5], length: 202 }), [90, 20, 60, 10, 40, 90]);
  });

  it('goes back one season further where the last one has a gap', () => {
    // Flat, then one season of five that is not, then a gap of a season.
    const gappy = (index: number): number => (index < 190 ? 100 : index < 195 ? periodic(index) : NaN);
    expectClose(forecast(seasonalNaive, gappy, { seasonSteps: [5] }), [10, 40, 90, 20, 60, 10]);
  });

  it('repeats the newest known sample for a time of the season that was never seen', () => {
    const blind = (index: number): number => (index % 5 === 2 ? NaN : periodic(index));
    // In the place of the 90s stands the sample before the origin, the 60 at index 199.
    expectClose(forecast(seasonalNaive, blind, { seasonSteps: [5] }), [10, 40, 60, 20, 60, 10]);
  });

  it('has been wrong by a whole season ahead of a steady load', () => {
    // One season of 4 ago it was 4 less: the residual is 4 within the first season ahead, and 8 within the second.
    const expected = [200, 201, 202, 203, 204, 205].map(steady);
    expectClose(forecast(seasonalNaive, steady, { seasonSteps: [4], level: 0.9 }), expected);
  });

  it('uses the first season given', () => {
    expectClose(forecast(seasonalNaive, periodic, { seasonSteps: [5, 7] }), [10, 40, 90, 20, 60, 10]);
  });
});

describe('predict-linear', () => {
  it('goes on with a line', () => {
    const expected = [200, 201, 202, 203, 204, 205].map((i) => 1_000 + 3 * i);
    for (const level of DEFAULT_LEVELS) {
      expectClose(
        forecast(predictLinear, (i) => 1_000 + 3 * i, { level }),
        expected,
      );
    }
  });

  it('fits the last samples only, as many as it looks ahead', () => {
    // Flat at 100 but for the last 3 of 6 samples, which are 100 + 20, 40, 60. With x = -5..0: mean x -2.5, mean y 120,
    // covariance sum = (-2 * 20 + -1 * 40 + 0 * 60) - 6 * -2.5 * 20 = -80 + 300 = 220, spread 17.5, slope 88/7;
    // at x = 1: 120 + 3.5 * 88/7 = 164, and 88/7 more with every step.
    const rise = (index: number): number => (index < 197 ? 100 : 100 + 20 * (index - 196));
    const expected = [0, 1, 2, 3, 4, 5].map((k) => 164 + (k * 88) / 7);
    expectClose(forecast(predictLinear, rise), expected);
  });

  it('keeps the newest known sample where no line can be drawn', () => {
    expectClose(
      forecast(predictLinear, (i) => (i < 180 ? 100 : i === 193 ? 70 : NaN)),
      Array<number>(6).fill(70),
    );
  });

  it('does the same when it looks one step ahead', () => {
    expectClose(
      forecast(predictLinear, (i) => (i < 199 ? 100 : 70), { horizonSteps: 1 }),
      [70],
    );
  });
});

describe('linearRegression', () => {
  const lineThrough = (values: number[], first = 0): { intercept: number; slope: number } =>
    linearRegression(Float64Array.from(values), first, values.length - 1);

  it("has the numbers of Prometheus' own tests for predict_linear", () => {
    // promql/promqltest/testdata/functions.test, "testcounter_reset_middle_total 0+10x4 0+10x5" at 5m: the line through
    // all eleven samples, at 50m, is 38.63636363636364, and an hour, twelve steps, later 76.81818181818181.
    const { intercept, slope } = lineThrough([0, 10, 20, 30, 40, 0, 10, 20, 30, 40, 50]);
    expect(intercept).toBeCloseTo(38.63636363636364, 12);
    expect(intercept + 12 * slope).toBeCloseTo(76.81818181818181, 12);
  });

  it.each([
    ['two samples', [2, 5], { intercept: 5, slope: 3 }],
    ['a gap on the line', [1, NaN, 5], { intercept: 5, slope: 2 }],
    ['gaps at the end: the line goes on', [1, 3, NaN, NaN], { intercept: 7, slope: 2 }],
    ['equal samples, exactly', [0.1, 0.1, 0.1], { intercept: 0.1, slope: 0 }],
    ['one sample', [NaN, 4], { intercept: NaN, slope: NaN }],
    ['none', [NaN, NaN], { intercept: NaN, slope: NaN }],
  ])('draws the line through %s', (_, values, expected) => {
    expect(lineThrough(values)).toEqual(expected);
  });

  it('starts where it is told to', () => {
    expect(lineThrough([100, -50, 1, 2, 3], 2)).toEqual({ intercept: 3, slope: 1 });
  });
});
