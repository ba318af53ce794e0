import { describe, expect, it } from 'vitest';
import { horizonBuckets } from '../../src/evaluate/horizon-buckets.js';
import { HOUR_MS, MINUTE_MS } from '../../src/core/duration.js';

type Row = [upToMs: number, fromIndex: number, toIndex: number];

describe('horizonBuckets', () => {
  it.each<[string, number, number, Row[]]>([
    [
      'splits two hours of 2-minute steps in four',
      60,
      2 * MINUTE_MS,
      [
        [10 * MINUTE_MS, 0, 5],
        [30 * MINUTE_MS, 5, 15],
        [HOUR_MS, 15, 30],
        [2 * HOUR_MS, 30, 60],
      ],
    ],
    [
      'leaves out a bucket in which no step falls',
      4,
      15 * MINUTE_MS,
      [
        [30 * MINUTE_MS, 0, 2],
        [HOUR_MS, 2, 4],
      ],
    ],
    [
      'ends with a horizon between two bounds',
      9,
      5 * MINUTE_MS,
      [
        [10 * MINUTE_MS, 0, 2],
        [30 * MINUTE_MS, 2, 6],
        [45 * MINUTE_MS, 6, 9],
      ],
    ],
    [
      'puts everything beyond two hours in one bucket',
      12,
      30 * MINUTE_MS,
      [
        [30 * MINUTE_MS, 0, 1],
        [HOUR_MS, 1, 2],
        [2 * HOUR_MS, 2, 4],
        [6 * HOUR_MS, 4, 12],
      ],
    ],
    ['keeps a single step longer than every bound', 1, 6 * HOUR_MS, [[6 * HOUR_MS, 0, 1]]],
    [
      'counts a step to the bucket in which it ends',
      3,
      7 * MINUTE_MS, // 7, 14 and 21 minutes ahead
      [
        [10 * MINUTE_MS, 0, 1],
        [21 * MINUTE_MS, 1, 3],
      ],
    ],
  ])('%s', (_, steps, stepMs, expected) => {
    expect(horizonBuckets(steps, stepMs).map((b) => [b.upToMs, b.fromIndex, b.toIndex])).toEqual(expected);
  });
});
