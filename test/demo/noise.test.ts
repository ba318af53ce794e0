import fc from 'fast-check';
import { mean, standardDeviation } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import { gaussian, smoothNoise, stepNoise, uniform } from '../../src/demo/noise.js';

const indices = Array.from({ length: 20_000 }, (_, i) => i + 29_000_000);

describe('uniform', () => {
  it('is the same for the same seed and index, and within [0, 1)', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (seed, index) => {
        const value = uniform(seed, index);
        expect(value).toBe(uniform(seed, index));
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThan(1);
      }),
    );
  });

  it('fills ten equal bins evenly', () => {
    const bins = Array<number>(10).fill(0);
    for (const index of indices) bins[Math.floor(uniform(7, index) * 10)]!++;
    // 2,000 expected in each; the standard deviation of a bin is sqrt(20000 * 0.1 * 0.9) = 42.
    for (const count of bins) expect(Math.abs(count - 2000)).toBeLessThan(5 * 42);
  });

  it('gives neighbouring seeds sequences that have nothing to do with each other', () => {
    const products = indices.map((index) => (uniform(7, index) - 0.5) * (uniform(8, index) - 0.5));
    // Of independent numbers the mean product is 0, with a standard error of (1/12) / sqrt(20000) = 0.0006.
    expect(Math.abs(mean(products))).toBeLessThan(5 * 0.0006);
  });
});

describe('gaussian', () => {
  it('has mean 0 and standard deviation 1', () => {
    const values = indices.map((index) => gaussian(7, index));
    // Standard errors: 1 / sqrt(20000) = 0.007 and 1 / sqrt(2 * 20000) = 0.005.
    expect(Math.abs(mean(values))).toBeLessThan(5 * 0.007);
    expect(Math.abs(standardDeviation(values) - 1)).toBeLessThan(5 * 0.005);
  });
});

describe('smoothNoise', () => {
  it('is as lively half-way between the independent numbers as at them', () => {
    for (const phase of [0, 0.25, 0.5, 0.9]) {
      const values = indices.map((index) => smoothNoise(3, (index + phase) * 60_000, 60_000));
      expect(Math.abs(standardDeviation(values) - 1)).toBeLessThan(0.03);
    }
  });

  it('is continuous: in a thousandth of the period it hardly moves', () => {
    const largest = Math.max(
      ...indices.map((index) =>
        Math.abs(smoothNoise(3, index * 60 + 0.06, 60_000) - smoothNoise(3, index * 60, 60_000)),
      ),
    );
    // At most pi/2 times the larger of two normal numbers (below 5 here) per period.
    expect(largest).toBeLessThan(0.01);
  });
});

describe('stepNoise', () => {
  it('holds a value, then jumps, with 0.4 to 1.6 periods in between', () => {
    const periodMs = 1000;
    const jumps: number[] = [];
    for (let timeMs = 0; timeMs < 500_000; timeMs++) {
      if (stepNoise(5, timeMs, periodMs) !== stepNoise(5, timeMs + 1, periodMs)) jumps.push(timeMs);
    }
    const holds = jumps.slice(1).map((jump, i) => jump - jumps[i]!);
    expect(jumps.length).toBeGreaterThan(490);
    expect(Math.min(...holds)).toBeGreaterThanOrEqual(399);
    expect(Math.max(...holds)).toBeLessThanOrEqual(1601);
  });
});
