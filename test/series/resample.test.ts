import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Series } from '../../src/core/series.js';
import { resample } from '../../src/series/resample.js';

const series = (startMs: number, values: readonly number[]): Series =>
  new Series(startMs, 10, Float64Array.from(values));

describe('resample', () => {
  const cases: [string, Series, number, 'mean' | 'sum', number, number[]][] = [
    // Grid times 10 20 30 | 40 50 60; the bucket of 30 is (0, 30], of 60 (30, 60].
    [
      'averages the samples up to and including the new grid time',
      series(10, [1, 2, 6, 4, 4, 4]),
      30,
      'mean',
      30,
      [3, 4],
    ],
    ['adds them up', series(10, [1, 2, 6, 4, 4, 4]), 30, 'sum', 30, [9, 12]],
    // Grid times 0 | 10 20 30: the bucket of 0 is (-30, 0] and holds -20 and -10, which the series does not have.
    ['leaves out a first bucket that begins before the series', series(0, [9, 1, 2, 3]), 30, 'mean', 30, [2]],
    ['leaves out a last bucket that ends after the series', series(10, [1, 2, 3, 9, 9]), 30, 'mean', 30, [2]],
    ['aligns to multiples of the new step, not to its own start', series(20, [9, 9, 1, 2, 3]), 30, 'mean', 60, [2]],
    ['averages what is known of a bucket', series(10, [1, NaN, 3]), 30, 'mean', 30, [2]],
    ['has a gap where no sample of a bucket is known', series(10, [NaN, NaN, NaN, 1, 1, 1]), 30, 'mean', 30, [NaN, 1]],
    ['has a gap where a sample of a sum is missing', series(10, [1, NaN, 3, 1, 1, 1]), 30, 'sum', 30, [NaN, 3]],
    ['is empty when the series spans no whole bucket', series(10, [1, 2]), 30, 'mean', 30, []],
    ['is empty for an empty series', series(10, []), 30, 'mean', 30, []],
    ['leaves a series of the same step as it is', series(20, [1, NaN, 3]), 10, 'mean', 20, [1, NaN, 3]],
    // 5 lies in (0, 10].
    ['moves a series that is off its multiples onto the next ones', series(5, [1, 2]), 10, 'sum', 10, [1, 2]],
    ['works at negative times', series(-50, [1, 2, 3]), 30, 'sum', -30, [6]],
  ];
  it.each(cases)('%s', (_, input, stepMs, how, startMs, values) => {
    const result = resample(input, stepMs, how);
    expect({ startMs: result.startMs, stepMs: result.stepMs, values: [...result.values] }).toEqual({
      startMs,
      stepMs,
      values,
    });
  });

  it.each([15, 5, 0, -10, NaN])('refuses a step of %s ms for a series of 10 ms', (stepMs) => {
    expect(() => resample(series(0, [1]), stepMs, 'mean')).toThrow(/whole multiple of 10 ms/);
  });

  it('never uses a sample later than the time it reports for', () => {
    const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { maxLength: 60 });
    fc.assert(
      fc.property(values, fc.integer({ min: -9, max: 9 }), fc.integer({ min: 1, max: 7 }), (known, start, factor) => {
        const whole = resample(series(start * 10, known), factor * 10, 'mean');
        for (let cut = 0; cut <= known.length; cut++) {
          const part = resample(series(start * 10, known.slice(0, cut)), factor * 10, 'mean');
          expect([...part.values]).toEqual([...whole.values.subarray(0, part.length)]);
          if (part.length > 0) expect(part.lastMs).toBeLessThanOrEqual((start + cut - 1) * 10);
        }
      }),
    );
  });

  it('keeps the total of a series of whole buckets', () => {
    const buckets = fc.array(fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 4, maxLength: 4 }));
    fc.assert(
      fc.property(buckets, (parts) => {
        const sums = resample(series(10, parts.flat()), 40, 'sum');
        const total = (values: Iterable<number>): number => [...values].reduce((sum, value) => sum + value, 0);
        expect(sums.length).toBe(parts.length);
        expect(total(sums.values)).toBe(total(parts.flat()));
      }),
    );
  });
});
