/** Collects values one by one into their weighted mean, so that a long backtest keeps nothing else of them. */
export class WeightedMean {
  #sum = 0;
  #weight = 0;

  /** @param weight >= 0, such as the number of points behind `value`; at 0 the value is ignored, even a NaN */
  add(value: number, weight: number): void {
    if (weight === 0) return;
    this.#sum += value * weight;
    this.#weight += weight;
  }

  get weight(): number {
    return this.#weight;
  }

  /** NaN while nothing with a weight was added. */
  get value(): number {
    return this.#sum / this.#weight;
  }
}
