import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Series } from '../../src/core/series.js';
import { countPoints, mergeSeries, toGrid } from '../../src/series/grid.js';

const series = (startMs: number, values: readonly number[], stepMs = 10): Series =>
  new Series(startMs, stepMs, Float64Array.from(values));
const content = ({ startMs, stepMs, values }: Series): unknown => ({ startMs, stepMs, values: [...values] });

describe('toGrid', () => {
  const range = { startMs: 100, endMs: 130, stepMs: 10 };
  const cases: [string, [number, number][], number[]][] = [
    [
      'puts samples at their grid times, both ends included',
      [
        [100, 1],
        [110, 2],
        [120, 3],
        [130, 4],
      ],
      [1, 2, 3, 4],
    ],
    ['leaves a gap, never a zero, where there is no sample', [[110, 2]], [NaN, 2, NaN, NaN]],
    ['is all gaps without samples', [], [NaN, NaN, NaN, NaN]],
    ['keeps a zero', [[110, 0]], [NaN, 0, NaN, NaN]],
    [
      'moves a sample to the nearest grid time',
      [
        [104, 1],
        [116, 2],
      ],
      [1, NaN, 2, NaN],
    ],
    ['moves a sample halfway between two grid times to the later one', [[105, 1]], [NaN, 1, NaN, NaN]],
    [
      'takes the nearest of several samples for one grid time',
      [
        [108, 1],
        [111, 2],
        [113, 3],
      ],
      [NaN, 2, NaN, NaN],
    ],
    [
      'takes the last one given of equally near samples',
      [
        [112, 1],
        [108, 2],
      ],
      [NaN, 2, NaN, NaN],
    ],
    [
      'takes the last one given of duplicates',
      [
        [110, 1],
        [110, 2],
      ],
      [NaN, 2, NaN, NaN],
    ],
    ['treats NaN as absent', [[110, NaN]], [NaN, NaN, NaN, NaN]],
    [
      'treats infinities as absent',
      [
        [110, Infinity],
        [120, -Infinity],
      ],
      [NaN, NaN, NaN, NaN],
    ],
    [
      'lets a NaN displace nothing',
      [
        [111, 1],
        [110, NaN],
      ],
      [NaN, 1, NaN, NaN],
    ],
    [
      'leaves out what is outside the range',
      [
        [94, 1],
        [136, 2],
        [-1e15, 3],
      ],
      [NaN, NaN, NaN, NaN],
    ],
    [
      'keeps what is less than half a step outside',
      [
        [95, 1],
        [134, 2],
      ],
      [1, NaN, NaN, 2],
    ],
    [
      'takes samples in any order',
      [
        [130, 4],
        [100, 1],
      ],
      [1, NaN, NaN, 4],
    ],
  ];
  it.each(cases)('%s', (_, samples, expected) => {
    const grid = toGrid(
      samples.map(([timeMs, value]) => ({ timeMs, value })),
      range,
    );
    expect(content(grid)).toEqual({ startMs: 100, stepMs: 10, values: expected });
  });

  it('makes a single point when both ends are the same', () => {
    const range = { startMs: 100, endMs: 100, stepMs: 10 };
    expect([...toGrid([{ timeMs: 100, value: 7 }], range).values]).toEqual([7]);
    expect(countPoints(range)).toBe(1);
  });

  it.each([
    ['ends that are not whole steps apart', { startMs: 0, endMs: 15, stepMs: 10 }],
    ['ends out of order', { startMs: 10, endMs: 0, stepMs: 10 }],
    ['a step of zero', { startMs: 0, endMs: 10, stepMs: 0 }],
    ['a negative step', { startMs: 0, endMs: 10, stepMs: -10 }],
    ['a step that is not a number', { startMs: 0, endMs: 10, stepMs: NaN }],
  ])('refuses %s', (_, range) => {
    expect(() => toGrid([], range)).toThrow(RangeError);
  });

  it('puts every sample that lies on the grid where Series finds it', () => {
    const value = fc.double({ noNaN: true, noDefaultInfinity: true });
    const given = fc.uniqueArray(fc.tuple(fc.nat(50), value), { selector: ([index]) => index });
    fc.assert(
      fc.property(given, fc.integer(), fc.integer({ min: 1, max: 1e6 }), (samples, startMs, stepMs) => {
        const grid = toGrid(
          samples.map(([index, value]) => ({ timeMs: startMs + index * stepMs, value })),
          { startMs, endMs: startMs + 50 * stepMs, stepMs },
        );
        expect(grid.length).toBe(51);
        expect(grid.countKnown()).toBe(samples.length);
        for (const [index, value] of samples) expect(grid.at(startMs + index * stepMs)).toBe(value);
      }),
    );
  });
});

describe('mergeSeries', () => {
  const cases: [string, Series, Series, number, number[]][] = [
    ['lets the newer known value win', series(0, [1, 2]), series(0, [3, 4]), 0, [3, 4]],
    ['keeps a known value where the newer series has a gap', series(0, [1, 2]), series(0, [NaN, 4]), 0, [1, 4]],
    ['fills a gap of the older series', series(0, [1, NaN, 3]), series(10, [2]), 0, [1, 2, 3]],
    ['appends', series(0, [1, 2]), series(20, [3]), 0, [1, 2, 3]],
    ['prepends', series(20, [3]), series(0, [1, 2]), 0, [1, 2, 3]],
    ['fills the hole between two stretches with gaps', series(0, [1]), series(30, [4]), 0, [1, NaN, NaN, 4]],
    ['overlaps', series(0, [1, 2, 3]), series(10, [5, 6, 7]), 0, [1, 5, 6, 7]],
    ['takes the newer series where the older is empty', series(5, []), series(20, [1]), 20, [1]],
    ['keeps the older series where the newer is empty', series(20, [1]), series(5, []), 20, [1]],
    ['works at negative times', series(-20, [1]), series(-10, [2]), -20, [1, 2]],
  ];
  it.each(cases)('%s', (_, older, newer, startMs, values) => {
    const before = [content(older), content(newer)];
    expect(content(mergeSeries(older, newer))).toEqual({ startMs, stepMs: 10, values });
    expect([content(older), content(newer)]).toEqual(before);
  });

  it('refuses different steps, also of empty series', () => {
    expect(() => mergeSeries(series(0, [1], 10), series(0, [1], 20))).toThrow(/steps of 10 and 20 ms/);
    expect(() => mergeSeries(series(0, [], 10), series(0, [1], 20))).toThrow(RangeError);
  });

  it('refuses grids that do not coincide', () => {
    expect(() => mergeSeries(series(0, [1]), series(5, [1]))).toThrow(/do not share a grid/);
  });

  it('knows at each time what the newer series knows, and otherwise what the older one does', () => {
    const sample = fc.oneof(fc.constant(NaN), fc.integer());
    const part = fc.tuple(fc.integer({ min: -30, max: 30 }), fc.array(sample, { minLength: 1, maxLength: 20 }));
    fc.assert(
      fc.property(part, part, ([olderAt, olderValues], [newerAt, newerValues]) => {
        const older = series(olderAt * 10, olderValues);
        const newer = series(newerAt * 10, newerValues);
        const merged = mergeSeries(older, newer);
        for (let timeMs = -400; timeMs <= 600; timeMs += 10) {
          const fresh = newer.at(timeMs);
          expect(merged.at(timeMs)).toBe(Number.isNaN(fresh) ? older.at(timeMs) : fresh);
        }
        expect(content(mergeSeries(merged, newer))).toEqual(content(merged));
      }),
    );
  });
});
