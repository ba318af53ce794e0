import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/core/duration.js';
import { Series } from '../../src/core/series.js';
import { provisionalUntilMs } from '../../src/train/provisional.js';

const history = (hours: number): Series => new Series(0, HOUR_MS, new Float64Array(hours + 1));

describe('provisionalUntilMs', () => {
  it.each<[string, Series, number, number | null]>([
    ['nothing is known yet', new Series(0, HOUR_MS, new Float64Array(0)), 7 * DAY_MS, null],
    ['the first sample has come', history(0), 7 * DAY_MS, 2 * DAY_MS],
    ['an hour is missing', history(47), 7 * DAY_MS, 2 * DAY_MS],
    ['two days are there', history(48), 7 * DAY_MS, null],
    ['the window is shorter than two days, and not full', history(20), DAY_MS, 0.9 * DAY_MS],
    ['the window is shorter, and full but for a gap at its edge', history(22), DAY_MS, null],
  ])('when %s', (_, series, windowMs, expected) => {
    expect(provisionalUntilMs(series, windowMs)).toBe(expected);
  });
});
