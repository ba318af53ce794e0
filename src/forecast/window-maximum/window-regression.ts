import { decodeFloats, encodeFloats } from '../floats.js';
import { Moments } from '../ridge/moments.js';
import { conformalQuantile } from '../conformal-quantile.js';
import { DailyResiduals, type ResidualsState } from './daily-residuals.js';

/** Share of the variance added to the diagonal, as in `ridge`. */
const PENALTY = 1e-3;
/** Rows before there are coefficients, per regressor. */
const ROWS_PER_REGRESSOR = 3;
/** Huber's bound in mean absolute deviations, and the memory of those in rows, as in `ridge`. */
const HUBER_BOUND = 4;
const SCALE_MEMORY = 200;

export interface WindowState {
  readonly moments: string;
  readonly coefficients: string | null;
  readonly residuals: ResidualsState;
  readonly scale: number;
  readonly block: readonly [number, number];
}

/**
 * The regression of the highest value within one window: what it has learnt, the coefficients of the present block, and
 * what those of each block got wrong.
 */
export class WindowRegression {
  readonly #count: number;
  readonly #moments: Moments;
  readonly #residuals: DailyResiduals;
  /** Fitted to rows whose target was known before the present block; null while there were too few. */
  #coefficients: Float64Array | null;
  /** Exponentially weighted mean absolute residual; NaN before the first. */
  #scale: number;
  /** Grid point in the middle of the present block, and up to which residuals count in it. */
  #block: readonly [number, number];
  /** The residuals that count in the present block; null: not looked at yet. */
  #pool: Float64Array | null = null;

  constructor(count: number, stepMs: number, state?: WindowState) {
    this.#count = count;
    this.#moments = new Moments(count, state === undefined ? undefined : decodeFloats(state.moments));
    this.#residuals = new DailyResiduals(stepMs, state?.residuals);
    this.#coefficients = state?.coefficients == null ? null : decodeFloats(state.coefficients);
    this.#scale = state?.scale ?? NaN;
    this.#block = state?.block ?? [0, 0];
  }

  /**
   * Starts a block: from here on, what has been learnt up to now is what forecasts.
   *
   * @param middle grid point in the middle of the block
   * @param judged origins before this grid point have been judged
   */
  startBlock(middle: number, judged: number): void {
    this.#block = [middle, judged];
    this.#pool = null;
    if (this.#moments.weight >= ROWS_PER_REGRESSOR * this.#count) this.#coefficients = this.#moments.solve(PENALTY);
  }

  /** Judges the present coefficients by one row, then learns from it. */
  add(origin: number, row: Float64Array, target: number): void {
    const residual = target - this.#centre(row);
    this.#residuals.set(origin, residual);
    this.#moments.add(row, target, Number.isNaN(residual) ? 1 : this.#weightOf(Math.abs(residual)));
  }

  /** There is nothing to learn from an origin, as its window is not known. */
  skip(origin: number): void {
    this.#residuals.set(origin, NaN);
  }

  /** @returns one number per level, ascending; null while too little is known */
  quantiles(row: Float64Array, levels: readonly number[]): number[] | null {
    const centre = this.#centre(row);
    this.#pool ??= this.#residuals.around(...this.#block);
    if (Number.isNaN(centre) || this.#pool.length === 0) return null;
    return levels.map((level) => centre + conformalQuantile(this.#pool!, level));
  }

  toJSON(): WindowState {
    return {
      moments: encodeFloats(this.#moments.toArray()),
      coefficients: this.#coefficients === null ? null : encodeFloats(this.#coefficients),
      residuals: this.#residuals.toJSON(),
      scale: this.#scale,
      block: this.#block,
    };
  }

  #centre(row: Float64Array): number {
    const coefficients = this.#coefficients;
    if (coefficients === null) return NaN;
    let sum = 0;
    for (let i = 0; i < row.length; i++) sum += coefficients[i]! * row[i]!;
    return sum;
  }

  #weightOf(distance: number): number {
    this.#scale = Number.isNaN(this.#scale) ? distance : this.#scale + (distance - this.#scale) / SCALE_MEMORY;
    const bound = HUBER_BOUND * this.#scale;
    return distance > bound && bound > 0 ? bound / distance : 1;
  }
}
