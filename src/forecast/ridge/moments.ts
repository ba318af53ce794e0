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
    for (let i = 0; i < count; i++) sums[count * count + i]! += weight * row[i]! * target;
    // Two rows at a time: reading a regressor takes longer than multiplying it.
    const pairs = count - (count % 2);
    for (let i = 0; i < pairs; i += 2) {
      const upper = i * count;
      const lower = upper + count;
      const scaled = weight * row[i]!;
      const next = weight * row[i + 1]!;
      for (let j = 0; j <= i; j++) {
        const regressor = row[j]!;
        sums[upper + j]! += scaled * regressor;
        sums[lower + j]! += next * regressor;
      }
      sums[lower + i + 1]! += next * row[i + 1]!;
    }
    if (pairs === count) return;
    const scaled = weight * row[pairs]!;
    for (let j = 0; j <= pairs; j++) sums[pairs * count + j]! += scaled * row[j]!;
  }

  /** Gives all rows so far a part of their weight only. */
  scale(part: number): void {
    if (part === 1) return;
    for (let i = 0; i < this.#sums.length; i++) this.#sums[i]! *= part;
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
    const { means, deviations, matrix, right } = scratchOf(count);
    this.#spread(means, deviations);
    const targetMean = sums[count * count]! / weight;
    // Of the standardised regressors, the constant left out; one that does not vary has a row of its own.
    const size = count - 1;
    for (let i = 1; i < count; i++) {
      const deviation = deviations[i]!;
      const row = (i - 1) * size - 1;
      const varies = deviation !== 0;
      for (let j = 1; j < i; j++) {
        const covariance = sums[i * count + j]! / weight - means[i]! * means[j]!;
        matrix[row + j] = varies && deviations[j] !== 0 ? covariance / (deviation * deviations[j]!) : 0;
      }
      matrix[row + i] = varies ? 1 + penalty : 1;
      right[i - 1] = varies ? (sums[count * count + i]! / weight - targetMean * means[i]!) / deviation : 0;
    }
    let constant = targetMean;
    if (solveInPlace(matrix, right, size)) {
      for (let i = 1; i < count; i++) {
        if (deviations[i] === 0) continue;
        coefficients[i] = right[i - 1]! / deviations[i]!;
        constant -= coefficients[i]! * means[i]!;
      }
    }
    coefficients[0] = constant;
    return coefficients;
  }

  /** The sums, for saving; pass them back to the constructor. */
  toArray(): Float64Array {
    return this.#sums;
  }

  /** Weighted mean and standard deviation of each regressor; a deviation of 0 where it does not vary beyond rounding. */
  #spread(means: Float64Array, deviations: Float64Array): void {
    const count = this.#count;
    for (let i = 0; i < count; i++) {
      const mean = this.#sums[i * count]! / this.weight;
      const square = this.#sums[i * count + i]! / this.weight;
      const variance = square - mean * mean;
      means[i] = mean;
      deviations[i] = variance > NEGLIGIBLE * square ? Math.sqrt(variance) : 0;
    }
  }
}

/** Relative variance below which a regressor is constant up to rounding. */
const NEGLIGIBLE = 1e-12;

interface Scratch {
  readonly means: Float64Array;
  readonly deviations: Float64Array;
  readonly matrix: Float64Array;
  readonly right: Float64Array;
}

/** Memory for one solution at a time, by the number of regressors: to allocate it takes as long as to solve. */
const SCRATCH = new Map<number, Scratch>();

function scratchOf(count: number): Scratch {
  const known = SCRATCH.get(count);
  if (known !== undefined) return known;
  const size = count - 1;
  const scratch = {
    means: new Float64Array(count),
    deviations: new Float64Array(count),
    matrix: new Float64Array(size * size),
    right: new Float64Array(size),
  };
  SCRATCH.set(count, scratch);
  return scratch;
}
