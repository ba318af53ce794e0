import { describe, expect, it } from 'vitest';
import { AutoregressiveErrors } from '../../../src/forecast/harmonic/autoregressive-errors.js';
import { yuleWalker } from '../../../src/forecast/harmonic/yule-walker.js';
import { decodeFloats } from '../../../src/forecast/floats.js';
import { readGolden } from '../../golden/read.js';

interface YuleWalkerCase {
  readonly title: string;
  readonly values: readonly number[];
  readonly autocovariance: readonly number[];
  readonly coefficients: readonly number[];
}

const cases = readGolden('yule-walker') as YuleWalkerCase[];

describe('yuleWalker', () => {
  it.each(cases)('agrees with statsmodels on $title', ({ values, autocovariance, coefficients }) => {
    const found = yuleWalker(autocovariance, values.length);
    expect(found.length).toBe(coefficients.length);
    coefficients.forEach((coefficient, i) => {
      expect(found[i]).toBeCloseTo(coefficient, 12);
    });
  });

  it('agrees with an autoregression of order 2 worked by hand', () => {
    // r = 1, 1/2, 1/10: a1 = r1 (1 - r2) / (1 - r1^2) = 0.45 / 0.75 = 0.6, a2 = (r2 - r1^2) / (1 - r1^2) = -0.15 / 0.75.
    const [first, second, ...rest] = yuleWalker([1, 0.5, 0.1], 1_000);
    expect(first).toBeCloseTo(0.6, 12);
    expect(second).toBeCloseTo(-0.2, 12);
    expect(rest).toEqual([]);
  });

  it.each([
    ['no variance', [0, 0, 0]],
    ['values of no stationary process', [1, 1.5, 2]],
    ['nothing but white noise', [1, 0, 0]],
    ['lag 0 alone', [1]],
  ])('finds nothing in %s', (_, autocovariance) => {
    expect([...yuleWalker(autocovariance, 100)]).toEqual([]);
  });
});

describe('AutoregressiveErrors', () => {
  it.each(cases)('sums up the autocovariances of statsmodels: $title', ({ values, autocovariance }) => {
    const errors = new AutoregressiveErrors(autocovariance.length);
    for (const value of values) {
      errors.push(value);
      errors.learn();
    }
    const { products, count } = errors.toJSON();
    expect(count).toBe(values.length);
    decodeFloats(products).forEach((sum, lag) => {
      expect(sum / count).toBeCloseTo(autocovariance[lag]!, 10);
    });
  });

  it('stays where it is until it has learnt, also through a gap', () => {
    const errors = new AutoregressiveErrors(5);
    const path = new Float64Array(3);
    for (const error of [1, 7, NaN, NaN]) errors.push(error);
    errors.renew();
    errors.forecast(path);
    expect([...path]).toEqual([7, 7, 7]);
  });

  it('fades as it has learnt', () => {
    // Errors that halve: at lag 1 the products sum to half of the squares, and further lags add nothing.
    const errors = new AutoregressiveErrors(3);
    for (let i = 0; i < 50; i++) {
      errors.push(2 ** -i);
      errors.learn();
    }
    errors.renew();
    errors.push(8);
    const path = new Float64Array(3);
    errors.forecast(path);
    [4, 2, 1].forEach((value, k) => {
      expect(path[k]).toBeCloseTo(value, 9);
    });
  });

  it('knows what its errors were beside another curve', () => {
    const errors = new AutoregressiveErrors(2);
    errors.push(3);
    errors.push(5);
    errors.shift(Float64Array.of(1, -1));
    const path = new Float64Array(1);
    errors.forecast(path);
    expect([...decodeFloats(errors.toJSON().recent)]).toEqual([4, 4]);
    expect([...path]).toEqual([4]);
  });
});
