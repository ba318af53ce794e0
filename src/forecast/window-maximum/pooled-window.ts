import { conformalQuantile } from '../conformal-quantile.js';
import { believed, blend } from '../pooled/blend.js';
import type { PooledErrors } from '../pooled/pooled-errors.js';
import { PooledTrial, TRIED_EVERY_MS, TRIED_LEVELS } from '../pooled/pooled-trial.js';
import { SituationFeatures } from '../pooled/situation-features.js';
import type { KnotErrors } from '../prequential/knot-errors.js';
import type { ImputedValues } from '../ridge/imputed-values.js';

/** At which the load's own errors are described; median and 0.9 also give the scale. */
const DESCRIBED_LEVELS = [0.1, 0.5, 0.75, 0.9, 0.99] as const;

/**
 * How far the pooled errors may be from the load's own, in units of the scale. It is there for what nobody has thought of: on the
 * recorded loads, 2 instead of 4 gives away most of what they bring where a load is far from its usual course.
 */
const FURTHEST = 4;

/** A forecast of the highest value of a window. All its numbers are relative to the reference of the values. */
export interface WindowLookedUp {
  readonly values: ImputedValues;
  /** Index of the newest value. */
  readonly origin: number;
  readonly centre: number;
  /** What each part of the mean says, NaN: nothing, and whether the last of them counts. */
  readonly says: readonly number[];
  readonly lastIsOfUse: boolean;
  /** The residuals that count, ascending; not empty. */
  readonly pool: Float64Array;
  readonly errors: KnotErrors;
}

/** What forecasts of a window were wrong by in such situations on other loads, for as long as that is of use on this one. */
export class PooledWindow {
  readonly #pooled: PooledErrors;
  readonly #width: number;
  readonly #stepMs: number;
  readonly #trial: PooledTrial;
  readonly #triedEvery: number;

  /** @param saved what `toJSON` returned */
  constructor(pooled: PooledErrors, width: number, stepMs: number, saved?: string) {
    this.#pooled = pooled;
    this.#width = width;
    this.#stepMs = stepMs;
    this.#trial = new PooledTrial(saved);
    this.#triedEvery = Math.max(1, Math.round(TRIED_EVERY_MS / stepMs));
  }

  /**
   * Judges what was said of the window that ends with a grid point, and now and then says what would be forecast from there.
   *
   * @param highest value of that window; NaN: not known
   * @param forecast from the grid point, when it is asked for; null: there is none
   */
  learn(index: number, highest: number, forecast: () => WindowLookedUp | null): void {
    this.#trial.judge(index, highest);
    if (index % this.#triedEvery !== 0) return;
    const from = forecast();
    if (from === null) return;
    const own = ownOffsets(from, TRIED_LEVELS);
    const pooled = this.#offsets(from, TRIED_LEVELS, own);
    if (pooled === null) return;
    const at = (offset: number): number => from.centre + offset;
    this.#trial.expect(index + this.#width, [...blend(own, pooled).map(at)], [...own.map(at)]);
  }

  /** Per ascending level, what is to be added to the centre. */
  offsets(forecast: WindowLookedUp, levels: readonly number[]): Float64Array {
    const own = ownOffsets(forecast, levels);
    const pooled = this.#trial.isOfUse ? this.#offsets(forecast, levels, own) : null;
    return pooled === null ? own : blend(own, pooled);
  }

  toJSON(): string {
    return this.#trial.toJSON();
  }

  /** By pooled errors alone. @param own by the load's own errors, one per level */
  #offsets(forecast: WindowLookedUp, levels: readonly number[], own: Float64Array): Float64Array | null {
    const { values, origin, centre, says, lastIsOfUse, errors } = forecast;
    const features = new SituationFeatures(values, this.#stepMs, origin);
    const described = ownOffsets(forecast, DESCRIBED_LEVELS);
    const scale = Math.max(described[3]! - described[1]!, features.leastScale);
    if (!(scale > 0) || !features.areEnough) return null;
    const stretch = { from: origin + 1, to: origin + this.#width, centre, scale };
    const row = features.describe(
      stretch,
      [...says.map((each) => each - centre), errors.correction, errors.bias, ...described],
      [...errors.unrest, lastIsOfUse ? 1 : 0],
    );
    const found = this.#pooled.quantiles({ features: row, origin, ...stretch }, levels);
    return found && found.map((quantile, l) => scale * believed(quantile, own[l]! / scale, FURTHEST));
  }
}

/** By the load's own errors. */
export function ownOffsets({ pool }: Pick<WindowLookedUp, 'pool'>, levels: readonly number[]): Float64Array {
  const offsets = new Float64Array(levels.length);
  for (let l = 0; l < offsets.length; l++) offsets[l] = conformalQuantile(pool, levels[l]!);
  return offsets;
}
