import { DAY_MS, HOUR_MS } from '../../core/duration.js';
import { decodeFloats, encodeFloats } from '../floats.js';
import { merged } from '../merged.js';

/** How far from a time of day residuals still count for it: wide enough for a quantile, narrow enough to tell night from noon. */
const HALF_WIDTH_MS = 2.5 * HOUR_MS;
/** With fewer at that time of day, all of them count. */
const FEWEST_AT_TIME = 200;
/** With fewer at all there are no quantiles: the 0.95 quantile of 20 is the largest. */
const FEWEST = 20;
const DAYS_COUNTED = 7;

/** The residuals of a time of day. */
interface AtTime {
  readonly index: number;
  readonly end: number;
  /** From each of these grid points, one a day and the newest first, to before that one. */
  readonly stretches: readonly Stretch[];
  readonly sorted: Float64Array;
}

type Stretch = readonly [from: number, to: number];

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
  /** What was found last: half an hour later, it is nearly the same. */
  #last: AtTime | null = null;

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
    // Adding 0 makes 0 of -0: which of the two comes first in a sorted array must not matter.
    this.#ring[index % this.#ring.length] = residual + 0;
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
    this.#last = this.#atTime(index, first, end);
    const { sorted } = this.#last;
    if (sorted.length >= FEWEST_AT_TIME) return sorted;
    const all = this.#sorted([[first, end]]);
    return all.length < FEWEST ? new Float64Array(0) : all;
  }

  toJSON(): ResidualsState {
    const first = Math.max(0, this.#end - this.#ring.length);
    const kept = Array.from({ length: this.#end - first }, (_, i) => this.#ring[(first + i) % this.#ring.length]!);
    return { first, residuals: encodeFloats(kept) };
  }

  #atTime(index: number, first: number, end: number): AtTime {
    const stretches: Stretch[] = [];
    for (let day = 0; day <= DAYS_COUNTED; day++) {
      const centre = index - day * this.#daySteps;
      const from = Math.min(Math.max(first, centre - this.#halfWidth), end);
      stretches.push([from, Math.max(from, Math.min(end, centre + this.#halfWidth + 1))]);
    }
    const last = this.#last;
    const follows = last !== null && index >= last.index && index <= last.index + this.#halfWidth && end >= last.end;
    if (!follows) return { index, end, stretches, sorted: this.#sorted(stretches) };
    const left = last.stretches.map(([from, to], day): Stretch => [from, Math.min(stretches[day]![0], to)]);
    const arrived = stretches.map(([from, to], day): Stretch => [Math.max(last.stretches[day]![1], from), to]);
    return { index, end, stretches, sorted: merged(last.sorted, this.#sorted(left), this.#sorted(arrived)) };
  }

  /** What was judged in some stretches of time, ascending. */
  #sorted(stretches: readonly Stretch[]): Float64Array<ArrayBuffer> {
    const ring = this.#ring;
    const found = new Float64Array(stretches.reduce((sum, [from, to]) => sum + to - from, 0));
    let count = 0;
    for (const [from, to] of stretches) {
      for (let i = from; i < to; i++) {
        const residual = ring[i % ring.length]!;
        if (!Number.isNaN(residual)) found[count++] = residual;
      }
    }
    return found.subarray(0, count).sort();
  }
}
