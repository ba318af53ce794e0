import type { ImputedValues } from '../ridge/imputed-values.js';
import { NeuralInputs } from './inputs.js';
import { networkShape } from './learn.js';
import type { Learnt } from './learnt.js';
import { Network, NETWORK_LEVELS } from './network.js';

/**
 * The newest errors, from which the bias of late is estimated, must be those of the weights that are in use, although they have
 * seen what came: the bias of the early weights would be corrected a second time.
 */
const BIAS_COUNT = 15;

/** What the networks of a model say of the future, on the scale of the values. */
export class NeuralPaths {
  readonly #learnt: Learnt;
  readonly #inputs: NeuralInputs;
  readonly #early: Network;
  readonly #final: Network;
  readonly #finalFrom: number;
  readonly #row: Float64Array;

  /** @param knots steps ahead, ascending */
  constructor(stepMs: number, knots: readonly number[], learnt: Learnt) {
    this.#learnt = learnt;
    this.#inputs = new NeuralInputs({ stepMs, knots, seasons: learnt.seasons });
    const shape = networkShape({ inputs: this.#inputs, knots });
    this.#early = new Network(shape, learnt.early);
    this.#final = new Network(shape, learnt.final);
    this.#finalFrom = learnt.fittedTo - knots.at(-1)! - BIAS_COUNT;
    this.#row = new Float64Array(this.#inputs.count);
  }

  /**
   * Writes for each knot the quantiles of the load, square-rooted, after an origin, as the final weights say from shortly
   * before the end of the fit on, and before that the early ones, which had not seen what came.
   */
  write(values: ImputedValues, origin: number, quantiles: Float64Array): void {
    const { inputScale, scales } = this.#learnt;
    this.#inputs.write(values, origin, inputScale, this.#row);
    (origin < this.#finalFrom ? this.#early : this.#final).quantiles(this.#row, quantiles);
    const now = values.reference + this.#inputs.anchor(values, origin);
    for (let i = 0; i < quantiles.length; i++) {
      quantiles[i] = now + scales[Math.floor(i / NETWORK_LEVELS.length)]! * quantiles[i]!;
    }
  }
}
