import { decodeFloats, encodeFloats } from '../floats.js';
import { yuleWalker } from './yule-walker.js';

export interface ErrorsState {
  readonly recent: string;
  readonly products: string;
  readonly count: number;
  readonly coefficients: string;
  readonly scale: number;
}

/** Memory of the scale, in errors. */
const SCALE_MEMORY = 200;

/** The errors of a regression as an autoregression. Starts as a random walk, until it is told to learn. */
export class AutoregressiveErrors {
  /** Newest first. A gap is filled with what was expected. */
  readonly #recent: Float64Array;
  /** Sums, per lag, of the known errors times those that much earlier. */
  readonly #products: Float64Array;
  #count: number;
  #coefficients: Float64Array;
  #scale: number;

  /** @param remembered how many errors are kept; the largest order is one less */
  constructor(remembered: number, state?: ErrorsState) {
    this.#recent = state === undefined ? new Float64Array(remembered) : decodeFloats(state.recent);
    this.#products = state === undefined ? new Float64Array(remembered) : decodeFloats(state.products);
    this.#count = state?.count ?? 0;
    this.#coefficients = state === undefined ? Float64Array.of(1) : decodeFloats(state.coefficients);
    this.#scale = state?.scale ?? 0;
  }

  /** Exponentially weighted mean of the errors' absolute size; 0 before the first. */
  get scale(): number {
    return this.#scale;
  }

  /** Takes in the error of the next grid point; NaN for a gap. */
  push(error: number): void {
    const filled = Number.isNaN(error) ? this.#expected() : error;
    this.#recent.copyWithin(1, 0);
    this.#recent[0] = filled;
  }

  /** Learns from the newest error: how large it is, and how it goes with those before it. */
  learn(): void {
    const newest = this.#recent[0]!;
    const size = Math.abs(newest);
    this.#scale = this.#count === 0 ? size : this.#scale + (size - this.#scale) / SCALE_MEMORY;
    this.#count++;
    for (let lag = 0; lag < this.#products.length; lag++) this.#products[lag]! += newest * this.#recent[lag]!;
  }

  /** Puts what was learnt into effect. */
  renew(): void {
    if (this.#count === 0) return;
    this.#coefficients = yuleWalker(
      this.#products.map((sum) => sum / this.#count),
      this.#count,
    );
  }

  /** Says what the recent errors would have been beside another curve. @param change of the curve, newest first */
  shift(change: Float64Array): void {
    for (let i = 0; i < this.#recent.length; i++) this.#recent[i]! -= change[i]!;
  }

  /** Writes the errors that are to be expected at the next steps. */
  forecast(path: Float64Array): void {
    const order = this.#coefficients.length;
    for (let k = 0; k < path.length; k++) {
      let sum = 0;
      for (let i = 0; i < order; i++) sum += this.#coefficients[i]! * (i < k ? path[k - 1 - i]! : this.#recent[i - k]!);
      path[k] = sum;
    }
  }

  toJSON(): ErrorsState {
    return {
      recent: encodeFloats(this.#recent),
      products: encodeFloats(this.#products),
      count: this.#count,
      coefficients: encodeFloats(this.#coefficients),
      scale: this.#scale,
    };
  }

  #expected(): number {
    return this.#coefficients.reduce((sum, a, i) => sum + a * this.#recent[i]!, 0);
  }
}
