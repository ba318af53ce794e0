/**
 * Predictive Horizontal Pod Autoscaler: Holt-Winters on the replicas that an HPA would have asked for.
 *
 *     level(t)  = alpha (y(t) - season(t - m)) + (1 - alpha) (level(t-1) + trend(t-1))
 *     trend(t)  = beta (level(t) - level(t-1)) + (1 - beta) trend(t-1)
 *     season(t) = gamma (y(t) - level(t-1) - trend(t-1)) + (1 - gamma) season(t - m)
 *     forecast  = level(t) + trend(t) + season(t + 1 - m)
 *
 * Winters (1960), Management Science 6(3); additive, as in the project's examples
 * (https://predictive-horizontal-pod-autoscaler.readthedocs.io). It looks one step ahead, rounds up, and lets the larger of
 * that and of the HPA's own number win. Forecasting replicas instead of load loses what lies between two whole numbers.
 */
import { DAY_MS, MINUTE_MS } from '../../core/duration.js';
import type { Policy, PolicyView } from '../policy.js';

/** One entry of its history; a day of them is a season. */
const STEP_MS = 10 * MINUTE_MS;
const SEASON = DAY_MS / STEP_MS;
/** The smoothing parameters of the project's examples. */
const ALPHA = 0.9;
const BETA = 0.9;
const GAMMA = 0.9;
/** How far back it learns when it is started. */
const LEARNT_STEPS = 4 * SEASON;

/** @param targetPerReplica demand that one replica should carry */
export function replicaHoltWinters(targetPerReplica: number): Policy {
  const smoothing = new HoltWinters();
  let learntMs: number | null = null;
  const replicasAt = (view: PolicyView, timeMs: number): number => Math.ceil(view.valueAt(timeMs) / targetPerReplica);
  return {
    name: 'phpa',
    targets: [{ type: 'AverageValue', target: 1 }],
    read: (view) => {
      const lastMs = Math.floor(view.nowMs / STEP_MS) * STEP_MS;
      learntMs ??= lastMs - LEARNT_STEPS * STEP_MS;
      for (; learntMs < lastMs; learntMs += STEP_MS) smoothing.add(replicasAt(view, learntMs + STEP_MS));
      const wanted = Math.ceil(view.observed / targetPerReplica);
      if (Number.isNaN(wanted)) return [{ error: 'the query has no value' }];
      const predicted = Math.ceil(smoothing.next());
      return [{ value: Math.max(wanted, predicted || 0), active: wanted > 0 }];
    },
  };
}

class HoltWinters {
  readonly #season: number[] = [];
  #level = NaN;
  #trend = 0;
  #next = 0;

  /** The next entry; NaN: unknown, and what was expected, or else the one before, is taken for it. */
  add(value: number): void {
    const expected = this.next();
    const known = [value, expected, this.#season.at(-1)].find((each) => each !== undefined && !Number.isNaN(each));
    if (known === undefined) return;
    const slot = this.#next++ % SEASON;
    if (this.#season.length < SEASON) this.#learnFirstSeason(known);
    else this.#smooth(known, slot);
  }

  /** What is expected next; NaN before the first season is over. */
  next(): number {
    const seasonal = this.#season[this.#next % SEASON];
    return this.#season.length < SEASON || seasonal === undefined ? NaN : this.#level + this.#trend + seasonal;
  }

  /** The first season: its mean is the level, what is left the seasonal part. */
  #learnFirstSeason(value: number): void {
    this.#season.push(value);
    if (this.#season.length < SEASON) return;
    this.#level = this.#season.reduce((sum, each) => sum + each, 0) / SEASON;
    this.#season.forEach((each, i) => (this.#season[i] = each - this.#level));
  }

  #smooth(value: number, slot: number): void {
    const expected = this.#level + this.#trend;
    const level = ALPHA * (value - this.#season[slot]!) + (1 - ALPHA) * expected;
    this.#trend = BETA * (level - this.#level) + (1 - BETA) * this.#trend;
    this.#season[slot] = GAMMA * (value - expected) + (1 - GAMMA) * this.#season[slot]!;
    this.#level = level;
  }
}
