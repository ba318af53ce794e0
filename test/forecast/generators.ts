import { DAY_MS, MINUTE_MS } from '../../src/core/duration.js';
import { Series } from '../../src/core/series.js';

/** 2024-01-01T00:00:00Z, a Monday. */
export const START_MS = 1_704_067_200_000;

/** Random numbers that are a function of their seed. */
export interface Dice {
  /** In [0, 1). */
  uniform(): number;
  /** Mean 0, variance 1. */
  normal(): number;
  /** How many independent events happen where `mean` are expected. */
  poisson(mean: number): number;
}

/** Bob Jenkins' small generator in the 32-bit form known as mulberry32; Box-Muller for the normal distribution. */
export function dice(seed: number): Dice {
  let state = Math.imul(seed, 0x9e3779b1);
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const poisson = (mean: number): number => {
    // Knuth: events fit in until the product of uniform numbers falls below exp(-mean).
    let count = 0;
    for (let product = uniform(); product > Math.exp(-mean); product *= uniform()) count++;
    return count;
  };
  return { uniform, normal, poisson };
}

/** A series from {@link START_MS} on, made sample by sample. */
export function generate(length: number, stepMs: number, valueAt: (index: number) => number): Series {
  return new Series(
    START_MS,
    stepMs,
    Float64Array.from({ length }, (_, i) => valueAt(i)),
  );
}

/** A series with exactly these values; the step defaults to 2 min. */
export function seriesOf(values: ArrayLike<number>, stepMs = 2 * MINUTE_MS): Series {
  return new Series(START_MS, stepMs, Float64Array.from(values));
}

/** The course of a load over a period: 0 at its start, 1 in its middle. */
export function wave(timeMs: number, periodMs: number = DAY_MS): number {
  return (1 - Math.cos((2 * Math.PI * timeMs) / periodMs)) / 2;
}

/** A service that people use: `base` at midnight, `base + height` at noon, with Poisson-like noise. */
export function dailyLoad(
  seed: number,
  days: number,
  { stepMs = 2 * MINUTE_MS, base = 100, height = 400, weekend = 1 } = {},
): Series {
  const random = dice(seed);
  return generate((days * DAY_MS) / stepMs, stepMs, (i) => {
    const timeMs = i * stepMs;
    const isWeekend = Math.floor(timeMs / DAY_MS) % 7 >= 5;
    const mean = (base + height * wave(timeMs)) * (isWeekend ? weekend : 1);
    return Math.max(0, mean + Math.sqrt(mean) * random.normal());
  });
}

/** Each sample is the one before plus noise. */
export function randomWalk(seed: number, length: number, stepMs: number, start = 1_000, spread = 1): Series {
  const random = dice(seed);
  let value = start;
  return generate(length, stepMs, () => (value += spread * random.normal()));
}

/** Independent noise around a mean. */
export function whiteNoise(seed: number, length: number, stepMs: number, mean = 100, spread = 10): Series {
  const random = dice(seed);
  return generate(length, stepMs, () => mean + spread * random.normal());
}

/** A level that jumps to a new one at unpredictable times, on average every `stay` samples. */
export function staircase(seed: number, length: number, stepMs: number, stay = 100): Series {
  const random = dice(seed);
  let level = 300;
  return generate(length, stepMs, () => {
    if (random.uniform() < 1 / stay) level = 100 + 400 * random.uniform();
    return level;
  });
}

/** The series with the samples that `isGap` names unknown. */
export function withGaps(series: Series, isGap: (index: number) => boolean): Series {
  return new Series(
    series.startMs,
    series.stepMs,
    series.values.map((value, i) => (isGap(i) ? NaN : value)),
  );
}
