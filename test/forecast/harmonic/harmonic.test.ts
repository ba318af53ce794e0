import { describe, expect, it } from 'vitest';
import { encodeFloats } from '../../../src/forecast/floats.js';
import { AutoregressiveErrors } from '../../../src/forecast/harmonic/autoregressive-errors.js';
import { Fourier } from '../../../src/forecast/harmonic/fourier.js';
import { harmonic } from '../../../src/forecast/harmonic/harmonic.js';
import { Moments } from '../../../src/forecast/ridge/moments.js';
import { destabilise } from '../../../src/forecast/transform.js';
import { readGolden } from '../../golden/read.js';
import { dice, generate } from '../generators.js';

interface HarmonicCase {
  readonly title: string;
  readonly season: number;
  readonly harmonics: number;
  readonly values: readonly number[];
  readonly curve: readonly number[];
  readonly ar: readonly number[];
  readonly forecast: readonly number[];
}

const cases = readGolden('harmonic') as HarmonicCase[];

describe('Fourier', () => {
  it.each(cases)(
    'with least squares finds the curve of statsmodels: $title',
    ({ season, harmonics, values, curve }) => {
      const fourier = new Fourier([season], harmonics);
      const moments = new Moments(fourier.count);
      const row = new Float64Array(fourier.count);
      values.forEach((value, time) => {
        fourier.write(time, row);
        moments.add(row, value, 1);
      });
      // A penalty too small to show, as ordinary least squares has none.
      moments.solve(1e-13).forEach((coefficient, i) => {
        expect(coefficient).toBeCloseTo(curve[i]!, 8);
      });
    },
  );

  it.each([
    ['no season: the constant', [], 1],
    ['ten sines of a season', [100], 21],
    ['as many as a short season has, without the one of two steps', [6], 5],
    ['a week of days, whose seventh harmonic is the day', [24, 168], 39],
  ])('has regressors for %s', (_, seasons, count) => {
    expect(new Fourier(seasons, 10).count).toBe(count);
  });
});

describe('harmonic', () => {
  it.each(cases)(
    'forecasts as the Kalman filter of statsmodels with the same curve and errors: $title',
    ({ season, harmonics, values, curve, ar, forecast }) => {
      const line = new Fourier([season], harmonics).curve(Float64Array.from(curve), 0, values.length + forecast.length);
      const newestFirst = values.map((value, i) => value - line[i]!).reverse();
      const errors = new AutoregressiveErrors(10, {
        recent: encodeFloats(newestFirst.slice(0, 10)),
        products: encodeFloats(new Float64Array(10)),
        count: 0,
        coefficients: encodeFloats(ar),
        scale: 0,
      });
      const path = new Float64Array(forecast.length);
      errors.forecast(path);
      forecast.forEach((value, k) => {
        expect(path[k]! + line[values.length + k]!).toBeCloseTo(value, 8);
      });
    },
  );

  const curve = (i: number): number =>
    30 +
    8 * Math.sin((2 * Math.PI * i) / 288) +
    3 * Math.cos((2 * Math.PI * 3 * i) / 288) +
    2 * Math.sin((2 * Math.PI * i) / 100);

  it('goes on with the curves of two seasons', () => {
    const series = generate(2_016, 300_000, (i) => destabilise(curve(i)));
    const forecast = harmonic.fit(series, { horizonSteps: 24, levels: [0.5], seasonSteps: [288, 100] }).forecast();
    // Within a thousandth: the penalty biases the curve by about that share.
    forecast.values[0]!.forEach((value, k) => {
      expect(Math.abs(value / destabilise(curve(2_016 + k)) - 1)).toBeLessThan(1e-3);
    });
  });

  it('returns to the curve as its errors do', () => {
    // AR(1) errors with 0.9: 24 steps later 0.08 of a deviation is left, 1 step later 0.9. The last deviation is 5.
    const random = dice(3);
    let error = 0;
    const series = generate(4_032, 300_000, (i) => {
      error = i === 4_031 ? 5 : 0.9 * error + 0.3 * random.normal();
      return destabilise(curve(i) + error);
    });
    const row = harmonic.fit(series, { horizonSteps: 24, levels: [0.5], seasonSteps: [288, 100] }).forecast()
      .values[0]!;
    const left = (k: number): number => Math.sqrt(row[k]!) - curve(4_032 + k);
    expect(left(0)).toBeGreaterThan(4);
    expect(left(0)).toBeLessThan(5);
    expect(Math.abs(left(23))).toBeLessThan(1);
  });
});
