import { describe, expect, it } from 'vitest';
import { mase, seasonalNaiveError } from '../../../src/evaluate/metrics/mase.js';

describe('seasonalNaiveError', () => {
  it.each([
    // |4-1| = 3, |4-2| = 2, |3-3| = 0; 5 / 3
    ['averages the differences one season apart', [1, 2, 3, 4, 4, 3], 3, 5 / 3],
    ['is 0 for a history that repeats itself', [1, 2, 1, 2, 1], 2, 0],
    // the pairs are (1, 3), (NaN, 5) and (3, 4): the middle one does not count; (2 + 1) / 2
    ['skips pairs with a gap on either side', [1, NaN, 3, 5, 4], 2, 1.5],
    ['is NaN for a history no longer than a season', [1, 2, 3], 3, NaN],
    ['is NaN when gaps leave no pair', [1, 2, NaN, NaN], 2, NaN],
  ])('%s', (_, history, seasonLength, expected) => {
    expect(seasonalNaiveError(history, seasonLength)).toBe(expected);
  });

  it.each([0, -1, 1.5, NaN])('refuses a season of %d steps', (seasonLength) => {
    expect(() => seasonalNaiveError([1, 2], seasonLength)).toThrow(
      new RangeError(`seasonLength must be a whole number of steps >= 1, got ${seasonLength}`),
    );
  });
});

describe('mase', () => {
  it.each([
    // error (1 + 3) / 2 = 2 over the in-sample (2 + 2) / 2 = 2
    ['is 1 for a forecast as good as seasonal-naive was in the history', [10, 10], [9, 13], [1, 2, 3, 4], 2, 1],
    // error 1 over 2
    ['is below 1 for a better one', [10], [9], [1, 2, 3, 4], 2, 0.5],
    ['is NaN, not infinite, when the history repeats itself', [10], [9], [1, 2, 1, 2], 2, NaN],
    ['is NaN for a perfect forecast of a history that repeats itself', [1], [1], [1, 2, 1, 2], 2, NaN],
    ['is NaN when the history is shorter than a season', [10], [9], [1, 2], 7, NaN],
    ['is NaN when nothing is known', [NaN], [9], [1, 2, 3, 4], 2, NaN],
  ])('%s', (_, actual, predicted, history, seasonLength, expected) => {
    expect(mase(actual, predicted, history, seasonLength)).toBe(expected);
  });

  it('does not depend on the unit', () => {
    // thousandths of the unit: every number times 1000
    expect(mase([10_000, 12_000], [9_000, 15_000], [1000, 2000, 4000, 4000], 2)).toBeCloseTo(
      mase([10, 12], [9, 15], [1, 2, 4, 4], 2),
      12,
    );
  });
});
