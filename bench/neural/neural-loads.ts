import { DAY_MS, HOUR_MS } from '../../src/core/duration.js';
import { gaussian, seededRandom } from '../../src/core/random.js';
import { Series } from '../../src/core/series.js';

/** The expected load at a time, from the beginning of the series. */
type Curve = (timeMs: number) => number;

const daily: Curve = (timeMs) => 300 - 200 * Math.cos((2 * Math.PI * timeMs) / DAY_MS);
const office: Curve = (timeMs) => {
  const hour = (timeMs % DAY_MS) / HOUR_MS;
  return hour >= 10 && hour < 15 ? 650 : 150;
};

/** Noise like that of a Poisson process, and a level that wanders: standard deviation per step, with a memory of 50 steps. */
function noisy(curve: Curve, wander: number) {
  return (seed: number, length: number, stepMs: number): Series => {
    const random = seededRandom(seed);
    let level = 0;
    const values = Float64Array.from({ length }, (_, i) => {
      level = 0.98 * level + wander * gaussian(random);
      const mean = curve(i * stepMs) * Math.exp(level);
      return Math.max(0, mean + Math.sqrt(mean) * gaussian(random));
    });
    return new Series(0, stepMs, values);
  };
}

/** Generated loads by name. What changes does so two days after the first week. */
export const NEURAL_LOADS = {
  daily: noisy(daily, 0),
  restless: noisy(daily, 0.05),
  'two peaks': noisy((timeMs) => 150 + 0.8 * daily(timeMs) * Math.sin((2 * Math.PI * timeMs) / DAY_MS) ** 2, 0),
  growing: noisy((timeMs) => daily(timeMs) * (1 + (0.05 * timeMs) / DAY_MS), 0),
  'level x 1.5': noisy((timeMs) => daily(timeMs) * (timeMs < 9 * DAY_MS ? 1 : 1.5), 0),
  'another shape': noisy((timeMs) => (timeMs < 9 * DAY_MS ? daily : office)(timeMs), 0),
};
