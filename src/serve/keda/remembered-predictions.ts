import { createHash } from 'node:crypto';
import type { Decision } from '../../core/decision.js';
import type { Observations } from './observations.js';

/** What a history says about a moment. */
export type Prediction = (nowMs: number) => Decision;

/** Fits a model to what was sent; undefined: there is no known sample in it. The same for the same arguments. */
export type Learn = (observations: Observations, horizonSteps: number) => Promise<Prediction | undefined>;

/** KEDA asks for the same history again within seconds, and each trigger has its own. */
const MOST_REMEMBERED = 500;

/** Learns once from each history, also when it is sent again while that goes on; forgets what was not sent for the longest time. */
export class RememberedPredictions {
  readonly #predictions = new Map<string, ReturnType<Learn>>();

  constructor(private readonly learn: Learn) {}

  of(observations: Observations, horizonSteps: number): ReturnType<Learn> {
    const key = digest(observations, horizonSteps);
    const prediction = this.#predictions.get(key) ?? this.learn(observations, horizonSteps);
    this.#predictions.delete(key);
    this.#predictions.set(key, prediction);
    prediction.catch(() => this.#predictions.delete(key));
    for (const oldest of this.#predictions.keys()) {
      if (this.#predictions.size <= MOST_REMEMBERED) break;
      this.#predictions.delete(oldest);
    }
    return prediction;
  }
}

/** Of all that was sent, in well under a millisecond per ten thousand samples. */
function digest({ timesMs, values }: Observations, horizonSteps: number): string {
  return createHash('sha256').update(`${horizonSteps} `).update(timesMs).update(values).digest('base64');
}
