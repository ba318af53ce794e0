import { describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../../src/core/duration.js';
import {
  formatDateTime,
  formatTime,
  formatWeekday,
  localTimeZone,
  zoneOffsetMs,
} from '../../../src/cli/output/time-format.js';

const MIDNIGHT = Date.parse('2026-03-01T00:00:00Z');

describe('formats', () => {
  it.each([
    ['UTC', '2026-03-01 00:00', '00:00', 'Sun 1'],
    ['America/New_York', '2026-02-28 19:00', '19:00', 'Sat 28'],
    ['Asia/Kolkata', '2026-03-01 05:30', '05:30', 'Sun 1'],
  ])('midnight in UTC on 1 March 2026, a Sunday, in %s', (zone, dateTime, time, weekday) => {
    expect(formatDateTime(MIDNIGHT, zone)).toBe(dateTime);
    expect(formatTime(MIDNIGHT, zone)).toBe(time);
    expect(formatWeekday(MIDNIGHT, zone)).toBe(weekday);
  });

  it('refuse a zone that does not exist', () => {
    expect(() => formatTime(MIDNIGHT, 'Europe/Atlantis')).toThrow(RangeError);
  });
});

describe('zoneOffsetMs', () => {
  it.each([
    ['UTC', '2026-07-01T12:34:56Z', 0],
    ['Asia/Kathmandu', '2026-07-01T12:34:56Z', 5 * HOUR_MS + 45 * MINUTE_MS],
    ['America/New_York', '2026-07-01T12:34:56Z', -4 * HOUR_MS],
    ['a moment before the clocks go forward in Lisbon', '2026-03-29T00:59:59Z', 0],
    ['Europe/Lisbon', '2026-03-29T01:00:00Z', HOUR_MS],
  ])('%s at %s', (zone, time, offset) => {
    expect(zoneOffsetMs(Date.parse(time), zone.includes('Lisbon') ? 'Europe/Lisbon' : zone)).toBe(offset);
  });
});

describe('localTimeZone', () => {
  it('is a zone that can be formatted with', () => {
    expect(formatTime(MIDNIGHT, localTimeZone())).toMatch(/^\d\d:\d\d$/);
  });
});
