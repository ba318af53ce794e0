import { decodeFloats, encodeFloats } from '../floats.js';

/** The mean of the last numbers of a stream. Summed anew each time: no rounding builds up. */
export class RecentMean {
  readonly #ring: Float64Array;
  #pushed: number;

  /** @param saved what `toJSON` returned */
  constructor(count: number, saved?: string) {
    const [pushed = 0, ...numbers] = saved === undefined ? [] : decodeFloats(saved);
    this.#ring = numbers.length === 0 ? new Float64Array(count) : Float64Array.from(numbers);
    this.#pushed = pushed;
  }

  push(value: number): void {
    this.#ring[this.#pushed++ % this.#ring.length] = value;
  }

  /** NaN before as many numbers have come as it is the mean of. */
  get value(): number {
    if (this.#pushed < this.#ring.length) return NaN;
    let sum = 0;
    for (const number of this.#ring) sum += number;
    return sum / this.#ring.length;
  }

  toJSON(): string {
    return encodeFloats([this.#pushed, ...this.#ring]);
  }
}
