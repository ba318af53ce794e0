import { describe, expect, it } from 'vitest';
import { studentQuantile } from '../../src/forecast/student-quantile.js';

describe('studentQuantile', () => {
  // The usual tables of the t distribution.
  it.each([
    [3, 0.75, 0.765],
    [3, 0.9, 1.638],
    [3, 0.95, 2.353],
    [3, 0.99, 4.541],
    [5, 0.9, 1.476],
    [5, 0.99, 3.365],
    [10, 0.95, 1.812],
    [30, 0.99, 2.457],
    [1_000_000, 0.95, 1.645],
  ])('with %d degrees of freedom at level %d is %d, within 3 %', (freedom, level, tabulated) => {
    expect(Math.abs(studentQuantile(level, freedom) / tabulated - 1)).toBeLessThan(0.03);
  });

  it('is symmetrical, and 0 in the middle', () => {
    expect(studentQuantile(0.5, 3)).toBe(0);
    expect(studentQuantile(0.1, 4)).toBeCloseTo(-studentQuantile(0.9, 4), 12);
  });
});
