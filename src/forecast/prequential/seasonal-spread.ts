import { decodeFloats, encodeFloats } from '../floats.js';

/** Parts of a season that have a spread of their own: half hours of a day. */
const PARTS = 48;
/** Seasons over which a part's spread is averaged, exponentially. */
const MEMORY_SEASONS = 2;
/** Samples it is averaged over where there is no season. */
const MEMORY_SAMPLES = 100;

/** How far off a forecast usually is at each time of the season: its mean absolute error there. */
export class SeasonalSpread {
  readonly #season: number;
  /** NaN where nothing has been judged. */
  readonly #means: Float64Array;
  readonly #memory: number;

  /**
   * @param season steps; 1 when there is none
   * @param saved what `toJSON` returned
   */
  constructor(season: number, saved?: string) {
    const parts = Math.min(PARTS, season);
    this.#season = season;
    this.#means = saved === undefined ? new Float64Array(parts).fill(NaN) : decodeFloats(saved);
    this.#memory = season === 1 ? MEMORY_SAMPLES : Math.max(2, (MEMORY_SEASONS * season) / parts);
  }

  learn(index: number, distance: number): void {
    const part = this.partOf(index);
    const mean = this.#means[part]!;
    this.#means[part] = Number.isNaN(mean) ? distance : mean + (distance - mean) / this.#memory;
  }

  /** At a grid point, smoothed over the parts beside its own; NaN while nothing near has been judged. */
  at(index: number): number {
    const parts = this.#means.length;
    const part = this.partOf(index);
    let sum = 0;
    let weight = 0;
    for (let offset = -1; offset <= 1; offset++) {
      const mean = this.#means[(part + offset + parts) % parts]!;
      if (Number.isNaN(mean)) continue;
      const share = offset === 0 ? 2 : 1;
      sum += share * mean;
      weight += share;
    }
    return sum / weight;
  }

  toJSON(): string {
    return encodeFloats(this.#means);
  }

  /** The part of the season that a grid point belongs to; the spread is the same within it. */
  partOf(index: number): number {
    return Math.floor(((index % this.#season) / this.#season) * this.#means.length);
  }
}
