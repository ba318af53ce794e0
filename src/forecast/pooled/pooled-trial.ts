import { HOUR_MS } from '../../core/duration.js';
import { decodeFloats, encodeFloats } from '../floats.js';

/** Quantiles that are judged: the middle of the band and its sides. */
export const TRIED_LEVELS: readonly number[] = Object.freeze([0.1, 0.5, 0.9]);
/** How often pooled errors are tried. */
export const TRIED_EVERY_MS = HOUR_MS;
/** What a judgement keeps of its weight at the next one: half of it after two days of one an hour. */
const KEPT = 0.5 ** (1 / 48);
/** Judgements to judge by; with fewer, the pooled errors are given credit. */
const FEWEST = 24;

/**
 * Whether pooled errors are of use on a load, so many steps ahead: whether, with them, the pinball loss of the last days is no
 * larger than without. They were learnt on other loads, and this one may be like none of those.
 */
export class PooledTrial {
  /** Bands that wait for what comes, oldest first: grid point, then those with and without pooled errors. */
  readonly #waiting: number[] = [];
  #with = 0;
  #without = 0;
  #judged = 0;

  /** @param saved what `toJSON` returned */
  constructor(saved?: string) {
    if (saved === undefined) return;
    const [withThem, without, judged, ...waiting] = decodeFloats(saved);
    this.#with = withThem!;
    this.#without = without!;
    this.#judged = judged!;
    this.#waiting.push(...waiting);
  }

  get isOfUse(): boolean {
    return this.#judged < FEWEST || this.#with <= this.#without;
  }

  /** Keeps two bands for a later grid point than any before: their quantiles at `TRIED_LEVELS`. */
  expect(target: number, withThem: readonly number[], without: readonly number[]): void {
    this.#waiting.push(target, ...withThem, ...without);
  }

  /** Judges the bands for a grid point by what came; NaN: nothing did. */
  judge(target: number, value: number): void {
    const size = 1 + 2 * TRIED_LEVELS.length;
    while (this.#waiting.length > 0 && this.#waiting[0]! <= target) {
      const [expected, ...band] = this.#waiting.splice(0, size);
      if (expected !== target || Number.isNaN(value)) continue;
      this.#with = KEPT * this.#with + lossOf(value, band.slice(0, TRIED_LEVELS.length));
      this.#without = KEPT * this.#without + lossOf(value, band.slice(TRIED_LEVELS.length));
      this.#judged++;
    }
  }

  toJSON(): string {
    return encodeFloats([this.#with, this.#without, this.#judged, ...this.#waiting]);
  }
}

function lossOf(value: number, quantiles: readonly number[]): number {
  return TRIED_LEVELS.reduce((sum, level, l) => sum + pinball(value - quantiles[l]!, level), 0);
}

function pinball(error: number, level: number): number {
  return error > 0 ? level * error : (level - 1) * error;
}
