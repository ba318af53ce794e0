import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDuration, readTime } from '../../../src/serve/rest/request-values.js';

const at = { in: 'query', field: 'at' } as const;

describe('readTime', () => {
  it.each([
    ['an RFC 3339 time in UTC', '2026-03-01T12:00:00Z', Date.UTC(2026, 2, 1, 12)],
    ['lower-case letters', '2026-03-01t12:00:00z', Date.UTC(2026, 2, 1, 12)],
    ['milliseconds', '2026-03-01T12:00:00.250Z', Date.UTC(2026, 2, 1, 12, 0, 0, 250)],
    ['an offset east of Greenwich', '2026-03-01T12:00:00+02:00', Date.UTC(2026, 2, 1, 10)],
    ['an offset west of Greenwich', '2026-03-01T12:00:00-05:30', Date.UTC(2026, 2, 1, 17, 30)],
    [
      'a plus that arrived as a space because it was not encoded',
      '2026-03-01T12:00:00 02:00',
      Date.UTC(2026, 2, 1, 10),
    ],
    ['the 29th of February of a leap year', '2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    // 20,513 days and 12 hours after the epoch: 20,513 * 86,400 + 43,200.
    ['epoch seconds', '1772366400', Date.UTC(2026, 2, 1, 12)],
    ['epoch seconds with a fraction', '1772366400.125', Date.UTC(2026, 2, 1, 12, 0, 0, 125)],
    ['the epoch', '0', 0],
  ])('reads %s: %s', (_about, text, ms) => {
    expect(readTime(text, at)).toBe(ms);
  });

  it.each([
    ['nothing', ''],
    ['a word', 'now'],
    ['a date without a time', '2026-03-01'],
    ['a time without a zone', '2026-03-01T12:00:00'],
    ['a space for the T', '2026-03-01 12:00:00Z'],
    ['a day the month does not have', '2026-02-30T00:00:00Z'],
    ['a leap day of another year', '2025-02-29T00:00:00Z'],
    ['month 13', '2026-13-01T00:00:00Z'],
    ['hour 24', '2026-03-01T24:00:00Z'],
    ['minute 60', '2026-03-01T12:60:00Z'],
    ['an offset of 25 hours', '2026-03-01T12:00:00+25:00'],
    ['milliseconds since the epoch', '1772366400000'],
    ['a negative number', '-1'],
    ['an exponent', '1e9'],
    ['hexadecimal', '0x10'],
    ['blanks around', ' 1772366400 '],
    ['NaN', 'NaN'],
    ['infinity', 'Infinity'],
  ])('refuses %s: "%s"', (_about, text) => {
    const expected = 'expected an RFC 3339 time such as 2026-03-01T12:00:00Z, or epoch seconds such as 1772366400';
    expect(() => readTime(text, at)).toThrow(`query parameter "at" is ${JSON.stringify(text)}; ${expected}`);
  });

  it('reads back any time it is given as RFC 3339', () => {
    const dates = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(dates, (date) => {
        expect(readTime(date.toISOString(), at)).toBe(date.getTime());
      }),
    );
  });
});

describe('readDuration', () => {
  const range = { minMs: 60_000, maxMs: 7_200_000 };

  it.each([
    ['1m', 60_000],
    ['1h30m', 5_400_000],
    ['2h', 7_200_000],
  ])('reads %s', (text, ms) => {
    expect(readDuration(text, range, { in: 'query', field: 'history' })).toBe(ms);
  });

  it.each(['', '59s', '2h1s', '-1h', '5', 'soon', '1h 30m'])('refuses "%s"', (text) => {
    expect(() => readDuration(text, range, { in: 'body', field: 'stride' })).toThrow(
      `body field "stride" is "${text}"; expected a duration such as 30s, 5m, 2h, 7d, 1w or 1d12h, from 1m to 2h`,
    );
  });
});
