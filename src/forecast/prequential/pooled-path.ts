import { MINUTE_MS } from '../../core/duration.js';
import { alongHorizon, horizonKnots, knotsUpTo, type HorizonKnots } from '../horizon-knots.js';
import { believed, blend } from '../pooled/blend.js';
import type { PooledErrors } from '../pooled/pooled-errors.js';
import { PooledTrial, TRIED_EVERY_MS, TRIED_LEVELS } from '../pooled/pooled-trial.js';
import { SituationFeatures } from '../pooled/situation-features.js';
import type { ImputedValues } from '../ridge/imputed-values.js';
import type { KnotErrors } from './knot-errors.js';

/** Steps ahead that are looked up among the pooled errors; between them, what these say is interpolated. */
const KNOTS = 3;
/** Half of the stretch around a step that is looked at on the days before. */
const HALF_WIDTH_MS = 5 * MINUTE_MS;
/** At which the load's own errors are described; the median and the two beside it also give the scale. */
const DESCRIBED_LEVELS = [0.1, 0.5, 0.9, 0.99] as const;

/** How far the pooled errors may be from the load's own, in units of the scale: they misread a random walk, whose yesterday says nothing. */
const FURTHEST = 1;

/** A forecast that is looked up. */
export interface LookedUp {
  readonly values: ImputedValues;
  /** Index of the newest value that is known. */
  readonly origin: number;
  /** @param steps ahead, one at which errors are judged */
  at(steps: number): StepAhead;
}

/** One step of a forecast: what its members say, their corrected mean, and what is known of its errors. */
export interface StepAhead {
  readonly says: readonly number[];
  readonly centre: number;
  /** How far off it may be, against what is usual there. */
  readonly spread: number;
  readonly errors: KnotErrors;
}

/** What a forecast was wrong by in such situations on other loads, for as long as that is of use on this one. */
export class PooledPath {
  readonly #pooled: PooledErrors;
  readonly #stepMs: number;
  readonly #knots: HorizonKnots;
  /** Per knot. */
  readonly #trials: readonly PooledTrial[];
  readonly #triedEvery: number;

  /** @param saved what `toJSON` returned */
  constructor(pooled: PooledErrors, horizonSteps: number, stepMs: number, saved?: readonly string[]) {
    this.#pooled = pooled;
    this.#stepMs = stepMs;
    this.#knots = horizonKnots(horizonSteps, KNOTS);
    this.#trials = this.#knots.steps.map((_, knot) => new PooledTrial(saved?.[knot]));
    this.#triedEvery = Math.max(1, Math.round(TRIED_EVERY_MS / stepMs));
  }

  /**
   * Judges what was said of a grid point, and now and then says what would be forecast from there.
   *
   * @param sample on the scale of the regressions; NaN: a gap
   * @param forecast from that grid point, when it is asked for
   */
  learn(index: number, sample: number, forecast: () => LookedUp): void {
    for (const trial of this.#trials) trial.judge(index, sample);
    if (index % this.#triedEvery !== 0 || Number.isNaN(sample)) return;
    const from = forecast();
    const features = new SituationFeatures(from.values, this.#stepMs, from.origin);
    this.#knots.steps.forEach((steps, knot) => {
      const ahead = from.at(steps);
      const own = ownOffsets(ahead, TRIED_LEVELS);
      const pooled = this.#offsetsAt(steps, ahead, features, TRIED_LEVELS, own);
      // A member that knows too little yet has no forecast.
      if (pooled === null || Number.isNaN(ahead.centre) || own.some(Number.isNaN)) return;
      const at = (offset: number): number => ahead.centre + offset;
      this.#trials[knot]!.expect(index + steps, [...blend(own, pooled).map(at)], [...own.map(at)]);
    });
  }

  /** Up to which step ahead a forecast is looked at for the first `steps` of them. */
  reach(steps: number): number {
    return this.#knots.steps[this.#knots.upper[steps - 1]!]!;
  }

  /**
   * @param levels ascending
   * @returns per level, what is to be added to the centre at each of the first `steps` steps ahead by the pooled errors; null:
   *   nothing is known, or of use
   */
  offsets(forecast: LookedUp, levels: readonly number[], steps: number): readonly Float64Array[] | null {
    if (!this.#trials.some((trial) => trial.isOfUse)) return null;
    const features = new SituationFeatures(forecast.values, this.#stepMs, forecast.origin);
    if (!features.areEnough) return null;
    const atKnots = Array.from({ length: knotsUpTo(this.#knots, steps) }, (_, knot) => {
      const knotSteps = this.#knots.steps[knot]!;
      const ahead = forecast.at(knotSteps);
      const own = ownOffsets(ahead, levels);
      const isOfUse = this.#trials[knot]!.isOfUse;
      return (isOfUse ? this.#offsetsAt(knotSteps, ahead, features, levels, own) : null) ?? own;
    });
    return levels.map((_, l) => alongHorizon(this.#knots, steps, (knot) => atKnots[knot]![l]!));
  }

  toJSON(): readonly string[] {
    return this.#trials.map((trial) => trial.toJSON());
  }

  /** @param own by the load's own errors, one per level */
  #offsetsAt(
    steps: number,
    ahead: StepAhead,
    features: SituationFeatures,
    levels: readonly number[],
    own: Float64Array,
  ): Float64Array | null {
    const { says, centre: corrected, spread, errors } = ahead;
    const { values, origin } = features;
    const described = ownOffsets(ahead, DESCRIBED_LEVELS);
    const scale = Math.max((described[2]! - described[0]!) / 2, features.leastScale);
    if (!(scale > 0) || !features.areEnough) return null;
    const halfWidth = Math.round(HALF_WIDTH_MS / this.#stepMs);
    const centre = corrected - values.reference;
    const stretch = { from: origin + steps - halfWidth, to: origin + steps + halfWidth, centre, scale };
    const row = features.describe(
      stretch,
      [...says.map((each) => each - corrected), errors.correction, errors.bias, ...described],
      [...errors.unrest, spread],
    );
    const found = this.#pooled.quantiles({ features: row, origin, ...stretch }, levels);
    return found && found.map((quantile, l) => scale * believed(quantile, own[l]! / scale, FURTHEST));
  }
}

/** By the load's own errors. */
function ownOffsets({ spread, errors }: StepAhead, levels: readonly number[]): Float64Array {
  const offsets = new Float64Array(levels.length);
  for (let l = 0; l < offsets.length; l++) offsets[l] = spread * errors.quantile(levels[l]!);
  return offsets;
}
