import type { FitOptions } from '../../core/forecaster.js';
import { gaussian, seededRandom, shuffle, type Random } from '../../core/random.js';
import { examplesBefore, usualChanges, type History } from './examples.js';
import { chooseSeasons, LONGEST_LAG, NeuralInputs } from './inputs.js';
import { MEDIAN, NETWORK_LEVELS, weightCount, weightParts, type NetworkShape } from './network.js';
import type { Samples } from './samples.js';
import { trainNetwork } from './train-network.js';

/** What a network has learnt from a history, and from which part of it. */
export interface Learnt {
  /** Season lengths of the inputs, in steps. */
  readonly seasons: readonly number[];
  /** Of the inputs: the usual change over the horizon. */
  readonly inputScale: number;
  /** Of the outputs: the usual change until each knot. */
  readonly scales: Float64Array;
  /** Weights learnt from what lies before index `judgedFrom` alone; what comes after judges them. */
  readonly early: Float32Array;
  readonly judgedFrom: number;
  /** Weights learnt from all that lies before index `fittedTo`: they forecast from its end on. */
  readonly final: Float32Array;
  readonly fittedTo: number;
}

/** Learns from samples that are enough. */
export type Learner = (samples: Samples, frame: LearningFrame) => Learnt;

export interface LearningFrame {
  readonly stepMs: number;
  readonly seasonSteps: readonly number[];
  /** Steps ahead, ascending. */
  readonly knots: readonly number[];
}

/** How many batches the early weights take, and the final ones, which begin from them. */
export interface Effort {
  readonly earlySteps: number;
  readonly finalSteps: number;
}

/** More is hardly better on the recorded loads. */
export const FULL_EFFORT: Effort = { earlySteps: 120, finalSteps: 150 };

/** Part of the known samples that the early weights learn from. The rest is two days of a week. */
const EARLY_SHARE = 0.7;
const FEWEST_ROWS = 150;
const FEWEST_JUDGED = 60;
const HIDDEN = 32;
/** Any number would do: it makes the training repeatable. */
const SEED = 20_260_101;
/** softplus(-0.7) = 0.4: at the beginning, levels are about as far apart as in the end. */
const FIRST_WIDTH = -0.7;

/** Known samples that are enough to learn from and to judge what was learnt. */
export function neuralMinSamples({ horizonSteps }: Pick<FitOptions, 'horizonSteps'>): number {
  const toLearn = (LONGEST_LAG + horizonSteps + FEWEST_ROWS) / EARLY_SHARE;
  const toJudge = (horizonSteps + FEWEST_JUDGED) / (1 - EARLY_SHARE);
  return Math.ceil(Math.max(toLearn, toJudge));
}

/**
 * Learns from a history twice: from its first part, so that the rest can tell how far off such weights are, and then on from
 * there with all of it, so that the newest days count.
 */
export function learnWith({ earlySteps, finalSteps }: Effort): Learner {
  return (samples, { seasonSteps, ...frame }) => {
    const judgedFrom = samples.indexOfShare(EARLY_SHARE);
    const seasons = chooseSeasons(frame, seasonSteps, judgedFrom, FEWEST_ROWS);
    const history: History = { samples, inputs: new NeuralInputs({ ...frame, seasons }), knots: frame.knots };
    const scales = usualChanges(history, samples.length);
    const scaling = { scales, inputScale: scales.at(-1)! };
    const random = seededRandom(SEED);
    const shape = networkShape(history);
    const train = (end: number, start: Float32Array, steps: number): Float32Array => {
      const examples = examplesBefore(history, end, scaling, (origins) => {
        shuffle(origins, random);
      });
      // A load that never changed teaches nothing: the first weights say that it stays.
      const hasChanged = examples.targets.some((target) => target !== 0);
      return hasChanged ? trainNetwork(shape, examples, start, steps) : start;
    };
    const early = train(judgedFrom, firstWeights(shape, random), earlySteps);
    const final = train(samples.length, early, finalSteps);
    return { seasons, ...scaling, early, judgedFrom, final, fittedTo: samples.length };
  };
}

export function networkShape({ inputs, knots }: Pick<History, 'inputs' | 'knots'>): NetworkShape {
  return { inputs: inputs.count, hidden: HIDDEN, knots: knots.length };
}

/** Whatever the inputs, the first forecast is that the load stays; hidden weights as of He et al. (2015), halved. */
function firstWeights(shape: NetworkShape, random: Random): Float32Array {
  const weights = new Float32Array(weightCount(shape));
  const { hidden, outputBias } = weightParts(shape, weights);
  const spread = Math.sqrt(2 / shape.inputs) / 2;
  for (let i = 0; i < hidden.length; i++) hidden[i] = spread * gaussian(random);
  for (let i = 0; i < outputBias.length; i++) outputBias[i] = i % NETWORK_LEVELS.length === MEDIAN ? 0 : FIRST_WIDTH;
  return weights;
}
