import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RollingQuantiles } from '../../src/forecast/rolling-quantiles.js';
import { readGolden } from '../golden/read.js';

interface QuantileCase {
  readonly title: string;
  readonly numbers: readonly number[];
  readonly levels: readonly number[];
  readonly quantiles: readonly number[];
}

describe('RollingQuantiles', () => {
  // Nine numbers 10 to 90: level p is at rank 10 p, so that each tenth is a number itself.
  it.each([
    ['a level that falls on a number', 0.3, 30],
    ['the median', 0.5, 50],
    ['a level between two numbers: rank 2.5 is halfway from 20 to 30', 0.25, 25],
    ['a level below the first number: held there', 0.01, 10],
    ['a level above the last number: held there', 0.99, 90],
  ])('has %s', (_, level, expected) => {
    const quantiles = new RollingQuantiles(100, [50, 10, 90, 30, 70, 20, 80, 40, 60]);
    expect(quantiles.quantile(level)).toBeCloseTo(expected, 12);
  });

  it.each(readGolden('quantiles') as QuantileCase[])(
    'agrees with numpy on $title',
    ({ numbers, levels, quantiles }) => {
      const rolling = new RollingQuantiles(numbers.length, numbers);
      levels.forEach((level, i) => {
        expect(rolling.quantile(level)).toBeCloseTo(quantiles[i]!, 12);
      });
    },
  );

  it('has none when empty', () => {
    expect(new RollingQuantiles(3).quantile(0.5)).toBeNaN();
    expect(new RollingQuantiles(3).size).toBe(0);
  });

  it('keeps the last numbers, oldest first', () => {
    const rolling = new RollingQuantiles(3, [1, 2, 3, 4]);
    expect([...rolling.toArray()]).toEqual([2, 3, 4]);
    rolling.push(5);
    expect([...rolling.toArray()]).toEqual([3, 4, 5]);
    expect(rolling.size).toBe(3);
  });

  it('forgets a number that has left', () => {
    const rolling = new RollingQuantiles(3, [1_000, 1, 2]);
    expect(rolling.quantile(0.99)).toBe(1_000);
    rolling.push(3);
    expect(rolling.quantile(0.99)).toBe(3);
  });

  it.each([NaN, Infinity, -Infinity])('refuses %d', (value) => {
    expect(() => {
      new RollingQuantiles(3).push(value);
    }).toThrow(new RangeError(`only finite numbers have quantiles, got ${value}`));
  });

  it('is the same as sorting the last numbers anew, however it is used: property', () => {
    // Few different numbers: ties are where a sorted copy can go wrong.
    // Adding 0 makes 0 of -0, as they are kept.
    const double = fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => value + 0);
    const number = fc.oneof(fc.integer({ min: -3, max: 3 }), double);
    const step = fc.record({ number, looks: fc.boolean() });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.array(step, { maxLength: 60 }), (capacity, steps) => {
        const rolling = new RollingQuantiles(capacity);
        const seen: number[] = [];
        for (const { number, looks } of steps) {
          rolling.push(number);
          seen.push(number);
          if (!looks) continue;
          const last = seen.slice(-capacity);
          // The median by its textbook definition, and the extremes.
          const sorted = last.toSorted((left, right) => left - right);
          const half = Math.floor(sorted.length / 2);
          const median = sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
          expect(rolling.quantile(0.5)).toBeCloseTo(median, 6);
          expect(rolling.quantile(0.001) + 0).toBe(sorted[0]! + 0);
          expect(rolling.quantile(0.999) + 0).toBe(sorted.at(-1)! + 0);
          expect([...rolling.toArray()]).toEqual(last);
        }
      }),
    );
  });
});
