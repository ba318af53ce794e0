import { decodeFloats, encodeFloats } from '../floats.js';

/** The mean of the last numbers of a stream. Summed anew each time: no rounding builds up. */
export class RecentMean {
  readonly #ring: Float64Array;
  #pushed: number;
  #value = NaN;

  /** @param saved what `toJSON` returned */
  constructor(count: number, saved?: string) {
    const [pushed = 0, ...numbers] = saved === undefined ? [] : decodeFloats(saved);
    this.#ring = numbers.length === 0 ? new Float64Array(count) : Float64Array.from(numbers);
    this.#pushed = pushed;
    this.#update();
  }

  push(value: number): void {
    this.#ring[this.#pushed++ % this.#ring.length] = value;
    this.#update();
  }

  /** NaN before as many numbers have come as it is the mean of. */
  get value(): number {
    return this.#value;
  }

  toJSON(): string {
    return encodeFloats([this.#pushed, ...this.#ring]);
  }

  #update(): void {
    const ring = this.#ring;
    if (this.#pushed < ring.length) return;
    let sum = 0;
    for (let i = 0; i < ring.length; i++) sum += ring[i]!;
    this.#value = sum / ring.length;
  }
}
