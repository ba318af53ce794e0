import { quantile } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import { fixedDelay, logNormalDelay, measuredDelay, type Delay } from '../../../src/simulate/pods/delay.js';
import { seededRandom } from '../../../src/core/random.js';

function draws(delay: Delay, count = 20_000): number[] {
  const random = seededRandom(1);
  return Array.from({ length: count }, () => delay(random));
}

describe('start-up delays', () => {
  it('are log-normal with the median and 95th percentile asked for, in whole seconds', () => {
    const seconds = draws(logNormalDelay({ p50S: 45, p95S: 120 }));
    expect(quantile(seconds, 0.5)).toBeGreaterThan(43.5);
    expect(quantile(seconds, 0.5)).toBeLessThan(46.5);
    expect(quantile(seconds, 0.95)).toBeGreaterThan(115);
    expect(quantile(seconds, 0.95)).toBeLessThan(125);
    // ln(120 / 45) / 1.645 = 0.5963; the 5th percentile is 45^2 / 120 = 16.9.
    expect(quantile(seconds, 0.05)).toBeGreaterThan(15.5);
    expect(quantile(seconds, 0.05)).toBeLessThan(18.5);
    expect(seconds.every(Number.isInteger)).toBe(true);
  });

  it('are always the median when the percentiles are equal', () => {
    expect(new Set(draws(logNormalDelay({ p50S: 30, p95S: 30 }), 100))).toEqual(new Set([30]));
  });

  it('are measured ones, each equally likely', () => {
    const seconds = draws(measuredDelay([20, 30.4, 90]), 30_000);
    expect(new Set(seconds)).toEqual(new Set([20, 30, 90]));
    // A third of 30,000, with a standard deviation of sqrt(30000 * 2 / 9) = 82.
    expect(Math.abs(seconds.filter((s) => s === 90).length - 10_000)).toBeLessThan(5 * 82);
  });

  it.each<[() => Delay, string]>([
    [() => fixedDelay(-1), 'a delay must be >= 0 s, got -1'],
    [() => logNormalDelay({ p50S: 0, p95S: 9 }), 'p50S must be > 0, got 0'],
    [() => logNormalDelay({ p50S: 9, p95S: 8 }), 'p95S must be >= p50S 9, got 8'],
    [() => measuredDelay([]), 'a measured delay needs at least one sample'],
    [() => measuredDelay([3, NaN]), 'a measured delay must be >= 0 s and finite, got NaN'],
  ])('refuse what is no delay', (make, message) => {
    expect(make).toThrow(message);
  });
});
