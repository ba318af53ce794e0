import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Moments } from '../../../src/forecast/ridge/moments.js';
import { readGolden } from '../../golden/read.js';

interface RidgeCase {
  readonly title: string;
  readonly rows: readonly (readonly number[])[];
  readonly target: readonly number[];
  readonly weights: readonly number[];
  readonly penalty: number;
  /** The constant first. */
  readonly coefficients: readonly number[];
}

type Row = readonly [regressors: readonly number[], target: number, weight?: number];

/** The regressors of a row do not include the constant. */
function momentsOf(rows: readonly Row[]): Moments {
  const moments = new Moments(rows[0]![0].length + 1);
  for (const [regressors, target, weight] of rows) moments.add(Float64Array.of(1, ...regressors), target, weight ?? 1);
  return moments;
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  const largest = Math.max(...Array.from(expected, Math.abs), Number.MIN_VALUE);
  Array.from(expected).forEach((value, i) => {
    expect(Math.abs(actual[i]! - value)).toBeLessThanOrEqual(tolerance * largest);
  });
}

describe('Moments.solve', () => {
  it('agrees with a regression worked by hand', () => {
    // x = 0, 1, 2 and y = 1, 2, 6: means 1 and 3, variance of x 2/3, covariance (1 * 2 + 1 * 3) / 3 = 5/3.
    // Standardised and penalised by 1, the slope is 5/3 / sqrt(2/3) / (1 + 1); in units of x, 5/3 / (2/3) / 2 = 1.25.
    // The constant is not penalised: 3 - 1.25 * 1 = 1.75.
    const moments = momentsOf([
      [[0], 1],
      [[1], 2],
      [[2], 6],
    ]);
    expectClose(moments.solve(1), [1.75, 1.25], 1e-12);
    // Without a penalty it is the least-squares line: slope 2.5, constant 0.5.
    expectClose(moments.solve(0), [0.5, 2.5], 1e-12);
  });

  it.each(readGolden('ridge') as RidgeCase[])('agrees with scikit-learn on $title', (golden) => {
    const { rows, target, weights, penalty, coefficients } = golden;
    const moments = momentsOf(rows.map((row, i): Row => [row, target[i]!, weights[i]!]));
    const found = moments.solve(penalty);
    // Each coefficient by what it contributes: its regressor may be of any size.
    const contributions = (list: ArrayLike<number>): number[] =>
      Array.from(list, (value, i) => value * (i === 0 ? 1 : Math.max(...rows.map((row) => Math.abs(row[i - 1]!)))));
    expectClose(contributions(found), contributions(coefficients), 1e-8);
  });

  it('has nothing to say without rows', () => {
    expect([...new Moments(3).solve(1)]).toEqual([0, 0, 0]);
  });

  it('is the weighted mean of the target when no regressor varies', () => {
    const moments = momentsOf([
      [[5, 0], 1, 3],
      [[5, 0], 9, 1],
    ]);
    // (3 * 1 + 1 * 9) / 4 = 3
    expectClose(moments.solve(0.1), [3, 0, 0], 1e-12);
  });

  const component = fc.integer({ min: -100, max: 100 });
  const rowsOf = (regressors: number): fc.Arbitrary<Row[]> =>
    fc.array(fc.tuple(fc.array(component, { minLength: regressors, maxLength: regressors }), component), {
      minLength: 1,
      maxLength: 20,
    });

  it('counts a row of weight 2 as two rows: property', () => {
    fc.assert(
      fc.property(rowsOf(3), (rows) => {
        const once = momentsOf(rows.map(([x, y]): Row => [x, y, 2])).solve(0.1);
        const twice = momentsOf(rows.flatMap((row) => [row, row])).solve(0.1);
        expectClose(once, twice, 1e-6);
      }),
    );
  });

  it('predicts the same, whatever the unit of a regressor: property', () => {
    fc.assert(
      fc.property(rowsOf(2), fc.constantFrom(2 ** -20, 2 ** 20), (rows, unit) => {
        const plain = momentsOf(rows).solve(0.1);
        const scaled = momentsOf(rows.map(([[a, b], y]): Row => [[a! * unit, b!], y])).solve(0.1);
        expectClose([scaled[0]!, scaled[1]! * unit, scaled[2]!], plain, 1e-9);
      }),
    );
  });

  it('learns the same from saved sums', () => {
    const rows: Row[] = [
      [[1, 2], 3],
      [[2, 1], 5],
      [[0, 4], 1],
    ];
    const all = momentsOf([...rows, [[7, 7], 7, 0.5]]);
    const restored = new Moments(3, momentsOf(rows).toArray().slice());
    restored.add(Float64Array.of(1, 7, 7), 7, 0.5);
    expect(restored.weight).toBe(3.5);
    expect([...restored.solve(0.01)]).toEqual([...all.solve(0.01)]);
  });
});
