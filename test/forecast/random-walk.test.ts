import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '../../src/core/duration.js';
import { randomWalk } from '../../src/forecast/random-walk.js';
import { destabilise, stabilise } from '../../src/forecast/transform.js';
import { dailyLoad, randomWalk as walkOf, seriesOf, whiteNoise } from './generators.js';

const OPTIONS = { horizonSteps: 12, levels: [0.05, 0.5, 0.9, 0.95], seasonSteps: [] };

/** Half the width between the outer levels, on the square-root scale, so many steps ahead. */
function spread(values: ArrayLike<number>, steps: number, horizonSteps = 12): number {
  const [low, , , high] = randomWalk.fit(seriesOf(values), { ...OPTIONS, horizonSteps }).forecast().values;
  return (stabilise(high![steps - 1]!) - stabilise(low![steps - 1]!)) / 2;
}

describe('random-walk', () => {
  it('expects what is now, and measures the spread of its changes', () => {
    // On the square-root scale 10, 11, 10, 11: each change is 1, and three of them give three degrees of freedom. Student's
    // 0.95 quantile is 2.353, the expansion's within 1 %; six and twelve steps ahead the spread is that times the root.
    const values = [10, 11, 10, 11].map(destabilise);
    const forecast = randomWalk.fit(seriesOf(values), OPTIONS).forecast();
    expect([...forecast.quantile(0.5)].every((value) => Math.abs(value - 121) < 1e-9)).toBe(true);
    expect(Math.abs(spread(values, 1) / 2.353 - 1)).toBeLessThan(0.01);
    // Until the band ends at 0, and at three times the largest value.
    expect(spread(values, 4) / spread(values, 1)).toBeCloseTo(2, 9);
  });

  it('does not take noise around a level for a walk where it has seen enough of it', () => {
    const noise = whiteNoise(1, 200, MINUTE_MS, 10_000, 100).values;
    // Changes within 12 steps are as large as those within one.
    expect(spread(noise, 12) / spread(noise, 1)).toBeLessThan(1.3);
    const walk = walkOf(1, 200, MINUTE_MS, 10_000, 100).values;
    expect(spread(walk, 12) / spread(walk, 1)).toBeGreaterThan(2.5);
  });

  it('is less sure the less it has seen', () => {
    const seeds = Array.from({ length: 40 }, (_, seed) => seed + 1);
    const mean = (samples: number): number =>
      seeds.reduce((sum, seed) => sum + spread(walkOf(seed, samples, MINUTE_MS, 10_000, 20).values, 12), 0) / 40;
    expect(mean(6)).toBeGreaterThan(1.2 * mean(400));
  });

  it('bridges gaps with what was before them', () => {
    const known = [100, 110, 100, 110, 110, 110, 100];
    const gappy = [100, 110, 100, 110, NaN, NaN, 100];
    const forecastOf = (values: number[]): unknown => randomWalk.fit(seriesOf(values), OPTIONS).forecast().values;
    expect(forecastOf(gappy)).toEqual(forecastOf(known));
  });

  it('covers what comes after half an hour of a load, wherever in the day that is', () => {
    const day = dailyLoad(3, 3);
    let covered = 0;
    let points = 0;
    for (let from = 0; from + 15 + 60 < day.length; from += 20) {
      const history = seriesOf(day.values.slice(from, from + 15));
      const forecast = randomWalk.fit(history, { ...OPTIONS, horizonSteps: 60 }).forecast();
      forecast.quantile(0.9).forEach((quantile, k) => {
        covered += day.values[from + 15 + k]! <= quantile ? 1 : 0;
        points++;
      });
    }
    // More than promised: the load is no walk.
    expect(covered / points).toBeGreaterThan(0.9);
    expect(covered / points).toBeLessThan(0.99);
  });
});
