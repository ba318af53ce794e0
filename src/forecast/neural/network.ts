/** Levels of the quantiles that the network says for each knot; others are read between them, see `quantile-score.ts`. */
export const NETWORK_LEVELS: readonly number[] = Object.freeze([0.05, 0.25, 0.5, 0.75, 0.9, 0.99]);
/** Index of the median among them. */
export const MEDIAN = 2;
/** No band is narrower between two levels than this share of the scale, so that a score never divides by nothing. */
export const LEAST_WIDTH = 1e-3;

/** How many inputs, hidden units and knots a network has. */
export interface NetworkShape {
  readonly inputs: number;
  readonly hidden: number;
  readonly knots: number;
}

/** The weights by their place, each row-major: views of one flat array, in this order. */
export interface WeightParts {
  /** inputs x hidden */
  readonly hidden: Float32Array;
  readonly hiddenBias: Float32Array;
  /** hidden x (knots x levels) */
  readonly output: Float32Array;
  readonly outputBias: Float32Array;
  /** inputs x knots: straight to the medians */
  readonly skip: Float32Array;
}

/** Sizes of {@link WeightParts}, rows and columns. */
export function weightSizes({ inputs, hidden, knots }: NetworkShape): Record<keyof WeightParts, [number, number]> {
  const outputs = knots * NETWORK_LEVELS.length;
  return {
    hidden: [inputs, hidden],
    hiddenBias: [1, hidden],
    output: [hidden, outputs],
    outputBias: [1, outputs],
    skip: [inputs, knots],
  };
}

/** How many weights a network has in all. */
export function weightCount(shape: NetworkShape): number {
  return Object.values(weightSizes(shape)).reduce((sum, [rows, columns]) => sum + rows * columns, 0);
}

/** @param weights as many as {@link weightCount}; not copied */
export function weightParts(shape: NetworkShape, weights: Float32Array): WeightParts {
  const { hidden, hiddenBias, output, outputBias, skip } = weightSizes(shape);
  let from = 0;
  const next = ([rows, columns]: [number, number]): Float32Array => weights.subarray(from, (from += rows * columns));
  return {
    hidden: next(hidden),
    hiddenBias: next(hiddenBias),
    output: next(output),
    outputBias: next(outputBias),
    skip: next(skip),
  };
}

/**
 * The forward pass, without TensorFlow: for a single row plain loops take microseconds, the process that serves need not load
 * TensorFlow, and what a model says does not depend on the backend that trained it.
 */
export class Network {
  readonly #shape: NetworkShape;
  readonly #parts: WeightParts;
  readonly #activations: Float64Array;

  constructor(shape: NetworkShape, weights: Float32Array) {
    this.#shape = shape;
    this.#parts = weightParts(shape, weights);
    this.#activations = new Float64Array(shape.hidden);
  }

  /**
   * @param row the inputs
   * @param quantiles is written: for each knot the quantiles of {@link NETWORK_LEVELS}, ascending
   */
  quantiles(row: Float64Array, quantiles: Float64Array): void {
    const { hidden, hiddenBias, output, outputBias, skip } = this.#parts;
    const activations = this.#activations;
    activations.set(hiddenBias);
    addProduct(row, hidden, activations);
    for (let j = 0; j < activations.length; j++) activations[j] = Math.max(0, activations[j]!);
    quantiles.set(outputBias);
    addProduct(activations, output, quantiles);
    for (let knot = 0; knot < this.#shape.knots; knot++) {
      let straight = 0;
      for (let i = 0; i < row.length; i++) straight += row[i]! * skip[i * this.#shape.knots + knot]!;
      const from = knot * NETWORK_LEVELS.length;
      quantiles[from + MEDIAN]! += straight;
      accumulate(quantiles, from);
    }
  }
}

/** target += row x matrix */
function addProduct(row: Float64Array, matrix: Float32Array, target: Float64Array): void {
  for (let i = 0, at = 0; i < row.length; i++) {
    const value = row[i]!;
    if (value === 0) at += target.length;
    else for (let j = 0; j < target.length; j++) target[j]! += value * matrix[at++]!;
  }
}

/** From the median outwards, each quantile is the one before and a width. */
function accumulate(quantiles: Float64Array, from: number): void {
  for (let l = MEDIAN - 1; l >= 0; l--) quantiles[from + l] = quantiles[from + l + 1]! - width(quantiles[from + l]!);
  for (let l = MEDIAN + 1; l < NETWORK_LEVELS.length; l++) {
    quantiles[from + l] = quantiles[from + l - 1]! + width(quantiles[from + l]!);
  }
}

/** softplus(x) = log(1 + e^x), without overflow. */
function width(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))) + LEAST_WIDTH;
}
