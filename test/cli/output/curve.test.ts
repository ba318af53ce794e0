import { describe, expect, it } from 'vitest';
import { spansOf, valueAt } from '../../../src/cli/output/curve.js';
import { Series } from '../../../src/core/series.js';

/** Values 0, 10, gap, 30, 20 at the times 0, 10, 20, 30, 40. */
const series = new Series(0, 10, Float64Array.of(0, 10, NaN, 30, 20));

describe('valueAt', () => {
  it.each<[string, number, number]>([
    ['at a sample', 10, 10],
    ['between two samples, on the straight line', 2.5, 2.5],
    ['at the last sample', 40, 20],
    ['next to a gap', 15, NaN],
    ['before the series', -1, NaN],
    ['after it', 40.1, NaN],
  ])('%s', (_sentence, timeMs, expected) => {
    expect(valueAt(series, timeMs)).toBe(expected);
  });
});

describe('spansOf', () => {
  it('gives the range of the curve in each stretch', () => {
    expect(spansOf(series, 0, 40, 8)).toEqual([
      { low: 0, high: 5 },
      { low: 5, high: 10 },
      { low: 10, high: 10 },
      null,
      null,
      { low: 30, high: 30 },
      { low: 25, high: 30 },
      { low: 20, high: 25 },
    ]);
  });

  it('loses no peak when many samples share a stretch', () => {
    const peak = new Series(
      0,
      1,
      Float64Array.from({ length: 101 }, (_, i) => (i === 37 ? 99 : 1)),
    );
    expect(spansOf(peak, 0, 100, 2)).toEqual([
      { low: 1, high: 99 },
      { low: 1, high: 1 },
    ]);
  });

  it('is empty outside the series', () => {
    expect(spansOf(series, 50, 90, 2)).toEqual([null, null]);
  });
});
