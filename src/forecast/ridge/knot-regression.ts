import { decodeFloats, encodeFloats } from '../floats.js';
import { Moments } from './moments.js';

/** Share of the variance added to the diagonal: enough to settle near-collinear lags, too little to bias. */
const PENALTY = 1e-3;
/** Rows before coefficients may judge the next block, per regressor. */
const ROWS_PER_REGRESSOR = 3;
/** Huber's bound in mean absolute deviations: rows further off than this pull only as if they were this far. */
const HUBER_BOUND = 4;
/** Memory of the scale for that bound, in rows. */
const SCALE_MEMORY = 200;

export interface KnotState {
  readonly moments: string;
  readonly coefficients: string | null;
  readonly scale: number;
}

/** The regression of one step ahead: what it has learnt, and the coefficients of the present block of rows. */
export class KnotRegression {
  readonly #count: number;
  readonly #moments: Moments;
  /** Fitted to all rows before the present block; null while there were too few. */
  #coefficients: Float64Array | null;
  /** Exponentially weighted mean absolute residual; NaN before the first. */
  #scale: number;

  /** @param kept the share of its weight that a row keeps from block to block: 1 for ever */
  constructor(
    count: number,
    private readonly kept: number,
    state?: KnotState,
  ) {
    this.#count = count;
    this.#moments = new Moments(count, state === undefined ? undefined : decodeFloats(state.moments));
    this.#coefficients = state?.coefficients == null ? null : decodeFloats(state.coefficients);
    this.#scale = state?.scale ?? NaN;
  }

  /** Starts a new block: from here on, what has been learnt up to now judges and forecasts. */
  startBlock(): void {
    this.#moments.scale(this.kept);
    this.#solve();
  }

  /**
   * Judges one row, then learns from it. The first block starts by itself, as soon as there are enough rows.
   *
   * @returns what the present block's coefficients make of the row; NaN while there are none
   */
  add(row: Float64Array, target: number): number {
    if (this.#coefficients === null) this.#solve();
    const expected = this.expected(row);
    this.#moments.add(row, target, this.#weigh(Math.abs(target - expected)));
    return expected;
  }

  /** What the present block's coefficients make of a row; NaN while there are none. */
  expected(row: Float64Array): number {
    return this.expectedOf(row, 0, row.length, 0);
  }

  /** The same of some of the regressors, from one index up to another, beside what the others make of it. */
  expectedOf(row: Float64Array, from: number, end: number, others: number): number {
    const coefficients = this.#coefficients;
    if (coefficients === null) return NaN;
    let sum = others;
    for (let i = from; i < end; i++) sum += coefficients[i]! * row[i]!;
    return sum;
  }

  toJSON(): KnotState {
    return {
      moments: encodeFloats(this.#moments.toArray()),
      coefficients: this.#coefficients === null ? null : encodeFloats(this.#coefficients),
      scale: this.#scale,
    };
  }

  #solve(): void {
    if (this.#moments.weight >= ROWS_PER_REGRESSOR * this.#count) this.#coefficients = this.#moments.solve(PENALTY);
  }

  /** @returns the weight, for learning, of a row that was this far off; NaN: not judged */
  #weigh(distance: number): number {
    if (Number.isNaN(distance)) return 1;
    this.#scale = Number.isNaN(this.#scale) ? distance : this.#scale + (distance - this.#scale) / SCALE_MEMORY;
    const bound = HUBER_BOUND * this.#scale;
    return distance > bound && bound > 0 ? bound / distance : 1;
  }
}
