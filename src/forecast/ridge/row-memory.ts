import type { Features } from './features.js';
import type { ImputedValues } from './imputed-values.js';

/**
 * The regressors of the pairs (origin, target) that a direct forecast and its errors need, each computed once: an origin's do
 * not depend on the target, and a target's are known a horizon before it, as seasons are longer than that.
 */
export class RowMemory {
  readonly #features: Features;
  readonly #values: ImputedValues;
  /** Of the newest origins, `horizonSteps` and one: those of grid point `i` are row `i % count`. */
  readonly #origins: Float64Array;
  /** Of the next `horizonSteps` targets, in the same way. */
  readonly #targets: Float64Array;
  readonly #horizonSteps: number;

  /** @param values whose newest one has been pushed when `advance` is called; those that are there now count */
  constructor(features: Features, values: ImputedValues, horizonSteps: number) {
    const { originCount, count } = features;
    this.#features = features;
    this.#values = values;
    this.#horizonSteps = horizonSteps;
    this.#origins = new Float64Array((horizonSteps + 1) * originCount).fill(NaN);
    this.#targets = new Float64Array(horizonSteps * (count - originCount)).fill(NaN);
    const newest = values.length - 1;
    for (let origin = Math.max(0, newest - horizonSteps); origin <= newest; origin++) this.#learn(origin);
  }

  /** Takes in the newest value; what follows from it is known from here on. */
  advance(): void {
    this.#learn(this.#values.length - 1);
  }

  /** Writes the regressors of an origin; NaN where one does not exist. */
  writeOrigin(origin: number, row: Float64Array): void {
    const { originCount } = this.#features;
    const from = (origin % (this.#horizonSteps + 1)) * originCount;
    for (let i = 0; i < originCount; i++) row[i] = this.#origins[from + i]!;
  }

  /** Writes the regressors of a target, after those of an origin. */
  writeTarget(target: number, row: Float64Array): void {
    const { originCount, count } = this.#features;
    const from = (target % this.#horizonSteps) * (count - originCount) - originCount;
    for (let i = originCount; i < count; i++) row[i] = this.#targets[from + i]!;
  }

  /** What is known at an origin: its own regressors, and those of the last target of its horizon. */
  #learn(origin: number): void {
    const { originCount, count } = this.#features;
    const target = origin + this.#horizonSteps;
    this.#features.writeOrigin(this.#values, origin, this.#origins, (origin % (this.#horizonSteps + 1)) * originCount);
    const at = (target % this.#horizonSteps) * (count - originCount);
    this.#features.writeTarget(this.#values, target, this.#targets, at);
  }
}
