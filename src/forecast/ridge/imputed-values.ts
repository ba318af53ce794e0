import { GrowingValues } from '../growing-values.js';
import { stabilise } from '../transform.js';

/**
 * The samples as the regression sees them: square-rooted, gaps filled from the past alone, with prefix sums so that any
 * mean costs two reads.
 *
 * A gap takes the value one season earlier, else the last value before it. Because no later sample plays a part,
 * appending points gives the same numbers as starting over with all of them. Filled values are used as regressors only;
 * they are never a target.
 */
export class ImputedValues {
  readonly #values: GrowingValues;
  /** `#sums[i]` is the sum of the first i values. */
  readonly #sums: GrowingValues;
  /** `#changes[i]` is the sum of the absolute changes up to value i. */
  readonly #changes: GrowingValues;
  readonly #season: number;
  #reference = NaN;

  /** @param season steps to look back for a gap; Infinity for none */
  constructor(season: number) {
    this.#season = season;
    this.#values = new GrowingValues([]);
    this.#sums = new GrowingValues([0]);
    this.#changes = new GrowingValues([]);
  }

  /**
   * What all values are relative to: the first known sample, transformed. Keeps the sums of near-constant series exact.
   */
  get reference(): number {
    return Number.isNaN(this.#reference) ? 0 : this.#reference;
  }

  get length(): number {
    return this.#values.length;
  }

  push(sample: number): void {
    const index = this.length;
    if (Number.isNaN(this.#reference)) this.#reference = stabilise(sample);
    const value = Number.isNaN(sample) ? this.#fill(index) : stabilise(sample) - this.#reference;
    this.#values.push(value);
    this.#sums.push(this.#sums.at(index) + value);
    const change = index === 0 ? 0 : Math.abs(value - this.#values.at(index - 1));
    this.#changes.push(index === 0 ? 0 : this.#changes.at(index - 1) + change);
  }

  at(index: number): number {
    return this.#values.at(index);
  }

  /** A view of all values; invalid after the next `push`. */
  get view(): Float64Array {
    return this.#values.view;
  }

  /** Mean of the values from index `from` to `to`, both inclusive and clamped to what is there. */
  mean(from: number, to: number): number {
    const first = Math.max(from, 0);
    const last = Math.min(to, this.length - 1);
    return (this.#sums.at(last + 1) - this.#sums.at(first)) / (last - first + 1);
  }

  /** Mean absolute change from one value to the next, over those from index `from` to `to`; 0 at the first value. */
  meanChange(from: number, to: number): number {
    const before = Math.max(from, 1) - 1;
    return to > before ? (this.#changes.at(to) - this.#changes.at(before)) / (to - before) : 0;
  }

  #fill(index: number): number {
    if (index >= this.#season) return this.#values.at(index - this.#season);
    return index > 0 ? this.#values.at(index - 1) : 0;
  }
}
