/** By how much the memory grows when it is full: little, as there are thousands of models with a dozen of these each. */
const GROWTH = 1.25;

/** Samples of a fitted model: a Float64Array that can grow at the end in constant amortised time. */
export class GrowingValues {
  #memory: Float64Array;
  #length: number;

  /** @param initial copied: the model must not change when its caller's array does */
  constructor(initial: ArrayLike<number>) {
    this.#length = initial.length;
    this.#memory = new Float64Array(Math.max(16, Math.ceil(initial.length * GROWTH)));
    this.#memory.set(initial);
  }

  get length(): number {
    return this.#length;
  }

  /** A view of all samples; invalid after the next `push`. */
  get view(): Float64Array {
    return this.#memory.subarray(0, this.#length);
  }

  /** The sample at an index below `length`; anything else is undefined behaviour, as this is an inner loop. */
  at(index: number): number {
    return this.#memory[index]!;
  }

  push(value: number): void {
    if (this.#length === this.#memory.length) {
      const larger = new Float64Array(Math.ceil(this.#length * GROWTH));
      larger.set(this.#memory);
      this.#memory = larger;
    }
    this.#memory[this.#length++] = value;
  }
}
