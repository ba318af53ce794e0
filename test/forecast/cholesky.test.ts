import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { solveInPlace } from '../../src/forecast/cholesky.js';
import { readGolden } from '../golden/read.js';

interface LinearSystem {
  readonly title: string;
  readonly matrix: readonly number[];
  readonly right: readonly number[];
  readonly solution: readonly number[];
}

/** Solves a copy. @returns null when the matrix is not positive definite */
function solve(matrix: readonly number[], right: readonly number[]): Float64Array | null {
  const solution = Float64Array.from(right);
  return solveInPlace(Float64Array.from(matrix), solution, right.length) ? solution : null;
}

describe('solveInPlace', () => {
  it('solves a system worked by hand', () => {
    // 4x + 2y = 10 and 2x + 5y = 13: x = 1.5, y = 2, for 6 + 4 = 10 and 3 + 10 = 13.
    expect([...solve([4, 2, 2, 5], [10, 13])!]).toEqual([1.5, 2]);
  });

  it('reads the lower triangle alone', () => {
    expect([...solve([4, NaN, 2, 5], [10, 13])!]).toEqual([1.5, 2]);
  });

  it.each(readGolden('cholesky') as LinearSystem[])(
    'agrees with numpy on $title',
    ({ title, matrix, right, solution }) => {
      const found = solve(matrix, right)!;
      const largest = Math.max(...solution.map(Math.abs));
      const tolerance = title.includes('condition number') ? 1e-6 : 1e-9;
      found.forEach((value, i) => {
        expect(Math.abs(value - solution[i]!)).toBeLessThan(tolerance * largest);
      });
    },
  );

  it.each([
    ['zeros', [0, 0, 0, 0]],
    ['an indefinite matrix', [1, 2, 2, 1]],
    ['a singular matrix', [1, 1, 1, 1]],
    ['a negative diagonal', [-1, 0, 0, 1]],
    ['a NaN', [1, NaN, NaN, 1]],
  ])('says so of %s', (_, matrix) => {
    expect(solve(matrix, [1, 1])).toBeNull();
  });

  it('finds x again from A x, for any A = L L^T: property', () => {
    const component = fc.double({ min: -10, max: 10, noNaN: true });
    const system = fc.integer({ min: 1, max: 6 }).chain((size) =>
      fc.record({
        size: fc.constant(size),
        lower: fc.array(component, { minLength: size * size, maxLength: size * size }),
        x: fc.array(component, { minLength: size, maxLength: size }),
      }),
    );
    fc.assert(
      fc.property(system, ({ size, lower, x }) => {
        // A diagonal of at least 20 keeps the condition number, and with it the rounding, in bounds.
        const factor = (i: number, j: number): number => (i === j ? 20 + lower[i * size + i]! : lower[i * size + j]!);
        const matrix = Array.from({ length: size * size }, (_, at) => {
          const i = Math.floor(at / size);
          const j = at % size;
          let sum = 0;
          for (let k = 0; k <= Math.min(i, j); k++) sum += factor(i, k) * factor(j, k);
          return sum;
        });
        const right = x.map((_, i) => x.reduce((sum, value, j) => sum + matrix[i * size + j]! * value, 0));
        solve(matrix, right)!.forEach((value, i) => {
          expect(value).toBeCloseTo(x[i]!, 6);
        });
      }),
    );
  });
});
