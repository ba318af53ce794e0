import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatClockTime, formatNumber } from '../../src/core/format.js';

describe('formatNumber', () => {
  it.each([
    ['a whole number', 150, '150'],
    ['four digits at most', 1_234.56, '1235'],
    ['digits before the point are kept', 123_456, '123500'],
    ['small numbers', 0.00012346, '0.0001235'],
    ['no zeros at the end', 2.5, '2.5'],
    ['large numbers without an exponent', 1e14, '100000000000000'],
    ['below zero', -3.14159, '-3.142'],
    ['zero', 0, '0'],
    ['negative zero', -0, '0'],
    ['what is not known', NaN, 'unknown'],
  ])('writes %s', (_, value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it('is right to half of the fourth digit, without an exponent: property', () => {
    const magnitude = fc.double({ min: 1e-4, max: 1e15, noNaN: true });
    fc.assert(
      fc.property(magnitude, fc.constantFrom(1, -1), (size, sign) => {
        const text = formatNumber(sign * size);
        expect(text).not.toContain('e');
        expect(Math.abs(Number(text) / (sign * size) - 1)).toBeLessThanOrEqual(5.0001e-4);
      }),
    );
  });
});

describe('formatClockTime', () => {
  it.each([
    ['in the evening', Date.UTC(2026, 0, 5, 18, 40), '18:40 UTC'],
    ['with seconds, which it leaves out', Date.UTC(2026, 6, 5, 9, 5, 59), '09:05 UTC'],
    ['at midnight', Date.UTC(2026, 0, 6), '00:00 UTC'],
  ])('writes a moment %s', (_, timeMs, text) => {
    expect(formatClockTime(timeMs)).toBe(text);
  });
});
