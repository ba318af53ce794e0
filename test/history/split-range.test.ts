import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitRange } from '../../src/history/split-range.js';

describe('splitRange', () => {
  const cases: [string, [number, number], number, [number, number][]][] = [
    ['leaves a range that is short enough whole', [0, 40], 5, [[0, 40]]],
    [
      'starts a new range one step after the last point of the one before',
      [0, 50],
      5,
      [
        [0, 40],
        [50, 50],
      ],
    ],
    [
      'makes ranges of equal length but for the last',
      [20, 70],
      3,
      [
        [20, 40],
        [50, 70],
      ],
    ],
    [
      'cuts into single points',
      [0, 20],
      1,
      [
        [0, 0],
        [10, 10],
        [20, 20],
      ],
    ],
    ['keeps a single point', [30, 30], 11_000, [[30, 30]]],
  ];
  it.each(cases)('%s', (_, [startMs, endMs], maxPoints, expected) => {
    const ranges = splitRange({ startMs, endMs, stepMs: 10 }, maxPoints);
    expect(ranges).toEqual(expected.map(([startMs, endMs]) => ({ startMs, endMs, stepMs: 10 })));
  });

  it('holds every grid point once, in order, and never more than the limit in one range', () => {
    fc.assert(
      fc.property(
        fc.nat(300),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 1e5 }),
        (steps, most, stepMs) => {
          const ranges = splitRange({ startMs: stepMs, endMs: stepMs + steps * stepMs, stepMs }, most);
          const points = ranges.map(({ startMs, endMs }) => {
            const times = [];
            for (let timeMs = startMs; timeMs <= endMs; timeMs += stepMs) times.push(timeMs);
            return times;
          });
          expect(Math.max(...points.map(({ length }) => length))).toBeLessThanOrEqual(most);
          expect(points.flat()).toEqual(Array.from({ length: steps + 1 }, (_, step) => stepMs + step * stepMs));
        },
      ),
    );
  });
});
