import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timeTicks, valueScale } from '../../../src/cli/output/axis.js';
import { formatTime, formatWeekday } from '../../../src/cli/output/time-format.js';

describe('valueScale', () => {
  it.each<[string, [number, number, number], { bottom: number; step: number; rowsPerTick: number }]>([
    // 13 rows: 12 rows between the lowest and the topmost centre. Every 3rd row: 250 * 4 = 1000 holds 1000 exactly.
    ['1000 in 13 rows', [0, 1000, 13], { bottom: 0, step: 250, rowsPerTick: 3 }],
    // 21 rows: 20 between the centres. 950 / (20 / 4) = 190 -> 200 every 4 rows (50 a row) beats 200 every 3 (67 a row).
    ['950 in 21 rows', [0, 950, 21], { bottom: 0, step: 200, rowsPerTick: 4 }],
    ['nothing to show', [0, 0, 5], { bottom: 0, step: 0.5, rowsPerTick: 2 }],
    // -1 needs a tick below: steps of 2 from -2 reach -2 + 2 * (4 + 3/8) / 2 = 2.375, the topmost dot.
    ['values below 0', [-1, 2, 5], { bottom: -2, step: 2, rowsPerTick: 2 }],
    // Steps of 100 every 2 rows fill 21 rows as well, but with eleven ticks.
    ['about five ticks where there is a choice', [0, 990, 21], { bottom: 0, step: 200, rowsPerTick: 4 }],
  ])('%s', (_sentence, [min, max, rows], expected) => {
    expect(valueScale(min, max, rows)).toEqual(expected);
  });

  it('always shows both ends, and never uses less than a third of the height', () => {
    const value = fc.double({ min: 0.001, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(value, fc.integer({ min: 5, max: 40 }), (max, rows) => {
        const { bottom, step, rowsPerTick } = valueScale(0, max, rows);
        const height = ((max - bottom) / step) * rowsPerTick;
        expect(bottom).toBe(0);
        expect(height).toBeLessThanOrEqual(rows - 0.5);
        expect(height).toBeGreaterThan((rows - 1) / 3);
      }),
    );
  });
});

describe('timeTicks', () => {
  const at = (time: string): number => Date.parse(`2026-${time}Z`);

  it.each<[string, string, string, number, string, string[]]>([
    [
      'three hours, six marks',
      '03-01T09:10',
      '03-01T12:10',
      6,
      'UTC',
      ['09:30', '10:00', '10:30', '11:00', '11:30', '12:00'],
    ],
    ['both ends included', '03-01T09:00', '03-01T10:00', 4, 'UTC', ['09:00', '09:15', '09:30', '09:45', '10:00']],
    // 09:10 UTC is 14:40 in Kolkata.
    [
      'full hours of a zone half an hour off',
      '03-01T09:10',
      '03-01T12:10',
      3,
      'Asia/Kolkata',
      ['15:00', '16:00', '17:00'],
    ],
    // Clocks go from 00:59 to 02:00, so the mark at 01:00 does not exist.
    [
      'across the change to summer time',
      '03-28T23:00',
      '03-29T03:00',
      4,
      'Europe/Lisbon',
      ['23:00', '00:00', '02:00', '03:00', '04:00'],
    ],
  ])('%s', (_sentence, from, to, most, zone, expected) => {
    const { times } = timeTicks(at(from), at(to), most, zone);
    expect(times.map((timeMs) => formatTime(timeMs, zone))).toEqual(expected);
  });

  it('marks midnights in the zone when the range is long', () => {
    const { stepMs, times } = timeTicks(at('03-01T09:00'), at('03-05T09:00'), 5, 'America/New_York');
    expect(stepMs).toBe(86_400_000);
    expect(times.map((timeMs) => formatWeekday(timeMs, 'America/New_York'))).toEqual([
      'Mon 2',
      'Tue 3',
      'Wed 4',
      'Thu 5',
    ]);
  });
});
