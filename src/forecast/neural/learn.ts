import type { FitOptions } from '../../core/forecaster.js';
import { gaussian, seededRandom, shuffle, type Random } from '../../core/random.js';
import { examplesBefore, usualChanges, type History } from './examples.js';
import { chooseSeasons, LONGEST_LAG, NeuralInputs } from './inputs.js';
import { MEDIAN, NETWORK_LEVELS, weightCount, weightParts, type NetworkShape } from './network.js';
import type { Learnt } from './learnt.js';
import type { Samples } from './samples.js';
import { trainNetwork } from './train-network.js';
import { isOfUse, type WarmStart } from './warm-start.js';

/** Learns from samples that are enough; from nothing, unless there is an earlier training whose weights are of use. */
export type Learner = (samples: Samples, frame: LearningFrame, earlier?: WarmStart) => Learnt;

export interface LearningFrame {
  readonly stepMs: number;
  readonly seasonSteps: readonly number[];
  /** Steps ahead, ascending. */
  readonly knots: readonly number[];
}

/** How many batches the early weights take, and the final ones. */
export interface Effort {
  readonly earlySteps: number;
  readonly finalSteps: number;
}

/** From nothing: more is hardly better on the recorded loads. */
export const COLD_EFFORT: Effort = { earlySteps: 120, finalSteps: 150 };
/** From the weights of an earlier training. */
export const WARM_EFFORT: Effort = { earlySteps: 20, finalSteps: 30 };

/** What a training takes from nothing, and after an earlier one. */
export interface Efforts {
  readonly cold: Effort;
  readonly warm: Effort;
}

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
 * there with all of it, so that the newest days count. After an earlier training both go on from their own weights of then;
 * see {@link WarmStart}. Weights are relative to the scales of the load, so those of one that has grown serve as well.
 */
export function learnWith({ cold, warm }: Efforts): Learner {
  return (samples, frame, earlier) => {
    const judgedFrom = samples.indexOfShare(EARLY_SHARE);
    if (earlier !== undefined) {
      const plan = planOf(samples, frame, Math.max(judgedFrom, earlier.unseenFrom));
      if (isEnoughToJudge(plan) && isOfUse(earlier, plan.seasons, plan.shape)) {
        return { ...learn(plan, warm, earlier), warmStarts: earlier.warmStarts + 1 };
      }
    }
    return { ...learn(planOf(samples, frame, judgedFrom), cold), warmStarts: 0 };
  };
}

/** From what is to be learnt. */
interface Plan {
  readonly history: History;
  readonly shape: NetworkShape;
  readonly seasons: readonly number[];
  readonly judgedFrom: number;
}

function planOf(samples: Samples, { seasonSteps, ...frame }: LearningFrame, judgedFrom: number): Plan {
  const seasons = chooseSeasons(frame, seasonSteps, judgedFrom, FEWEST_ROWS);
  const history = { samples, inputs: new NeuralInputs({ ...frame, seasons }), knots: frame.knots };
  return { history, shape: networkShape(history), seasons, judgedFrom };
}

function isEnoughToJudge({ history: { samples, knots }, judgedFrom }: Plan): boolean {
  return samples.countKnownFrom(judgedFrom) >= knots.at(-1)! + FEWEST_JUDGED;
}

/** Without an earlier training, the final weights go on from the early ones. */
function learn(
  { history, shape, seasons, judgedFrom }: Plan,
  { earlySteps, finalSteps }: Effort,
  earlier?: WarmStart,
): Omit<Learnt, 'warmStarts'> {
  const { length } = history.samples;
  const scales = usualChanges(history, length);
  const scaling = { scales, inputScale: scales.at(-1)! };
  const random = seededRandom(SEED);
  const first = firstWeights(shape, random);
  const train = (end: number, start: Float32Array, steps: number): Float32Array => {
    const examples = examplesBefore(history, end, scaling, (origins) => {
      shuffle(origins, random);
    });
    // A load that never changed teaches nothing, and what it was before is no guide: the first weights say that it stays.
    const hasChanged = examples.targets.some((target) => target !== 0);
    return hasChanged ? trainNetwork(shape, examples, start, steps) : first;
  };
  const early = train(judgedFrom, earlier?.early ?? first, earlySteps);
  const final = train(length, earlier?.final ?? early, finalSteps);
  return { seasons, ...scaling, early, judgedFrom, final, fittedTo: length };
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
