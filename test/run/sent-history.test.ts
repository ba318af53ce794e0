import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LARGEST_LOAD } from '../../src/core/series.js';
import { sentHistory } from '../../src/run/sent-history.js';

type Sample = readonly [timeMs: number, value: number];

function history(samples: readonly Sample[]) {
  const series = sentHistory({
    timesMs: Float64Array.from(samples, ([timeMs]) => timeMs),
    values: Float64Array.from(samples, ([, value]) => value),
  });
  return series && { startMs: series.startMs, stepMs: series.stepMs, values: [...series.values] };
}

const MINUTE = 60_000;
const rising = (count: number, from: number, value: (i: number) => number): Sample[] =>
  Array.from({ length: count }, (_, i) => [from + i * MINUTE, value(i)] as const);

describe('sentHistory', () => {
  it.each<[string, Sample[], object]>([
    [
      'takes samples as they are',
      [
        [0, 1],
        [60, 2],
        [120, 3],
      ],
      { startMs: 0, stepMs: 60, values: [1, 2, 3] },
    ],
    [
      'leaves a gap where a sample is missing',
      [
        [0, 1],
        [60, 2],
        [180, 4],
        [240, 5],
      ],
      { startMs: 0, stepMs: 60, values: [1, 2, NaN, 4, 5] },
    ],
    [
      'leaves a gap for NaN and infinity',
      [
        [0, 1],
        [60, NaN],
        [120, Infinity],
        [180, 4],
      ],
      { startMs: 0, stepMs: 60, values: [1, NaN, NaN, 4] },
    ],
    [
      'sorts',
      [
        [120, 3],
        [0, 1],
        [60, 2],
      ],
      { startMs: 0, stepMs: 60, values: [1, 2, 3] },
    ],
    [
      'takes the last of several samples for one time',
      [
        [0, 1],
        [60, 2],
        [60, 7],
        [120, 3],
      ],
      { startMs: 0, stepMs: 60, values: [1, 7, 3] },
    ],
    [
      'begins and ends with what is known',
      [
        [0, NaN],
        [60, 2],
        [120, 3],
        [180, NaN],
      ],
      { startMs: 60, stepMs: 60, values: [2, 3] },
    ],
    ['takes a single sample', [[1_000, 5]], { startMs: 1_000, stepMs: MINUTE, values: [5] }],
    [
      'takes the same time over and over',
      [
        [1_000, 5],
        [1_000, 6],
      ],
      { startMs: 1_000, stepMs: MINUTE, values: [6] },
    ],
    [
      'takes no notice of times that cannot be',
      [
        [9e15, 1],
        [0, 2],
        [60, 3],
        [-9e18, 4],
      ],
      { startMs: 0, stepMs: 60, values: [2, 3] },
    ],
    [
      'puts jitter on the grid',
      [
        [0, 1],
        [61, 2],
        [120, 3],
        [180, 4],
      ],
      { startMs: 0, stepMs: 60, values: [1, 2, 3, 4] },
    ],
  ])('%s', (_, samples, expected) => {
    expect(history(samples)).toEqual(expected);
  });

  it.each<[string, Sample[]]>([
    ['nothing', []],
    [
      'only NaN',
      [
        [0, NaN],
        [60, NaN],
      ],
    ],
    ['only infinity', [[0, -Infinity]]],
  ])('is undefined for %s', (_, samples) => {
    expect(history(samples)).toBeUndefined();
  });

  it('takes the last of several series: the one whose last sample KEDA compares with', () => {
    const series = [rising(30, 0, () => 1), rising(30, 0, () => 2), rising(20, 10 * MINUTE, () => 3)].flat();
    expect(history(series)).toEqual({ startMs: 10 * MINUTE, stepMs: MINUTE, values: Array(20).fill(3) });
  });

  it('joins stretches that do not cover the same time', () => {
    const late = rising(20, 20 * MINUTE, () => 2);
    const early = rising(20, 0, () => 1);
    const values = [...Array<number>(20).fill(1), ...Array<number>(20).fill(2)];
    expect(history([...late, ...early])).toEqual({ startMs: 0, stepMs: MINUTE, values });
  });

  it('keeps no more than two weeks of two minutes, counted from the newest', () => {
    const { values, startMs } = history([[0, 9], ...rising(20_000, 1e12, (i) => i)])!;
    expect(values.length).toBe(10_080);
    expect(values.at(-1)).toBe(19_999);
    expect(startMs).toBe(1e12 + (20_000 - 10_080) * MINUTE);
  });

  it('does not care for the order of samples of one series', () => {
    const shuffled = fc.uniqueArray(fc.nat(300), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(shuffled, (minutes) => {
        const samples = minutes.map((minute): Sample => [minute * MINUTE, minute]);
        expect(history(samples)).toEqual(history(samples.toSorted(([a], [b]) => a - b)));
      }),
    );
  });

  it('ends with the newest known sample, whatever is sent', () => {
    const sample = fc.tuple(fc.integer({ min: -1e6, max: 1e6 }), fc.double());
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 9 }), (samples) => {
        const known = samples.filter(([, value]) => Math.abs(value) <= LARGEST_LOAD);
        const newest = Math.max(...known.map(([timeMs]) => timeMs));
        const result = history(samples);
        if (result === undefined) expect(newest).toBe(-Infinity);
        else expect(result.startMs + (result.values.length - 1) * result.stepMs).toBe(newest);
      }),
    );
  });
});
