import { solveInPlace } from '../cholesky.js';

/**
 * Weighted second moments of regressors and target: all that ridge regression needs of its data, and updatable row by
 * row. Regressor 0 is the constant.
 */
export class Moments {
  /** Row-major, (count + 1)^2: lower triangle of the regressors' products, and the target's in the last row. */
  readonly #sums: Float64Array;
  readonly #count: number;

  constructor(count: number, sums?: Float64Array) {
    this.#count = count;
    this.#sums = sums ?? new Float64Array((count + 1) * count);
  }

  /** Total weight of the rows. */
  get weight(): number {
    return this.#sums[0]!;
  }

  add(row: Float64Array, target: number, weight: number): void {
    const count = this.#count;
    const sums = this.#sums;
    for (let i = 0, at = 0; i < count; i++, at += count) {
      const scaled = weight * row[i]!;
      for (let j = 0; j <= i; j++) sums[at + j]! += scaled * row[j]!;
      sums[count * count + i]! += scaled * target;
    }
  }

  /**
   * Ridge regression with an unpenalised constant (Hoerl & Kennard 1970): minimises the mean squared error plus
   * `penalty` times the sum of squared coefficients of the standardised regressors. Standardising makes the penalty
   * independent of units; a regressor that does not vary gets coefficient 0.
   *
   * @returns coefficients in the regressors' own units; with no rows, all 0
   */
  solve(penalty: number): Float64Array {
    const count = this.#count;
    const sums = this.#sums;
    const weight = this.weight;
    const coefficients = new Float64Array(count);
    if (!(weight > 0)) return coefficients;
    const size = count - 1;
    const mean = (i: number): number => sums[i * count]! / weight;
    const targetMean = sums[count * count]! / weight;
    const deviation = Float64Array.from({ length: count }, (_, i) => {
      const square = sums[i * count + i]! / weight;
      const variance = square - mean(i) ** 2;
      return variance > NEGLIGIBLE * square ? Math.sqrt(variance) : 0;
    });
    const matrix = new Float64Array(size * size);
    const right = new Float64Array(size);
    for (let i = 1; i < count; i++) {
      if (deviation[i] === 0) {
        matrix[(i - 1) * size + i - 1] = 1;
        continue;
      }
      for (let j = 1; j < i; j++) {
        if (deviation[j] === 0) continue;
        const covariance = sums[i * count + j]! / weight - mean(i) * mean(j);
        matrix[(i - 1) * size + j - 1] = covariance / (deviation[i]! * deviation[j]!);
      }
      matrix[(i - 1) * size + i - 1] = 1 + penalty;
      right[i - 1] = (sums[count * count + i]! / weight - targetMean * mean(i)) / deviation[i]!;
    }
    let constant = targetMean;
    if (solveInPlace(matrix, right, size)) {
      for (let i = 1; i < count; i++) {
        if (deviation[i] === 0) continue;
        coefficients[i] = right[i - 1]! / deviation[i]!;
        constant -= coefficients[i]! * mean(i);
      }
    }
    coefficients[0] = constant;
    return coefficients;
  }

  /** The sums, for saving; pass them back to the constructor. */
  toArray(): Float64Array {
    return this.#sums;
  }
}

/** Relative variance below which a regressor is constant up to rounding. */
const NEGLIGIBLE = 1e-12;
