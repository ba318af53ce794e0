import { HOUR_MS } from '../../core/duration.js';
import { decodeFloats, encodeFloats } from '../floats.js';

/** Quantiles that are judged: the middle of the band and its sides. */
export const TRIED_LEVELS: readonly number[] = Object.freeze([0.1, 0.5, 0.9]);
/** How often pooled errors are tried. */
export const TRIED_EVERY_MS = HOUR_MS;
/** What a judgement keeps of its weight at the next one: half of it after two days of one an hour. */
const KEPT = 0.5 ** (1 / 48);
/** Judgements to judge by: a day of them. With fewer, pooled errors are given no credit: just when a load's season is found, bands would jump. */
const FEWEST = 24;
/**
 * By how many standard errors they may have lost more. A few days tell small differences only by chance, and most loads are like
 * others: with 0, a fourth of what pooled errors bring is given away (decision 11); with 0.7, bands of a random walk no longer keep what they promise.
 */
const TOLERATED = 0.5;

/**
 * Whether pooled errors are of use on a load, so many steps ahead: whether, with them, the pinball loss of the last days is no
 * larger than without, or hardly so:
 *
 *     sum d  <=  0.5 sqrt(sum d^2),    d = loss with them - loss without, older ones counting less
 *
 * They were learnt on other loads, and this one may be like none of those.
 */
export class PooledTrial {
  /** Bands that wait for what comes, oldest first: grid point, then those with and without pooled errors. */
  readonly #waiting: number[] = [];
  /** By how much more was lost with them: sum, and sum of squares. */
  #more = 0;
  #squared = 0;
  #judged = 0;

  /** @param saved what `toJSON` returned */
  constructor(saved?: string) {
    if (saved === undefined) return;
    const [more, squared, judged, ...waiting] = decodeFloats(saved);
    this.#more = more!;
    this.#squared = squared!;
    this.#judged = judged!;
    this.#waiting.push(...waiting);
  }

  get isOfUse(): boolean {
    return this.#judged >= FEWEST && this.#more <= TOLERATED * Math.sqrt(this.#squared);
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
      const [withThem, without] = [band.slice(0, TRIED_LEVELS.length), band.slice(TRIED_LEVELS.length)];
      const more = lossOf(value, withThem) - lossOf(value, without);
      this.#more = KEPT * this.#more + more;
      this.#squared = KEPT * this.#squared + more ** 2;
      this.#judged++;
    }
  }

  toJSON(): string {
    return encodeFloats([this.#more, this.#squared, this.#judged, ...this.#waiting]);
  }
}

function lossOf(value: number, quantiles: readonly number[]): number {
  return TRIED_LEVELS.reduce((sum, level, l) => sum + pinball(value - quantiles[l]!, level), 0);
}

function pinball(error: number, level: number): number {
  return error > 0 ? level * error : (level - 1) * error;
}
