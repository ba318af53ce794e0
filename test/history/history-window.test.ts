import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/core/duration.js';
import { Series } from '../../src/core/series.js';
import { absorb, corrects, defaultOverlapMs, nextPull, windowAt } from '../../src/history/history-window.js';

const series = (startMs: number, values: readonly number[]): Series =>
  new Series(startMs, 10, Float64Array.from(values));
const window = { startMs: 100, endMs: 150, stepMs: 10 };
const nothing = series(0, []);

describe('defaultOverlapMs', () => {
  it('is five steps, and at least five minutes', () => {
    expect(defaultOverlapMs(15_000)).toBe(5 * MINUTE_MS);
    expect(defaultOverlapMs(2 * MINUTE_MS)).toBe(10 * MINUTE_MS);
  });
});

describe('windowAt', () => {
  it.each([
    ['ends at the newest grid time that is not in the future', 159, 50, 100, 150],
    ['ends now when now is a grid time', 150, 50, 100, 150],
    ['holds whole steps only', 155, 58, 100, 150],
    ['is a single point when the window is shorter than a step', 155, 5, 150, 150],
  ])('%s', (_, nowMs, windowMs, startMs, endMs) => {
    expect(windowAt(nowMs, { stepMs: 10, windowMs })).toEqual({ startMs, endMs, stepMs: 10 });
  });

  it('holds 5,041 points for 7 days at 2 minutes', () => {
    const { startMs, endMs, stepMs } = windowAt(1_700_000_000_000, { stepMs: 2 * MINUTE_MS, windowMs: 7 * DAY_MS });
    expect((endMs - startMs) / stepMs + 1).toBe(5041);
    expect(startMs % stepMs).toBe(0);
  });
});

describe('nextPull', () => {
  const cases: [string, Series, number, number][] = [
    ['asks for the whole window when nothing is held', nothing, 20, 100],
    ['asks from the overlap before the last known sample', series(100, [1, 2, 3, 4]), 20, 110],
    ['takes an overlap of part of a step for a whole one', series(100, [1, 2, 3, 4]), 11, 110],
    ['asks from the last known sample on without an overlap', series(100, [1, 2, 3, 4]), 0, 130],
    ['counts from the last sample that is known, not from a gap after it', series(100, [1, 2, NaN, NaN]), 10, 100],
    ['asks for no more than the window', series(100, [1, 2]), 1000, 100],
    ['asks for the whole window when what is held begins after it', series(120, [3, 4]), 10, 100],
    ['asks for the whole window when what is held has left it', series(0, [1, 2]), 10, 100],
    ['asks for the whole window when all in it is a gap', series(90, [1, NaN, NaN]), 10, 100],
    ['does not ask ahead of the window when the clock was set back', series(80, [1, 2, 3, 4, 5, 6, 7, 8, 9]), 10, 140],
  ];
  it.each(cases)('%s', (_, held, overlapMs, startMs) => {
    expect(nextPull(held, window, overlapMs)).toEqual({ startMs, endMs: 150, stepMs: 10 });
  });

  it('asks for less than 1 % of the window at each poll of a week at 2 minutes', () => {
    const settings = { stepMs: 2 * MINUTE_MS, windowMs: 7 * DAY_MS };
    const before = windowAt(1_700_000_000_000, settings);
    const held = new Series(before.startMs, before.stepMs, new Float64Array(5041).fill(1));
    const pull = nextPull(held, windowAt(1_700_000_000_000 + 2 * MINUTE_MS, settings), defaultOverlapMs(before.stepMs));
    // 5 steps of overlap, the last known sample and the new one: 7 of 5,041 points.
    expect((pull.endMs - pull.startMs) / pull.stepMs + 1).toBe(7);
  });
});

describe('absorb', () => {
  const cases: [string, Series, Series, number[]][] = [
    ['takes the whole window', nothing, series(100, [1, 2, 3, 4, 5, 6]), [1, 2, 3, 4, 5, 6]],
    [
      'appends what is new and drops what left the window',
      series(90, [0, 1, 2, 3]),
      series(130, [4, 5, 6]),
      [1, 2, 3, 4, 5, 6],
    ],
    ['fills up to the window with gaps', nothing, series(120, [3]), [NaN, NaN, 3, NaN, NaN, NaN]],
    ['keeps what is held when the pull is empty', series(100, [1, 2]), nothing, [1, 2, NaN, NaN, NaN, NaN]],
    [
      'leaves a gap between what is held and a pull much later',
      series(100, [1]),
      series(140, [5, 6]),
      [1, NaN, NaN, NaN, 5, 6],
    ],
    ['drops what lies after the window', series(140, [5, 6, 7, 8]), nothing, [NaN, NaN, NaN, NaN, 5, 6]],
    [
      'does not let a gap overwrite a sample',
      series(100, [1, 2, 3]),
      series(100, [NaN, 7, NaN]),
      [1, 7, 3, NaN, NaN, NaN],
    ],
  ];
  it.each(cases)('%s', (_, held, pulled, values) => {
    const result = absorb(held, pulled, window);
    expect([result.startMs, result.stepMs, [...result.values]]).toEqual([100, 10, values]);
  });

  it.each([
    ['nothing is held nor pulled', nothing, nothing],
    ['all that is held left the window', series(0, [1, 2]), nothing],
    ['all that is left is gaps', series(100, [NaN]), series(110, [NaN])],
  ])('has no values when %s', (_, held, pulled) => {
    expect(absorb(held, pulled, window).length).toBe(0);
  });
});

describe('corrects', () => {
  const held = series(100, [1, NaN, 3]);
  it.each([
    ['the same samples again', series(100, [1, NaN, 3]), false],
    ['new samples after the last', series(120, [3, 4, 5]), false],
    ['a gap where a sample is held', series(100, [NaN, NaN, NaN]), false],
    ['nothing', nothing, false],
    ['another value for a sample', series(120, [3.5]), true],
    ['a value for a gap', series(110, [2]), true],
    ['a value before the first sample', series(90, [0]), false],
  ])('%s', (_, pulled, expected) => {
    expect(corrects(held, pulled)).toBe(expected);
  });

  it('never applies to what was not held', () => {
    expect(corrects(nothing, series(0, [1, 2]))).toBe(false);
    expect(corrects(series(HOUR_MS, []), series(HOUR_MS, [1, 2]))).toBe(false);
  });
});
