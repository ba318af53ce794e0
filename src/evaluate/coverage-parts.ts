import type { Forecast } from '../core/forecast.js';
import type { HorizonBucket } from './horizon-buckets.js';

/** Hours of each part of the day: enough points in each, and few enough to be read. */
const PART_HOURS = 3;
const PARTS = 24 / PART_HOURS;

export interface LevelShare {
  readonly level: number;
  /** Share of actual values at or below the quantile; NaN where nothing was scored. */
  readonly share: number;
}

/** Coverage of a part of the horizon. */
export interface HorizonCoverage {
  /** Longest look-ahead in this part; it begins where the one before ends. */
  readonly upToMs: number;
  readonly points: number;
  readonly coverage: readonly LevelShare[];
}

/** Coverage of a part of the day, whatever the look-ahead. */
export interface DayPartCoverage {
  /** Hours of the day, in UTC, of the moments that were forecast; the end exclusive. */
  readonly fromHour: number;
  readonly toHour: number;
  readonly points: number;
  readonly coverage: readonly LevelShare[];
}

/**
 * Coverage by how far ahead a moment was, and by when in the day it was. A band can hold what it promises on the whole and be
 * too narrow each noon.
 */
export class CoverageParts {
  readonly #levels: readonly number[];
  readonly #buckets: readonly HorizonBucket[];
  readonly #byHorizon: readonly Counts[];
  readonly #byHour: readonly Counts[];

  constructor(levels: readonly number[], buckets: readonly HorizonBucket[]) {
    const counts = (): Counts => ({ points: 0, covered: new Float64Array(levels.length) });
    this.#levels = levels;
    this.#buckets = buckets;
    this.#byHorizon = buckets.map(counts);
    this.#byHour = Array.from({ length: PARTS }, counts);
  }

  /** @param actual the samples after the origin; NaN: not known, and not counted */
  add(forecast: Forecast, actual: Float64Array): void {
    const quantiles = this.#levels.map((level) => forecast.quantile(level));
    this.#buckets.forEach(({ fromIndex, toIndex }, bucket) => {
      for (let k = fromIndex; k < toIndex; k++) {
        const value = actual[k]!;
        if (Number.isNaN(value)) continue;
        const hour = new Date(forecast.targetMs(k)).getUTCHours();
        for (const counts of [this.#byHorizon[bucket]!, this.#byHour[Math.floor(hour / PART_HOURS)]!]) {
          counts.points++;
          for (let l = 0; l < quantiles.length; l++) if (value <= quantiles[l]![k]!) counts.covered[l]!++;
        }
      }
    });
  }

  byHorizon(): readonly HorizonCoverage[] {
    return this.#buckets.map(({ upToMs }, i) => ({ upToMs, ...this.#shares(this.#byHorizon[i]!) }));
  }

  byHour(): readonly DayPartCoverage[] {
    return this.#byHour.map((counts, part) => ({
      fromHour: part * PART_HOURS,
      toHour: (part + 1) * PART_HOURS,
      ...this.#shares(counts),
    }));
  }

  #shares({ points, covered }: Counts): { points: number; coverage: readonly LevelShare[] } {
    return { points, coverage: this.#levels.map((level, l) => ({ level, share: covered[l]! / points })) };
  }
}

interface Counts {
  points: number;
  /** Per level, how many of the points were at or below its quantile. */
  readonly covered: Float64Array;
}
