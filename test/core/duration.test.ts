import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DAY_MS,
  DURATION_SYNTAX,
  formatDuration,
  HOUR_MS,
  MINUTE_MS,
  parseDuration,
  SECOND_MS,
  WEEK_MS,
} from '../../src/core/duration.js';

describe('the units', () => {
  it('are those of Prometheus and KEDA: a day has 24 hours, a week 7 days', () => {
    expect([SECOND_MS, MINUTE_MS, HOUR_MS, DAY_MS, WEEK_MS]).toEqual([
      1_000, 60_000, 3_600_000, 86_400_000, 604_800_000,
    ]);
  });
});

describe('parseDuration', () => {
  it.each([
    ['seconds', '30s', 30_000],
    ['minutes', '5m', 300_000],
    ['hours', '2h', 7_200_000],
    ['days', '7d', 604_800_000],
    ['weeks', '1w', 604_800_000],
    ['milliseconds', '250ms', 250],
    ['microseconds', '1500us', 1.5],
    ['microseconds, with the letter mu', '1500µs', 1.5],
    ['nanoseconds', '1000000ns', 1],
    ['a sum', '1d12h', 129_600_000],
    ['a sum of many', '1w2d3h4m5s6ms', 604_800_000 + 172_800_000 + 10_800_000 + 240_000 + 5_000 + 6],
    ['a sum in any order', '30m1h', 5_400_000],
    ['the same unit twice', '1h1h', 7_200_000],
    ['fractions', '1.5h', 5_400_000],
    ['fractions in a sum', '0.5d0.25h', 43_200_000 + 900_000],
    ['minutes before milliseconds: m is not ms', '1m1ms', 60_001],
    ['zero without a unit', '0', 0],
    ['zero with one', '0s', 0],
    ['leading zeros', '007m', 420_000],
    ['space around it', '  10m ', 600_000],
  ])('reads %s: "%s"', (_, text, ms) => {
    expect(parseDuration(text)).toBeCloseTo(ms, 9);
  });

  it.each([
    ['nothing', ''],
    ['space alone', '  '],
    ['a number without a unit', '30'],
    ['a unit without a number', 'm'],
    ['an unknown unit', '5y'],
    ['an upper-case unit', '5M'],
    ['a word', '5 minutes'],
    ['space within', '1h 30m'],
    ['a sign', '-5m'],
    ['a plus', '+5m'],
    ['something after it', '5m,'],
    ['something before it', 'x5m'],
    ['a number after it', '5m3'],
    ['two dots', '1.2.3h'],
    ['no digit before the dot', '.5h'],
    ['no digit after the dot', '5.h'],
    ['a comma as decimal point', '1,5h'],
    ['an exponent', '1e3s'],
    ['ISO 8601', 'PT5M'],
    ['infinity', 'Infinitys'],
    ['more than a number can hold', `${'9'.repeat(400)}h`],
    ['two lines', '5m\n6m'],
  ])('refuses %s: %j', (_, text) => {
    expect(() => parseDuration(text)).toThrow(
      new RangeError(`"${text}" is not a duration; expected ${DURATION_SYNTAX}`),
    );
  });

  it('accepts the examples of its own message', () => {
    const examples = DURATION_SYNTAX.match(/\d+\w+/g);
    expect(examples).toHaveLength(6);
    for (const example of examples!) expect(parseDuration(example)).toBeGreaterThan(0);
  });

  it('is the sum of its terms: property', () => {
    const term = fc.tuple(fc.integer({ min: 0, max: 10_000 }), fc.constantFrom('ms', 's', 'm', 'h', 'd', 'w'));
    fc.assert(
      fc.property(fc.array(term, { minLength: 1, maxLength: 8 }), (terms) => {
        const texts = terms.map(([count, unit]) => `${count}${unit}`);
        expect(parseDuration(texts.join(''))).toBe(texts.reduce((sum, text) => sum + parseDuration(text), 0));
      }),
    );
  });

  it('reads or refuses any text, and nothing else: property', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9.smhdw]*$/)), (text) => {
        try {
          expect(parseDuration(text)).toBeGreaterThanOrEqual(0);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });
});

describe('formatDuration', () => {
  it.each([
    ['nothing', 0, '0ms'],
    ['less than a second', 250, '250ms'],
    ['less than a millisecond', 0.4, '0ms'],
    ['a hair less than a second', 999.7, '1s'],
    ['a second', 1_000, '1s'],
    ['a little more, rounded to the second', 1_400, '1s'],
    ['half a second more, rounded up', 1_500, '2s'],
    ['minutes and seconds', 270_000, '4m30s'],
    ['hours alone', 7_200_000, '2h'],
    ['days and hours', 129_600_000, '1d12h'],
    ['three units: the two largest', 129_600_000 + 5 * 60_000, '1d12h'],
    ['almost an hour, rounded up to it', 3_599_700, '1h'],
    ['weeks, in days', 14 * 86_400_000, '14d'],
    ['the past', -270_000, '-4m30s'],
    ['what is not known', NaN, 'unknown'],
    ['for ever', Infinity, 'unknown'],
    ['since ever', -Infinity, 'unknown'],
  ])('writes %s: %d ms', (_, ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('is read back as the same, up to the units left out: property', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 * DAY_MS }), (ms) => {
        // Two units: below an hour to the second, below a day to the minute, beyond to the hour.
        const precision = ms < SECOND_MS ? 0.5 : ms < HOUR_MS ? SECOND_MS / 2 : ms < DAY_MS ? MINUTE_MS : HOUR_MS;
        expect(Math.abs(parseDuration(formatDuration(ms)) - ms)).toBeLessThanOrEqual(precision);
      }),
    );
  });

  it('is read back exactly when two units say it all: property', () => {
    const pairs = fc.constantFrom([DAY_MS, HOUR_MS, 23], [HOUR_MS, MINUTE_MS, 59], [MINUTE_MS, SECOND_MS, 59]);
    fc.assert(
      fc.property(pairs, fc.integer({ min: 1, max: 23 }), fc.nat(), ([large, small, most], count, rest) => {
        const ms = count * large + (rest % (most + 1)) * small;
        expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
    );
  });
});
