import { describe, expect, it } from 'vitest';
import { measuredStartup, startupDelay } from '../../src/replay/startup.js';
import { seededRandom } from '../../src/core/random.js';

describe('measured start-up times', () => {
  it('have the quantiles of their samples, and keep them in the order they came in', () => {
    const samplesS = [90, 40, 60, 41, 42];
    // Sorted 40, 41, 42, 60, 90, of which 0.95 lies at 3.8 of 4 steps: 60 + 0.8 * 30.
    expect(measuredStartup(samplesS)).toEqual({ p50S: 42, p95S: 84, samplesS });
    expect(samplesS[0]).toBe(90);
  });

  it('are drawn as they are', () => {
    const random = seededRandom(1);
    const delay = startupDelay(measuredStartup([40, 40, 40, 40, 500]));
    const drawn = new Set(Array.from({ length: 1_000 }, () => delay(random)));
    expect([...drawn].toSorted((a, b) => a - b)).toEqual([40, 500]);
  });
});

describe('assumed start-up times', () => {
  it('are always the same where median and 95th percentile are', () => {
    const delay = startupDelay({ p50S: 30, p95S: 30 });
    expect([1, 2, 3].map((seed) => delay(seededRandom(seed)))).toEqual([30, 30, 30]);
  });

  it('vary where they are not: one in twenty takes longer than the 95th percentile', () => {
    const random = seededRandom(1);
    const delay = startupDelay({ p50S: 30, p95S: 60 });
    const longer = Array.from({ length: 20_000 }, () => delay(random)).filter((seconds) => seconds > 60).length;
    expect(longer / 20_000).toBeGreaterThan(0.04);
    expect(longer / 20_000).toBeLessThan(0.06);
  });
});
