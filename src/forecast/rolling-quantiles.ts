import { conformalQuantile } from './conformal-quantile.js';
import { merged } from './merged.js';

/** When more have come since the last look, merging them is faster than exchanging one after the other. */
const MOST_EXCHANGED = 4;

/**
 * The most recent numbers of a stream, with their quantiles at any time.
 *
 * A ring in order of arrival, and a sorted copy that is brought up to date when it is looked at: number by number where
 * few have come since, which costs a search and a move of memory each, and in one pass otherwise.
 */
export class RollingQuantiles {
  readonly #ring: Float64Array;
  #sorted = new Float64Array(0);
  /** Numbers pushed so far; number `i` is at `i % capacity` of the ring until it is overwritten. */
  #pushed = 0;
  /** How many of them had been pushed when they were sorted last. */
  #sortedAt = 0;
  /** Numbers that have left the ring since then. */
  #left: number[] = [];

  /**
   * @param capacity how many numbers are kept, >= 1
   * @param initial numbers already seen, oldest first; only the last `capacity` are kept
   */
  constructor(capacity: number, initial: ArrayLike<number> = []) {
    this.#ring = new Float64Array(capacity);
    for (let i = Math.max(0, initial.length - capacity); i < initial.length; i++) this.push(initial[i]!);
  }

  /** How many numbers are kept now. */
  get size(): number {
    return Math.min(this.#pushed, this.#ring.length);
  }

  /** @throws {RangeError} a number that is not finite */
  push(value: number): void {
    if (!Number.isFinite(value)) throw new RangeError(`only finite numbers have quantiles, got ${value}`);
    const capacity = this.#ring.length;
    const slot = this.#pushed % capacity;
    // What came and left between two looks has never been sorted.
    if (this.#pushed - capacity >= 0 && this.#pushed - capacity < this.#sortedAt) this.#left.push(this.#ring[slot]!);
    // Adding 0 makes 0 of -0: the two are equal, and where they are sorted must not depend on which was there first.
    this.#ring[slot] = value + 0;
    this.#pushed++;
  }

  /** {@link conformalQuantile} of the numbers kept. */
  quantile(level: number): number {
    return conformalQuantile(this.#upToDate(), level);
  }

  /** Shares of the numbers below a value, and below or at it; NaN when empty. */
  sharesBelow(value: number): { readonly below: number; readonly atOrBelow: number } {
    const sorted = this.#upToDate();
    const below = firstIndex(sorted, (number) => number >= value);
    const atOrBelow = firstIndex(sorted, (number) => number > value);
    return { below: below / sorted.length, atOrBelow: atOrBelow / sorted.length };
  }

  /** The numbers kept, oldest first. */
  toArray(): Float64Array {
    return this.#newest(this.size);
  }

  #newest(count: number): Float64Array<ArrayBuffer> {
    const capacity = this.#ring.length;
    const newest = new Float64Array(count);
    for (let i = 0; i < count; i++) newest[i] = this.#ring[(this.#pushed - count + i) % capacity]!;
    return newest;
  }

  #upToDate(): Float64Array {
    const behind = this.#pushed - this.#sortedAt;
    if (behind === 0) return this.#sorted;
    if (behind > MOST_EXCHANGED || this.#left.length < behind) {
      const arrived = this.#newest(Math.min(behind, this.size)).sort();
      this.#sorted = merged(this.#sorted, Float64Array.from(this.#left).sort(), arrived);
    } else {
      // Numbers leave in the order in which they came.
      this.#newest(behind).forEach((arrived, i) => {
        exchange(this.#sorted, this.#left[i]!, arrived);
      });
    }
    this.#sortedAt = this.#pushed;
    this.#left = [];
    return this.#sorted;
  }
}

/** Replaces a number in a sorted array by another one; all between the two move by one place. */
function exchange(sorted: Float64Array, left: number, arrived: number): void {
  const from = firstIndex(sorted, (number) => number >= left);
  const to = firstIndex(sorted, (number) => number >= arrived);
  if (to > from) {
    sorted.copyWithin(from, from + 1, to);
    sorted[to - 1] = arrived;
  } else {
    sorted.copyWithin(to + 1, to, from);
    sorted[to] = arrived;
  }
}

/** Index of the first element for which the condition holds; it must hold for all after that. */
function firstIndex(sorted: Float64Array, holds: (value: number) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(sorted[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}
