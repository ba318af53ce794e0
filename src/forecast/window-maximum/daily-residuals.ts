import { DAY_MS, HOUR_MS } from '../../core/duration.js';
import { decodeFloats, encodeFloats } from '../floats.js';

/** How far from a time of day residuals still count for it: wide enough for a quantile, narrow enough to tell night from noon. */
const HALF_WIDTH_MS = 2.5 * HOUR_MS;
/** With fewer at that time of day, all of them count. */
const FEWEST_AT_TIME = 200;
/** With fewer at all there are no quantiles: the 0.95 quantile of 20 is the largest. */
const FEWEST = 20;
const DAYS_COUNTED = 7;

export interface ResidualsState {
  /** Grid point of the first residual. */
  readonly first: number;
  readonly residuals: string;
}

/**
 * What a model got wrong in the last week, by the time of day at which it said so. Loads are as uncertain as people are
 * busy: a night in which nothing ever happens should not be paid for as a noon in which everything does.
 */
export class DailyResiduals {
  /** By position modulo its length, a day longer than what counts: newer ones must not replace those in use; single precision is plenty. NaN: not judged. */
  readonly #ring: Float32Array;
  readonly #daySteps: number;
  readonly #halfWidth: number;
  /** After the newest grid point that was set. */
  #end = 0;

  constructor(stepMs: number, saved?: ResidualsState) {
    this.#daySteps = Math.max(1, Math.round(DAY_MS / stepMs));
    this.#halfWidth = Math.floor(HALF_WIDTH_MS / stepMs);
    this.#ring = new Float32Array((DAYS_COUNTED + 1) * this.#daySteps).fill(NaN);
    if (saved === undefined) return;
    decodeFloats(saved.residuals).forEach((residual, i) => {
      this.set(saved.first + i, residual);
    });
  }

  /** What was wrong with what was said at grid point `index`; every point is set, with NaN where nothing was judged. */
  set(index: number, residual: number): void {
    this.#ring[index % this.#ring.length] = residual;
    this.#end = index + 1;
  }

  /**
   * The residuals that count at a grid point.
   *
   * @param index whose time of day it is
   * @param end grid points from here on do not count, less than a day before the newest one set
   * @returns ascending; empty while there are too few
   */
  around(index: number, end: number): Float64Array {
    const first = Math.max(0, end - DAYS_COUNTED * this.#daySteps);
    const found = new Float64Array(this.#ring.length);
    let count = 0;
    for (let centre = index; centre >= first - this.#halfWidth; centre -= this.#daySteps) {
      const to = Math.min(end, centre + this.#halfWidth + 1);
      count = this.#collect(Math.max(first, centre - this.#halfWidth), to, found, count);
    }
    if (count < FEWEST_AT_TIME) count = this.#collect(first, end, found, 0);
    return found.slice(0, count < FEWEST ? 0 : count).sort();
  }

  toJSON(): ResidualsState {
    const first = Math.max(0, this.#end - this.#ring.length);
    const kept = Array.from({ length: this.#end - first }, (_, i) => this.#ring[(first + i) % this.#ring.length]!);
    return { first, residuals: encodeFloats(kept) };
  }

  /** Adds what was judged from one grid point to another to `count` residuals. @returns how many there are now */
  #collect(from: number, to: number, into: Float64Array, count: number): number {
    const ring = this.#ring;
    for (let i = from; i < to; i++) {
      const residual = ring[i % ring.length]!;
      if (!Number.isNaN(residual)) into[count++] = residual;
    }
    return count;
  }
}
