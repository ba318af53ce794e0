import { initialState } from './initial-state.js';
import type { Parameters, SmoothingState } from './smoothing.js';

/** What parameters are judged on. */
export interface Task {
  /** From the first known sample on, NaN for gaps. The first season makes the initial state. */
  readonly values: Float64Array;
  /** Steps; 1 when there is no season. */
  readonly season: number;
  /** Half width of the moving mean over the initial season, steps. */
  readonly halfWidth: number;
  /** Steps ahead at which forecasts are judged. */
  readonly leads: readonly number[];
}

/**
 * What forecasts with some parameters would have been wrong by over a whole series. The recursion is that of `Smoothing`,
 * written out over arrays: a search runs it hundreds of times, and takes four times as long with the other.
 */
export class Hindsight {
  readonly #task: Task;
  readonly #initial: SmoothingState;
  /** After each grid point. */
  readonly #level: Float64Array;
  readonly #trend: Float64Array;
  readonly #error: Float64Array;
  /** Before each grid point, from the first after the initial season on: what its phase was known to add. */
  readonly #season: Float64Array;

  constructor(task: Task) {
    const { values, season, halfWidth } = task;
    this.#task = task;
    this.#initial = initialState(values.subarray(0, season), halfWidth);
    this.#level = new Float64Array(values.length);
    this.#trend = new Float64Array(values.length);
    this.#error = new Float64Array(values.length);
    this.#season = new Float64Array(values.length + season);
    this.#season.set(this.#initial.season, season);
  }

  /** Mean squared errors at each lead. A lead that no forecast was judged at has NaN. */
  meanSquaredErrors(parameters: Parameters): number[] {
    this.#filter(parameters);
    return this.#task.leads.map((lead) => this.#meanSquaredError(lead, parameters));
  }

  #filter({ alpha, beta, gamma, phi, rho }: Parameters): void {
    const { values, season } = this.#task;
    const [levels, trends, errors, seasonal] = [this.#level, this.#trend, this.#error, this.#season];
    let { level, trend, error } = this.#initial;
    for (let i = season; i < values.length; i++) {
      const value = values[i]!;
      const before = seasonal[i]!;
      level += phi * trend;
      trend *= phi;
      if (Number.isNaN(value)) {
        error *= rho;
        seasonal[i + season] = before;
      } else {
        error = value - (level + before);
        level += alpha * error;
        trend += alpha * beta * error;
        seasonal[i + season] = before + gamma * error;
      }
      levels[i] = level;
      trends[i] = trend;
      errors[i] = error;
    }
  }

  #meanSquaredError(lead: number, { phi, rho }: Parameters): number {
    const { values, season } = this.#task;
    const [levels, trends, errors, seasonal] = [this.#level, this.#trend, this.#error, this.#season];
    let damping = 0;
    let decay = 1;
    for (let h = 1; h <= lead; h++) {
      damping = phi * (1 + damping);
      decay *= rho;
    }
    // A target more than a season ahead has the seasonal term that was known so many seasons before it.
    const back = season * (Math.ceil(lead / season) - 1);
    let sum = 0;
    let count = 0;
    for (let origin = season, target = season + lead; target < values.length; origin++, target++) {
      const expected = levels[origin]! + damping * trends[origin]! + seasonal[target - back]! + decay * errors[origin]!;
      const error = values[target]! - expected;
      if (Number.isNaN(error)) continue;
      sum += error * error;
      count++;
    }
    return sum / count;
  }
}
