import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { LEAST_WIDTH, MEDIAN, NETWORK_LEVELS, type WeightParts } from './network.js';
import type { TensorFlow } from './tensorflow.js';

/** One tensor for each part of the weights. */
export type WeightTensors<T extends Tensor = Tensor> = Record<keyof WeightParts, T>;

/** A batch of rows, and what came of them at each knot. */
export interface Batch {
  readonly inputs: Tensor2D;
  readonly targets: Tensor2D;
  /** 1 where the target is known, else 0. */
  readonly known: Tensor2D;
}

/**
 * The gradient of the pinball loss of a network, summed over knots and levels, mean over rows:
 *
 *     z = x A + a,  r = max(z, 0) B + b + x C,  q = median +- cumulated softplus(r),  dL/dq = [q > y] - level
 *
 * Written out, because the builds of TensorFlow.js that Node.js can load come without the gradients of its operations, and
 * because a network of one layer needs no tape. A test compares it with differences of the loss.
 */
export class PinballGradient {
  readonly #tf: TensorFlow;
  /** knots x outputs: copies what belongs to a knot to all its levels. */
  readonly #spread: Tensor2D;
  /** knots x outputs: adds what belongs to a knot to its median. */
  readonly #toMedians: Tensor2D;
  /** outputs x outputs: from median and widths to quantiles. */
  readonly #cumulate: Tensor2D;
  /** 1 x outputs: 1 at the medians, and 1 at all others. */
  readonly #isMedian: Tensor2D;
  readonly #isWidth: Tensor2D;
  readonly #levels: Tensor2D;

  /** Its tensors are disposed of with the enclosing `tidy`. */
  constructor(tf: TensorFlow, knots: number) {
    const levels = NETWORK_LEVELS.length;
    const outputs = knots * levels;
    const matrix = (rows: number, valueAt: (row: number, output: number) => number): Tensor2D =>
      tf.tensor2d(
        Float32Array.from({ length: rows * outputs }, (_, i) => valueAt(Math.floor(i / outputs), i % outputs)),
        [rows, outputs],
      );
    const knotOf = (output: number): number => Math.floor(output / levels);
    this.#tf = tf;
    this.#spread = matrix(knots, (knot, output) => (knotOf(output) === knot ? 1 : 0));
    this.#toMedians = matrix(knots, (knot, output) => (output === knot * levels + MEDIAN ? 1 : 0));
    this.#cumulate = matrix(outputs, (part, output) =>
      knotOf(part) === knotOf(output) ? shareOf(part % levels, output % levels) : 0,
    );
    this.#isMedian = matrix(1, (_, output) => (output % levels === MEDIAN ? 1 : 0));
    this.#isWidth = matrix(1, (_, output) => (output % levels === MEDIAN ? 0 : 1));
    this.#levels = matrix(1, (_, output) => NETWORK_LEVELS[output % levels]!);
  }

  /** The quantiles for each row: rows x (knots x levels). */
  quantiles(weights: WeightTensors, inputs: Tensor2D): Tensor2D {
    return this.#quantilesOf(this.#forward(weights, inputs).raw);
  }

  of(weights: WeightTensors, { inputs, targets, known }: Batch): WeightTensors {
    const tf = this.#tf;
    const { sums, activations, raw } = this.#forward(weights, inputs);
    const isAbove = tf.step(tf.sub(this.#quantilesOf(raw), tf.matMul(targets, this.#spread)));
    const byQuantile = tf.mul(
      tf.mul(tf.sub(isAbove, this.#levels), tf.matMul(known, this.#spread)),
      1 / inputs.shape[0],
    );
    const byPart: Tensor2D = tf.matMul(byQuantile, this.#cumulate, false, true);
    const byRaw: Tensor2D = tf.mul(byPart, tf.add(this.#isMedian, tf.mul(tf.sigmoid(raw), this.#isWidth)));
    const bySum: Tensor2D = tf.mul(tf.matMul(byRaw, weights.output, false, true), tf.step(sums));
    return {
      hidden: tf.matMul(inputs, bySum, true),
      hiddenBias: tf.sum(bySum, 0, true),
      output: tf.matMul(activations, byRaw, true),
      outputBias: tf.sum(byRaw, 0, true),
      skip: tf.matMul(inputs, tf.matMul(byRaw, this.#toMedians, false, true), true),
    };
  }

  #forward(weights: WeightTensors, inputs: Tensor2D): { sums: Tensor2D; activations: Tensor2D; raw: Tensor2D } {
    const tf = this.#tf;
    const sums: Tensor2D = tf.add(tf.matMul(inputs, weights.hidden), weights.hiddenBias);
    const activations = tf.relu(sums);
    const straight = tf.matMul(tf.matMul(inputs, weights.skip), this.#toMedians);
    const raw: Tensor2D = tf.add(tf.add(tf.matMul(activations, weights.output), weights.outputBias), straight);
    return { sums, activations, raw };
  }

  #quantilesOf(raw: Tensor2D): Tensor2D {
    const tf = this.#tf;
    const widths = tf.mul(tf.add(tf.softplus(raw), LEAST_WIDTH), this.#isWidth);
    return tf.matMul(tf.add(tf.mul(raw, this.#isMedian), widths), this.#cumulate);
  }
}

/** What the median, or the width next to a level on the way to it, adds to the quantile of another level. */
function shareOf(part: number, level: number): number {
  if (part === MEDIAN) return 1;
  if (part > MEDIAN) return level >= part ? 1 : 0;
  return level <= part ? -1 : 0;
}
