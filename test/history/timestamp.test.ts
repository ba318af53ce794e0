import { describe, expect, it } from 'vitest';
import { parseTimestamp } from '../../src/history/timestamp.js';

describe('parseTimestamp', () => {
  // 1,700,000,000 s is 2023-11-14T22:13:20Z, by `date -u -d @1700000000`.
  it.each([
    ['1700000000', 1_700_000_000_000],
    ['1700000000.25', 1_700_000_000_250],
    ['1700000000.0004', 1_700_000_000_000],
    ['0', 0],
    ['2023-11-14T22:13:20Z', 1_700_000_000_000],
    ['2023-11-14t22:13:20z', 1_700_000_000_000],
    ['2023-11-14 22:13:20Z', 1_700_000_000_000],
    ['2023-11-14T22:13:20.250Z', 1_700_000_000_250],
    ['2023-11-14T23:13:20+01:00', 1_700_000_000_000],
    ['2023-11-14T17:43:20-0430', 1_700_000_000_000],
    ['2023-11-14T22:13Z', 1_699_999_980_000],
    ['2024-02-29T00:00:00Z', 1_709_164_800_000],
  ])('%s', (text, expected) => {
    expect(parseTimestamp(text)).toBe(expected);
  });

  it.each([
    ['nothing', ''],
    ['milliseconds', '1700000000000'],
    ['a negative number', '-1'],
    ['an exponent', '1.7e9'],
    ['a time without a zone', '2023-11-14T22:13:20'],
    ['a date', '2023-11-14'],
    ['a month that does not exist', '2023-13-01T00:00:00Z'],
    ['a day that the month does not have', '2023-02-29T00:00:00Z'],
    ['day zero', '2023-02-00T00:00:00Z'],
    ['an hour that does not exist', '2023-02-01T25:00:00Z'],
    ['another order', '14.11.2023 22:13:20'],
    ['words', 'yesterday'],
    ['something after it', '1700000000s'],
  ])('refuses %s', (_, text) => {
    expect(parseTimestamp(text)).toBeNull();
  });
});
