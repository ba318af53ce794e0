/**
 * The most recent numbers of a stream, with their quantiles at any time.
 *
 * A ring in order of arrival. From the first look on, a sorted copy is kept beside it, in which each further number
 * costs a binary search and a block move; before that (during a fit) nothing is sorted.
 */
export class RollingQuantiles {
  readonly #ring: Float64Array;
  #sorted: Float64Array | null = null;
  /** Numbers pushed so far; number `i` is at `i % capacity` of the ring until it is overwritten. */
  #pushed = 0;

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
    const slot = this.#pushed % this.#ring.length;
    if (this.#sorted !== null) {
      const leaving = this.#pushed < this.#ring.length ? undefined : this.#ring[slot]!;
      replaceSorted(this.#sorted, this.size, leaving, value);
    }
    this.#ring[slot] = value;
    this.#pushed++;
  }

  /**
   * The sample quantile that is a valid conformal bound: the k-th smallest with k = level * (n + 1), interpolated
   * linearly and held at the extremes (type 6 of Hyndman & Fan 1996).
   *
   * @param level in (0, 1)
   * @returns NaN when empty
   */
  quantile(level: number): number {
    const size = this.size;
    if (size === 0) return NaN;
    if (this.#sorted === null) {
      this.#sorted = new Float64Array(this.#ring.length);
      this.#sorted.set(this.#ring.slice(0, size).sort());
    }
    const rank = Math.min(Math.max(level * (size + 1), 1), size) - 1;
    const below = Math.floor(rank);
    const low = this.#sorted[below]!;
    return below + 1 < size ? low + (rank - below) * (this.#sorted[below + 1]! - low) : low;
  }

  /** The numbers kept, oldest first. */
  toArray(): Float64Array {
    const size = this.size;
    const capacity = this.#ring.length;
    return Float64Array.from({ length: size }, (_, i) => this.#ring[(this.#pushed - size + i) % capacity]!);
  }
}

/** Takes `leaving` (if any) out of the first `size` numbers of a sorted array and puts `arriving` in. */
function replaceSorted(sorted: Float64Array, size: number, leaving: number | undefined, arriving: number): void {
  let count = size;
  if (leaving !== undefined) {
    const at = lowerBound(sorted, count, leaving);
    sorted.copyWithin(at, at + 1, count);
    count--;
  }
  const at = lowerBound(sorted, count, arriving);
  sorted.copyWithin(at + 1, at, count);
  sorted[at] = arriving;
}

/** Index of the first of `count` sorted numbers that is not below `value`. */
function lowerBound(sorted: Float64Array, count: number, value: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
