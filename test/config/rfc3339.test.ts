import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRfc3339 } from '../../src/config/rfc3339.js';

test.each<[text: string, expected: number]>([
  ['1970-01-01T00:00:00Z', 0],
  ['1970-01-01t00:00:01z', 1000],
  ['1970-01-01T01:00:00+01:00', 0],
  ['1969-12-31T18:30:00-05:30', 0],
  ['1970-01-01T00:00:00.25Z', 250],
  ['1970-01-01T00:00:00.123999Z', 123],
  ['1970-01-01T00:00:00-00:00', 0],
  [' 1970-01-02T00:00:00Z ', 86_400_000],
  // 2024 is a leap year: 31 + 28 days after the first of January 2024, which is 19,723 days after 1970.
  ['2024-02-29T00:00:00Z', (19_723 + 59) * 86_400_000],
])('reads %s', (text, expected) => {
  expect(parseRfc3339(text)).toBe(expected);
});

test.each([
  ['', 'nothing'],
  ['2026-03-01', 'no time'],
  ['2026-03-01T08:00:00', 'no offset'],
  ['2026-03-01T08:00Z', 'no seconds'],
  ['2026-03-01 08:00:00Z', 'a space'],
  ['2026-02-29T00:00:00Z', 'no leap year'],
  ['2026-04-31T00:00:00Z', 'a day too many'],
  ['2026-13-01T00:00:00Z', 'a month too many'],
  ['2026-00-01T00:00:00Z', 'no month'],
  ['2026-03-01T24:00:00Z', 'the hour 24'],
  ['2026-03-01T23:60:00Z', 'the minute 60'],
  ['2026-03-01T23:59:60Z', 'a leap second'],
  ['2026-03-01T00:00:00+24:00', 'an offset of a day'],
  ['2026-03-01T00:00:00+0100', 'an offset without colon'],
  ['1767225600', 'seconds'],
])('refuses %s (%s)', (text) => {
  expect(parseRfc3339(text)).toBeUndefined();
});

test('agrees with Date on every time that Date writes', () => {
  const dates = fc.date({
    min: new Date('0000-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  });
  fc.assert(fc.property(dates, (date) => parseRfc3339(date.toISOString()) === date.getTime()));
});
