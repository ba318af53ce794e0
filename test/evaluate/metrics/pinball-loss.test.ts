import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pinballLoss } from '../../../src/evaluate/metrics/pinball-loss.js';

describe('pinballLoss', () => {
  it.each([
    // 2 short at 0.9 each
    ['charges the level for each unit of under-forecast', [10], [8], 0.9, 1.8],
    // 2 over at 1 - 0.9 = 0.1 each
    ['charges one minus the level for each unit of over-forecast', [8], [10], 0.9, 0.2],
    ['is 0 where the forecast is met exactly', [5, 7], [5, 7], 0.25, 0],
    // (0.9 * 1 + 0.1 * 3) / 2 = 1.2 / 2
    ['averages over the steps', [11, 7], [10, 10], 0.9, 0.6],
    // 4 over costs 0.75 * 4 = 3; the gap does not count
    ['leaves out steps whose actual is not known', [NaN, 1], [9, 5], 0.25, 3],
    // half of the absolute error: (2 + 4) / 2 / 2
    ['is half of the absolute error at the median', [10, 10], [8, 14], 0.5, 1.5],
  ])('%s', (_, actual, predicted, level, expected) => {
    expect(pinballLoss(actual, predicted, level)).toBeCloseTo(expected, 12);
  });

  it('is NaN when nothing is known', () => {
    expect(pinballLoss([NaN], [9], 0.5)).toBeNaN();
  });

  it.each([0, 1, -0.1, 90, NaN])('refuses level %d', (level) => {
    expect(() => pinballLoss([1], [1], level)).toThrow(new RangeError(`level must be in (0, 1), got ${level}`));
  });

  it.each([
    ['lengths that differ', [1], [1, 2], '1 actual values need as many predicted ones, got 2'],
    ['a NaN forecast, even where the actual is missing', [NaN], [NaN], 'predicted value 0 must be finite, got NaN'],
  ])('refuses %s', (_, actual, predicted, message) => {
    expect(() => pinballLoss(actual, predicted, 0.5)).toThrow(new RangeError(message));
  });

  it('no constant forecast beats the sample quantile', () => {
    // Koenker & Bassett: of 9 sorted values, the 0.75 quantile is the 7th (0.75 * 9 = 6.75, rounded up).
    const sample = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 9, maxLength: 9 });
    fc.assert(
      fc.property(sample, fc.integer({ min: -1000, max: 1000 }), (values, other) => {
        const best = values.toSorted((a, b) => a - b)[6]!;
        const lossOf = (forecast: number): number => pinballLoss(values, Array<number>(9).fill(forecast), 0.75);
        expect(lossOf(best)).toBeLessThanOrEqual(lossOf(other) + 1e-9);
      }),
    );
  });
});
