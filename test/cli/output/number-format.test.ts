import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatNumber, formatPercent } from '../../../src/cli/output/number-format.js';

describe('formatNumber', () => {
  it.each<[number | null, string]>([
    [0, '0'],
    [-0, '0'],
    [7, '7'],
    [7.5, '7.5'],
    [7.504, '7.5'],
    [0.5, '0.5'],
    [0.0421, '0.0421'],
    [0.999, '0.999'],
    [0.9996, '1'],
    [12.345, '12.3'],
    [99.96, '100'],
    [152.4, '152'],
    [999.7, '1000'],
    [1234.4, '1234'],
    [9999.4, '9999'],
    [9999.6, '10k'],
    [12_340, '12.3k'],
    [999_400, '999k'],
    [999_600, '1M'],
    [4_560_000, '4.56M'],
    [2e9, '2G'],
    [5e17, '500P'],
    [2e18, '2.0e+18'],
    [0.00004, '4.0e-5'],
    [-152.4, '-152'],
    [NaN, '–'],
    [Infinity, '–'],
    [null, '–'],
  ])('%s is written %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it('appends the unit, but not to what is not known', () => {
    expect([formatNumber(12, 'req/s'), formatNumber(null, 'req/s')]).toEqual(['12 req/s', '–']);
  });

  it('is never longer than seven characters and never off by more than half a digit in the third place', () => {
    const factors = { k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15 } as Record<string, number>;
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 9e17, noNaN: true }), (value) => {
        const text = formatNumber(value);
        expect(text.length).toBeLessThanOrEqual(7);
        const [, digits, prefix = ''] = /^([\d.]+)(\D?)$/.exec(text)!;
        const back = Number(digits) * (factors[prefix] ?? 1);
        expect(Math.abs(back - value)).toBeLessThanOrEqual(value * 0.00501);
      }),
    );
  });
});

describe('formatPercent', () => {
  it.each<[number | null, string]>([
    [0, '0%'],
    [0.045, '4.5%'],
    [0.0996, '10%'],
    [0.974, '97%'],
    [1, '100%'],
    [null, '–'],
    [NaN, '–'],
  ])('%s is written %s', (share, text) => {
    expect(formatPercent(share)).toBe(text);
  });
});
