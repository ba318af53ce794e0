import { BoostedTrees, type BoostedTreesData } from './boosted-trees.js';
import type { PooledErrors, PooledModels, Situation } from './pooled-errors.js';

/** As `models/` has it. */
export interface PooledQuantilesData {
  /** Number of features of a situation. */
  readonly features: number;
  /** Ascending. */
  readonly levels: readonly (BoostedTreesData & { readonly level: number })[];
}

export interface PooledModelsData {
  readonly format: number;
  readonly path: PooledQuantilesData;
  readonly windowMaximum: PooledQuantilesData;
}

const FORMAT = 1;

/**
 * Pooled errors as one sum of trees per quantile level, each fitted by its pinball loss. Between the levels they are
 * interpolated. Fitted one by one they may cross; so each is at least as far from the median as those between. What is
 * said of a level then does not depend on which others are asked for.
 */
export class PooledQuantiles implements PooledErrors {
  readonly #features: number;
  readonly #levels: readonly number[];
  readonly #trees: readonly BoostedTrees[];
  /** Index of the level nearest to 0.5. */
  readonly #median: number;

  /** @throws {RangeError} levels outside (0, 1) or not ascending, or lists that do not make trees */
  constructor({ features, levels }: PooledQuantilesData) {
    levels.forEach(({ level }, l) => {
      if (level > 0 && level < 1 && !(level <= (levels[l - 1]?.level ?? 0))) return;
      throw new RangeError(`levels must ascend within (0, 1), got ${levels.map((each) => each.level).join(', ')}`);
    });
    if (levels.length === 0) throw new RangeError('there is no level');
    this.#features = features;
    this.#levels = levels.map(({ level }) => level);
    this.#trees = levels.map((data) => new BoostedTrees(data, features));
    const distances = this.#levels.map((level) => Math.abs(level - 0.5));
    this.#median = distances.indexOf(Math.min(...distances));
  }

  /** Outside of its levels it says what it says of the nearest one. @throws {RangeError} a situation with other features */
  quantiles({ features }: Situation, levels: readonly number[]): Float64Array {
    if (features.length !== this.#features) {
      throw new RangeError(`a situation has ${features.length} features; these trees know ${this.#features}`);
    }
    const known = new Float64Array(this.#levels.length).fill(NaN);
    const quantiles = new Float64Array(levels.length);
    for (let l = 0; l < levels.length; l++) quantiles[l] = this.#quantile(levels[l]!, features, known);
    return quantiles;
  }

  /** @param known by index of the level, what has been looked up of this situation; NaN: not yet */
  #quantile(level: number, features: Float64Array, known: Float64Array): number {
    const found = this.#levels.findIndex((each) => each >= level);
    const upper = found === -1 ? this.#levels.length - 1 : found;
    const above = this.#outermost(upper, features, known);
    if (found <= 0 || this.#levels[upper] === level) return above;
    const [from, to] = [this.#levels[upper - 1]!, this.#levels[upper]!];
    const share = (level - from) / (to - from);
    return (1 - share) * this.#outermost(upper - 1, features, known) + share * above;
  }

  /** The outermost of the quantiles from the one nearest to the median to that of a level. */
  #outermost(l: number, features: Float64Array, known: Float64Array): number {
    if (Number.isNaN(known[l]!)) {
      const said = this.#trees[l]!.predict(features);
      if (l === this.#median) known[l] = said;
      else if (l > this.#median) known[l] = Math.max(said, this.#outermost(l - 1, features, known));
      else known[l] = Math.min(said, this.#outermost(l + 1, features, known));
    }
    return known[l]!;
  }
}

/**
 * @param data what a file of `models/` holds
 * @throws {RangeError} another format, or data that is none
 */
export function readPooledModels(data: PooledModelsData): PooledModels {
  if (data.format !== FORMAT) throw new RangeError(`pooled models have format ${data.format}; expected ${FORMAT}`);
  return { path: new PooledQuantiles(data.path), windowMaximum: new PooledQuantiles(data.windowMaximum) };
}
