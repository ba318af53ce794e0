import { DAY_MS, MINUTE_MS } from '../../core/duration.js';
import type { FitOptions } from '../../core/forecaster.js';
import type { Series } from '../../core/series.js';
import { FilterMember, type FilterMemberState } from '../prequential/filter-member.js';
import { decodeFloats, encodeFloats } from '../floats.js';
import { KnotErrors, type KnotErrorsState } from '../prequential/knot-errors.js';
import type { PooledErrors } from '../pooled/pooled-errors.js';
import type { ImputedValues } from '../ridge/imputed-values.js';
import { KnotRegression, type KnotState } from '../ridge/knot-regression.js';
import { destabilise } from '../transform.js';
import { DailyResiduals, type ResidualsState } from './daily-residuals.js';
import { MemberTrial } from './member-trial.js';
import { ownOffsets, PooledWindow, type WindowLookedUp } from './pooled-window.js';
import { smoothedMaximum } from './smoothed-maximum.js';
import { WindowFeatures } from './window-features.js';

/** How often what has been learnt begins to forecast. */
const BLOCK_MS = 30 * MINUTE_MS;
/** After how long a row counts half, in each of the regressions. */
const HALF_LIVES_MS = [Infinity, DAY_MS];
/** Rows that a season must leave to learn from, as in `ridge`. */
const FEWEST_ROWS = 150;
/** A forecast above this multiple of all that was ever seen is an extrapolation gone wrong, not a load. */
const CEILING = 3;

/** What the model of one window depends on, beside the samples. */
export interface WindowFrame {
  readonly width: number;
  readonly stepMs: number;
  readonly seasonSteps: readonly number[];
  readonly levels: readonly number[];
  /** Known samples at the fit: they decide which seasons are used, and must not change on update. */
  readonly fittedSamples: number;
}

export interface WindowState {
  readonly regressions: readonly KnotState[];
  readonly smoothed: FilterMemberState;
  readonly trial: string;
  readonly errors: KnotErrorsState;
  readonly corrections: string;
  readonly residuals: ResidualsState;
  readonly block: readonly [number, number];
  readonly pooled: string | null;
}

/**
 * The highest value of the next `width` steps, forecast directly:
 *
 *     sqrt(max y(t+1 .. t+width)) = (b1 . x(t) + b2 . x(t) + w(t)) / 3 + e
 *
 * Capacity has to meet the highest load until the next pods are ready. The largest of many quantiles is not the quantile
 * of the largest: a forecast of the maximum itself learns how far the load strays within the window. It is the mean of two
 * ridge regressions, one of which forgets within days, and, where they are of use, of the smoothed maxima, corrected by what that mean got wrong of
 * late as the path of `combination` is (`prequential/`). What is typical of the time of day comes from the residuals of that
 * time (`daily-residuals.ts`).
 *
 * Not for loads that jump at unpredictable times.
 */
export class WindowMaximumModel {
  readonly #frame: WindowFrame;
  readonly #features: WindowFeatures;
  readonly #regressions: readonly KnotRegression[];
  readonly #smoothed: FilterMember;
  /** Of the smoothed maxima. */
  readonly #trial: MemberTrial;
  readonly #errors: KnotErrors;
  /** What was added at each of the last origins: that of grid point `i` is at `i % (width + 1)`. */
  readonly #corrections: Float64Array;
  readonly #residuals: DailyResiduals;
  /** Grid point in the middle of the present block, and up to which residuals count in it. */
  #block: readonly [number, number];
  /** The residuals that count in the present block; null: not looked at yet. */
  #pool: Float64Array | null = null;
  readonly #row: Float64Array;
  readonly #expected = new Float64Array(1);
  readonly #path: Float64Array;
  readonly #blockSteps: number;
  /** Of windows of other loads; null: not known, or of no use. */
  readonly #pooled: PooledWindow | null;
  #length = 0;
  #lastGap = -1;
  #largest = -Infinity;
  #smallest = Infinity;

  private constructor(frame: WindowFrame, smoothed: FilterMember, pooled: PooledErrors | null, state?: WindowState) {
    const { width, stepMs, seasonSteps, fittedSamples } = frame;
    this.#frame = frame;
    this.#features = new WindowFeatures(width, frame, { knownSamples: fittedSamples, fewestRows: FEWEST_ROWS });
    this.#blockSteps = Math.max(1, Math.round(BLOCK_MS / stepMs));
    this.#regressions = HALF_LIVES_MS.map((halfLifeMs, i) => {
      const kept = 0.5 ** ((this.#blockSteps * stepMs) / halfLifeMs);
      return new KnotRegression(this.#features.count, kept, state?.regressions[i]);
    });
    this.#smoothed = smoothed;
    // Where no day is like another, what follows from the days before on other loads does not follow here.
    const isOfUse = pooled !== null && seasonSteps.length > 0;
    this.#pooled = isOfUse ? new PooledWindow(pooled, width, stepMs, state?.pooled ?? undefined) : null;
    this.#trial = new MemberTrial(stepMs, state?.trial);
    this.#errors = new KnotErrors(width, seasonSteps[0] ?? 1, stepMs, state?.errors);
    this.#corrections = state === undefined ? new Float64Array(width + 1).fill(NaN) : decodeFloats(state.corrections);
    this.#residuals = new DailyResiduals(stepMs, state?.residuals);
    this.#block = state?.block ?? [0, 0];
    this.#row = new Float64Array(this.#features.count);
    this.#path = new Float64Array(width);
  }

  /**
   * A model that has not seen anything.
   *
   * @param series that it is going to see
   * @param pooled what such forecasts were wrong by on other loads; null: not known
   */
  static start(width: number, series: Series, options: FitOptions, pooled: PooledErrors | null): WindowMaximumModel {
    const { levels, seasonSteps } = options;
    const { stepMs } = series;
    const filter = smoothedMaximum(stepMs, seasonSteps).start(series, { ...options, horizonSteps: width });
    const frame = { width, stepMs, seasonSteps, levels, fittedSamples: series.countKnown() };
    return new WindowMaximumModel(frame, new FilterMember(filter, [width]), pooled);
  }

  /** The model as it was saved, once it has been shown its samples again with {@link remember}. */
  static restore(frame: WindowFrame, state: WindowState, pooled: PooledErrors | null): WindowMaximumModel {
    const { width, stepMs, seasonSteps } = frame;
    const method = smoothedMaximum(stepMs, seasonSteps);
    const smoothed = FilterMember.restore(state.smoothed, (filter) => method.restore(filter), [width]);
    return new WindowMaximumModel(frame, smoothed, pooled, state);
  }

  get width(): number {
    return this.#frame.width;
  }

  /**
   * Takes in the newest sample without learning from it.
   *
   * @param sample NaN: a gap
   * @param value the sample as `values` has it
   */
  remember(sample: number, value: number): void {
    const index = this.#length++;
    this.#features.push(value);
    if (Number.isNaN(sample)) this.#lastGap = index;
    if (sample > this.#largest) this.#largest = sample;
    if (sample < this.#smallest) this.#smallest = sample;
  }

  /** Learns from the window that ends with the newest sample. A filled value is never part of a target. */
  learn(values: ImputedValues): void {
    const newest = this.#length - 1;
    const origin = newest - this.width;
    if (newest % this.#blockSteps === 0) this.#startBlock(newest, Math.max(0, origin));
    const target = origin < 0 || this.#lastGap > origin ? NaN : this.#features.target(origin);
    const error = this.#judge(values, origin, target);
    this.#errors.push(newest, error);
    if (origin >= 0) this.#residuals.set(origin, error - this.#corrections[origin % this.#corrections.length]!);
    this.#corrections[newest % this.#corrections.length] = this.#errors.correction;
    this.#pooled?.learn(newest, target, () => (this.#lastGap === newest ? null : this.#lookUp(values)));
  }

  /** @returns in the unit of the series, one number per level, ascending; null while too little is known */
  quantiles(values: ImputedValues): Float64Array | null {
    const forecast = this.#lookUp(values);
    if (forecast === null) return null;
    const { levels } = this.#frame;
    const offsets = this.#pooled?.offsets(forecast, levels) ?? ownOffsets(forecast, levels);
    const floor = Math.min(0, this.#smallest);
    const ceiling = Math.min(CEILING * Math.max(Math.abs(this.#largest), Math.abs(this.#smallest)), Number.MAX_VALUE);
    return offsets.map((offset) => {
      const value = destabilise(forecast.centre + offset + values.reference);
      return Math.min(Math.max(value, floor), ceiling);
    });
  }

  toJSON(): { readonly frame: WindowFrame; readonly state: WindowState } {
    const regressions = this.#regressions.map((regression) => regression.toJSON());
    const state = {
      regressions,
      smoothed: this.#smoothed.toJSON(),
      trial: this.#trial.toJSON(),
      errors: this.#errors.toJSON(),
      corrections: encodeFloats(this.#corrections),
      residuals: this.#residuals.toJSON(),
      block: this.#block,
      pooled: this.#pooled?.toJSON() ?? null,
    };
    return { frame: this.#frame, state };
  }

  /** What is forecast from the newest sample; null while too little is known. */
  #lookUp(values: ImputedValues): WindowLookedUp | null {
    const origin = this.#length - 1;
    if (origin < this.#features.firstOrigin) return null;
    const pool = (this.#pool ??= this.#residuals.around(...this.#block));
    if (pool.length === 0) return null;
    this.#features.write(values, origin, this.#row);
    const regressed = this.#regressions.map((regression) => regression.expected(this.#row));
    this.#smoothed.forecast(this.#path);
    const says = [...regressed, this.#path[this.width - 1]! - values.reference];
    const lastIsOfUse = this.#trial.isOfUse;
    const centre = meanOfKnown(lastIsOfUse ? says : regressed) + this.#errors.correction;
    return { values, origin, centre, says, lastIsOfUse, pool, errors: this.#errors };
  }

  /** From here on, what has been learnt up to now forecasts. @param judged origins before this grid point have been judged */
  #startBlock(newest: number, judged: number): void {
    for (const regression of this.#regressions) regression.startBlock();
    this.#block = [newest + Math.floor(this.#blockSteps / 2), judged];
    this.#pool = null;
  }

  /**
   * Learns from the window of an origin.
   *
   * @param target its highest value; NaN: not known
   * @returns how far off its forecast was; NaN: there was none, or no target
   */
  #judge(values: ImputedValues, origin: number, target: number): number {
    const bySmoothing = this.#learnSmoothed(target, values.reference);
    if (Number.isNaN(target) || origin < this.#features.firstOrigin) return NaN;
    this.#features.write(values, origin, this.#row);
    const expected = this.#regressions.map((regression) => regression.add(this.#row, target));
    const errorWith = target - meanOfKnown([...expected, bySmoothing]);
    const errorWithout = target - meanOfKnown(expected);
    const error = this.#trial.isOfUse ? errorWith : errorWithout;
    this.#trial.judge(errorWith, errorWithout);
    return error;
  }

  /** @returns what the smoothed maxima made of the target one window earlier; NaN: nothing, or there is no target */
  #learnSmoothed(target: number, reference: number): number {
    // A filter does not begin with a gap.
    if (Number.isNaN(target) && !this.#smoothed.hasBegun) return NaN;
    this.#smoothed.push(Number.isNaN(target) ? NaN : destabilise(target + reference), this.#expected);
    return this.#expected[0]! - reference;
  }
}

function meanOfKnown(numbers: readonly number[]): number {
  let sum = 0;
  let known = 0;
  for (const number of numbers) {
    if (Number.isNaN(number)) continue;
    sum += number;
    known++;
  }
  return sum / known;
}
