import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RollingMaximum } from '../../../src/forecast/window-maximum/rolling-maximum.js';

describe('a rolling maximum', () => {
  it('is the largest of the last values at each of them', () => {
    const maximum = new RollingMaximum(3);
    for (const value of [1, 5, 2, 3, 0, -1, 4]) maximum.push(value);
    expect([0, 1, 2, 3, 4, 5, 6].map((i) => maximum.at(i))).toEqual([1, 5, 5, 5, 3, 3, 4]);
  });

  it('is what looking at each window comes to', () => {
    const values = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 70 }), (numbers, width) => {
        const maximum = new RollingMaximum(width);
        for (const value of numbers) maximum.push(value);
        numbers.forEach((_, i) => {
          expect(maximum.at(i)).toBe(Math.max(...numbers.slice(Math.max(0, i - width + 1), i + 1)));
        });
      }),
    );
  });
});
