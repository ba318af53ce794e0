import type { Filter } from '../filtered.js';
import { decodeFloats, encodeFloats } from '../floats.js';
import { stabilise } from '../transform.js';
import type { Member } from './member.js';

export interface FilterMemberState {
  readonly length: number;
  readonly pending: readonly string[];
  readonly filter: unknown;
}

/** A filter as a member: what it says after each sample is kept until it can be judged. */
export class FilterMember implements Member {
  readonly #filter: Filter;
  readonly #steps: readonly number[];
  /** Per knot, what was forecast for each of the next steps: that for grid point `i` is at `i % steps`. */
  readonly #pending: readonly Float64Array[];
  readonly #path: Float64Array;
  #length: number;

  /** @param steps ahead of the knots, ascending */
  constructor(filter: Filter, steps: readonly number[], state?: FilterMemberState) {
    this.#filter = filter;
    this.#steps = steps;
    this.#pending = steps.map((count, knot) =>
      state === undefined ? new Float64Array(count).fill(NaN) : decodeFloats(state.pending[knot]!),
    );
    this.#path = new Float64Array(steps.at(-1)!);
    this.#length = state?.length ?? 0;
  }

  static restore(state: unknown, restoreFilter: (state: unknown) => Filter, steps: readonly number[]): FilterMember {
    const saved = state as FilterMemberState;
    return new FilterMember(restoreFilter(saved.filter), steps, saved);
  }

  get hasBegun(): boolean {
    return this.#length > 0;
  }

  push(sample: number, expected: Float64Array): void {
    const index = this.#length++;
    this.#filter.push(stabilise(sample));
    this.#filter.forecast(this.#path);
    this.#steps.forEach((steps, knot) => {
      const pending = this.#pending[knot]!;
      expected[knot] = Number.isNaN(sample) ? NaN : pending[index % steps]!;
      pending[index % steps] = this.#path[steps - 1]!;
    });
  }

  forecast(path: Float64Array): void {
    this.#filter.forecast(path);
  }

  toJSON(): FilterMemberState {
    return { length: this.#length, pending: this.#pending.map(encodeFloats), filter: this.#filter.toJSON() };
  }
}
