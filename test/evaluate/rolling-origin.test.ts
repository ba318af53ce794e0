import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rollingOrigins } from '../../src/evaluate/rolling-origin.js';

describe('rollingOrigins', () => {
  it.each([
    // indices 0..9; history 0..3 makes 3 the first, and the horizon 8, 9 makes 7 the last
    ['needs the whole history before and the whole horizon after', 10, [4, 2, 1], undefined, [3, 4, 5, 6, 7]],
    ['advances by the stride from the first that qualifies', 10, [4, 2, 3], undefined, [3, 6]],
    ['finds the one origin of a series of just history and horizon', 6, [4, 2, 5], undefined, [3]],
    ['finds none in a series one sample shorter', 5, [4, 2, 1], undefined, []],
    ['finds none in an empty series', 0, [1, 1, 1], undefined, []],
    // 9 candidates 3..11: positions 0, 4, 8
    ['keeps evenly spaced origins, first and last included', 14, [4, 2, 1], 3, [3, 7, 11]],
    // 8 candidates 3..10: positions 0, 3.5 -> 4, 7
    ['rounds to the nearest candidate', 13, [4, 2, 1], 3, [3, 7, 10]],
    ['keeps the latest when only one is wanted', 14, [4, 2, 1], 1, [11]],
    ['keeps all when there are no more than allowed', 10, [4, 2, 3], 2, [3, 6]],
  ])('%s', (_, length, [historySteps, horizonSteps, strideSteps], maxOrigins, expected) => {
    const options = { historySteps: historySteps!, horizonSteps: horizonSteps!, strideSteps: strideSteps! };
    const limited = maxOrigins === undefined ? options : { ...options, maxOrigins };
    expect([...rollingOrigins(length, limited)]).toEqual(expected);
  });

  it.each([
    ['historySteps', { historySteps: 0, horizonSteps: 1, strideSteps: 1 }, 0],
    ['horizonSteps', { historySteps: 1, horizonSteps: 1.5, strideSteps: 1 }, 1.5],
    ['strideSteps', { historySteps: 1, horizonSteps: 1, strideSteps: -3 }, -3],
    ['maxOrigins', { historySteps: 1, horizonSteps: 1, strideSteps: 1, maxOrigins: NaN }, NaN],
  ])('refuses %s that is not a whole number >= 1', (name, options, value) => {
    expect(() => [...rollingOrigins(10, options)]).toThrow(
      new RangeError(`${name} must be a whole number >= 1, got ${value}`),
    );
  });

  it('every origin has its history and horizon, origins ascend, and no more than wanted are given', () => {
    const small = fc.integer({ min: 1, max: 30 });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 300 }),
        small,
        small,
        small,
        small,
        (length, history, horizon, stride, max) => {
          const origins = [
            ...rollingOrigins(length, {
              historySteps: history,
              horizonSteps: horizon,
              strideSteps: stride,
              maxOrigins: max,
            }),
          ];
          expect(origins.length).toBeLessThanOrEqual(max);
          expect(origins).toEqual([...new Set(origins)].sort((a, b) => a - b));
          for (const origin of origins) {
            expect(origin).toBeGreaterThanOrEqual(history - 1);
            expect(origin + horizon).toBeLessThanOrEqual(length - 1);
            expect((origin - (history - 1)) % stride).toBe(0);
          }
        },
      ),
    );
  });
});
