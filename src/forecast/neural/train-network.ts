import type { Tensor2D, Variable } from '@tensorflow/tfjs-core';
import type { Examples } from './examples.js';
import { weightParts, weightSizes, type NetworkShape, type WeightParts } from './network.js';
import { PinballGradient, type WeightTensors } from './pinball-gradient.js';
import { tensorFlow, type TensorFlow } from './tensorflow.js';

const NAMES = ['hidden', 'hiddenBias', 'output', 'outputBias', 'skip'] as const satisfies (keyof WeightParts)[];
/** Adam's step size. */
const RATE = 0.004;
const BATCH = 256;
/** The weights after the last of the steps are averaged, ... */
const AVERAGED_SHARE = 0.4;
/** ... every so many. */
const AVERAGED_EVERY = 5;

/**
 * Trains a network by minimising the pinball loss of its quantiles: Adam (Kingma & Ba 2015) on batches, and in the end the mean of the
 * weights on the way, which is as good as smaller steps would have been (Izmailov et al. 2018, "Averaging weights leads to wider
 * optima and better generalization"). All tensors are disposed of.
 *
 * @param start weights to begin from; not changed
 * @param steps how many batches, >= 1
 */
export function trainNetwork(
  shape: NetworkShape,
  examples: Examples,
  start: Float32Array,
  steps: number,
): Float32Array {
  const tf = tensorFlow();
  const variables = variablesOf(tf, shape, start);
  const optimizer = tf.train.adam(RATE);
  try {
    return tf.tidy(() => {
      const gradient = new PinballGradient(tf, shape.knots);
      const batchAt = batches(tf, shape, examples);
      const mean = new MeanWeights(start.length);
      for (let step = 0; step < steps; step++) {
        tf.tidy(() => {
          const gradients = gradient.of(variables, batchAt(step));
          optimizer.applyGradients(NAMES.map((name) => ({ name: variables[name].name, tensor: gradients[name] })));
        });
        if (step >= Math.min((1 - AVERAGED_SHARE) * steps, steps - 1) && (steps - 1 - step) % AVERAGED_EVERY === 0)
          mean.add(variables);
      }
      return mean.value;
    });
  } finally {
    optimizer.dispose();
    for (const name of NAMES) variables[name].dispose();
  }
}

function variablesOf(tf: TensorFlow, shape: NetworkShape, start: Float32Array): WeightTensors<Variable> {
  const parts = weightParts(shape, start);
  const sizes = weightSizes(shape);
  const made = NAMES.map((name) => tf.tidy(() => tf.variable(tf.tensor2d(parts[name].slice(), sizes[name]))));
  return Object.fromEntries(NAMES.map((name, i) => [name, made[i]!])) as WeightTensors<Variable>;
}

/** The rows in turn, as many as there are at most; the last ones of a round that do not fill a batch are left out. */
function batches(tf: TensorFlow, { inputs, knots }: NetworkShape, examples: Examples) {
  const size = Math.min(BATCH, examples.count);
  const perRound = Math.floor(examples.count / size);
  const tensor = (values: Float32Array, width: number): Tensor2D => tf.tensor2d(values, [examples.count, width]);
  const all = {
    inputs: tensor(examples.inputs, inputs),
    targets: tensor(examples.targets, knots),
    known: tensor(examples.known, knots),
  };
  return (step: number) => {
    const from = (step % perRound) * size;
    const slice = (rows: Tensor2D): Tensor2D => tf.slice(rows, [from, 0], [size, rows.shape[1]]);
    return { inputs: slice(all.inputs), targets: slice(all.targets), known: slice(all.known) };
  };
}

/** The mean of weights that change. */
class MeanWeights {
  readonly #sums: Float64Array;
  #count = 0;

  constructor(length: number) {
    this.#sums = new Float64Array(length);
  }

  add(weights: WeightTensors): void {
    let at = 0;
    for (const name of NAMES) for (const weight of weights[name].dataSync()) this.#sums[at++]! += weight;
    this.#count++;
  }

  get value(): Float32Array {
    return Float32Array.from(this.#sums, (sum) => sum / this.#count);
  }
}
