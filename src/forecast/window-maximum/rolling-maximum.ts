import { GrowingValues } from '../growing-values.js';

/** The largest of the last `width` values of a stream, at each of its values; amortised constant time (monotonic queue). */
export class RollingMaximum {
  readonly #width: number;
  readonly #maxima = new GrowingValues([]);
  /** Positions and values of those that may still be the largest: values descend. */
  #candidates: { readonly index: number; readonly value: number }[] = [];

  /** @param width >= 1 */
  constructor(width: number) {
    this.#width = width;
  }

  push(value: number): void {
    const index = this.#maxima.length;
    while (this.#candidates.length > 0 && this.#candidates.at(-1)!.value <= value) this.#candidates.pop();
    this.#candidates.push({ index, value });
    if (this.#candidates[0]!.index <= index - this.#width) this.#candidates.shift();
    this.#maxima.push(this.#candidates[0]!.value);
  }

  /** Largest of the values from `index - width + 1` (or the first) to `index`, which must have been pushed. */
  at(index: number): number {
    return this.#maxima.at(index);
  }
}
