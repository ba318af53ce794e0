import { median } from 'simple-statistics';
import { decodeFloats, encodeFloats } from '../floats.js';

/**
 * The usual value at each time of a season: the median of what was there in the most recent seasons. A median, because
 * one outage, load test or holiday among seven days must not show in it.
 */
export class SeasonalMedian {
  /** Row-major, one row of the most recent samples per phase, newest first; NaN where there are fewer. */
  readonly #samples: Float64Array;
  readonly #medians: Float64Array;
  readonly #depth: number;

  /**
   * @param phases season length in steps
   * @param depth  seasons remembered per phase
   * @param state  what `toJSON` returned
   */
  constructor(phases: number, depth: number, state?: string) {
    this.#depth = depth;
    this.#samples = state === undefined ? new Float64Array(phases * depth).fill(NaN) : decodeFloats(state);
    this.#medians = Float64Array.from({ length: phases }, (_, phase) => this.#medianAt(phase));
  }

  get phases(): number {
    return this.#medians.length;
  }

  /** NaN for a phase that was never seen. */
  at(phase: number): number {
    return this.#medians[phase]!;
  }

  push(phase: number, value: number): void {
    const first = phase * this.#depth;
    this.#samples.copyWithin(first + 1, first, first + this.#depth - 1);
    this.#samples[first] = value;
    this.#medians[phase] = this.#medianAt(phase);
  }

  toJSON(): string {
    return encodeFloats(this.#samples);
  }

  #medianAt(phase: number): number {
    const row = this.#samples.subarray(phase * this.#depth, (phase + 1) * this.#depth);
    const known = row.findIndex(Number.isNaN);
    return known === 0 ? NaN : median([...(known === -1 ? row : row.subarray(0, known))]);
  }
}
