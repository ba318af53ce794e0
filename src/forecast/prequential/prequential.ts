import { InsufficientHistoryError } from '../../core/errors.js';
import { Forecast } from '../../core/forecast.js';
import type { FitOptions, FittedForecaster, Forecaster } from '../../core/forecaster.js';
import { Series } from '../../core/series.js';
import { decodeFloats, encodeFloats } from '../floats.js';
import { alongHorizon, horizonKnots, interpolated, knotsUpTo, type HorizonKnots } from '../horizon-knots.js';
import { blend } from '../pooled/blend.js';
import type { PooledErrors } from '../pooled/pooled-errors.js';
import { checkState } from '../state.js';
import { destabilise, stabilise } from '../transform.js';
import { KnotErrors, type KnotErrorsState } from './knot-errors.js';
import { LevelledHistory, type LevelledHistoryState } from './levelled-history.js';
import type { Member } from './member.js';
import { PooledPath, type LookedUp } from './pooled-path.js';

/** What the members of a model depend on beside its samples. */
export interface Frame {
  readonly startMs: number;
  readonly stepMs: number;
  readonly options: FitOptions;
  /** Known samples at the fit: they may decide what a member uses, and must not change on update. */
  readonly fittedSamples: number;
}

/** The frame of a model that was saved. */
export interface SavedFrame extends Frame {
  /** What the members have read. */
  readonly samples: Float64Array;
}

/** A model that puts the samples from before a shift of the level to the present one. */
export interface LevelledModel extends FittedForecaster {
  /** What it has learnt from, from the first known sample on. Treat as read-only. */
  readonly history: Pick<LevelledHistory, 'values' | 'levelled'>;
}

/** A forecaster whose models do so. */
export interface LevellingForecaster extends Forecaster {
  fit(series: Series, options: FitOptions): LevelledModel;
  restore(state: unknown): LevelledModel;
}

/** How the members of a model are made. */
export interface PrequentialMethod {
  readonly name: string;
  readonly format: number;
  /** As in `Forecaster`. */
  minSamples(options: FitOptions): number;
  /**
   * Members that have read nothing; at least one.
   *
   * @param series what they are going to read; only for choosing parameters that hold throughout
   * @param knots steps ahead at which they are judged
   */
  start(series: Series, frame: Frame, knots: HorizonKnots): readonly Member[];
  /** @param states what the members' `toJSON` returned, in the same order */
  restore(states: readonly unknown[], frame: SavedFrame, knots: HorizonKnots): readonly Member[];
  /** What such forecasts were wrong by on other loads; null: not known. */
  readonly pooled: PooledErrors | null;
}

/** Steps ahead at which errors are judged; between them, what they say is interpolated. */
const KNOTS = 9;
/** A forecast above this multiple of all that was ever seen is an extrapolation gone wrong, not a load. */
const CEILING = 3;

/**
 * Makes a forecaster of one or several members. The forecast is the mean of what they say, corrected by what it was wrong
 * by of late, with a band of what it was wrong by before (`knot-errors.ts`). Every error is honest: it was made by members
 * that had seen earlier samples only (prequential; Dawid 1984, J. Royal Statistical Society A 147(2)).
 */
export function prequential(method: PrequentialMethod): LevellingForecaster {
  return {
    name: method.name,
    minSamples: (options) => method.minSamples(options),
    fit(series, options) {
      const needed = method.minSamples(options);
      const known = series.countKnown();
      if (known < needed) throw new InsufficientHistoryError(known, needed, method.name);
      return PrequentialModel.fit(method, series, options);
    },
    restore: (state) => PrequentialModel.restore(method, state),
  };
}

interface PrequentialState extends Frame {
  /** Grid points seen, those before the first known sample included. */
  readonly length: number;
  readonly isOutdated: boolean;
  /** Smallest and largest sample. */
  readonly range: string;
  readonly history: LevelledHistoryState;
  readonly members: readonly unknown[];
  readonly errors: readonly KnotErrorsState[];
  readonly pooled: readonly string[] | null;
}

class PrequentialModel implements LevelledModel {
  readonly #method: PrequentialMethod;
  readonly #frame: Frame;
  readonly #knots: HorizonKnots;
  readonly #history: LevelledHistory;
  #members: readonly Member[] = [];
  readonly #errors: readonly KnotErrors[];
  /** Null where nothing is known of other loads, or of use. */
  readonly #pooled: PooledPath | null;
  /** Per member, what it expected of the newest sample at each knot. */
  #expected: readonly Float64Array[] = [];
  #length: number;
  #isOutdated: boolean;
  #smallest: number;
  #largest: number;

  private constructor(method: PrequentialMethod, frame: Frame, state?: PrequentialState) {
    const { horizonSteps, seasonSteps } = frame.options;
    const [smallest = Infinity, largest = -Infinity] = state === undefined ? [] : decodeFloats(state.range);
    this.#method = method;
    this.#frame = frame;
    this.#knots = horizonKnots(horizonSteps, KNOTS);
    this.#history = new LevelledHistory(frame.stepMs, seasonSteps[0], state?.history);
    this.#errors = this.#errorsFrom(state);
    this.#pooled = this.#pooledFrom(state);
    this.#length = state?.length ?? 0;
    this.#isOutdated = state?.isOutdated ?? false;
    this.#smallest = smallest;
    this.#largest = largest;
  }

  static fit(method: PrequentialMethod, series: Series, options: FitOptions): PrequentialModel {
    const { startMs, stepMs } = series;
    const frame: Frame = { startMs, stepMs, options, fittedSamples: series.countKnown() };
    const model = new PrequentialModel(method, frame);
    for (const value of series.values) model.#remember(value);
    model.#learnAll();
    return model;
  }

  static restore(method: PrequentialMethod, json: unknown): PrequentialModel {
    checkState(json, method.name, method.format);
    const state = json as PrequentialState;
    const { startMs, stepMs, options, fittedSamples } = state;
    const frame: Frame = { startMs, stepMs, options, fittedSamples };
    const model = new PrequentialModel(method, frame, state);
    const samples = model.#history.levelled();
    model.#enrol(method.restore(state.members, { ...frame, samples }, model.#knots));
    return model;
  }

  get name(): string {
    return this.#method.name;
  }

  get originMs(): number {
    return this.#frame.startMs + (this.#length - 1) * this.#frame.stepMs;
  }

  /** A shift of the level has been found since the fit: earlier samples are to be put to the new one, and all learnt anew from them. */
  get isOutdated(): boolean {
    return this.#isOutdated;
  }

  get history(): LevelledModel['history'] {
    return this.#history;
  }

  update(value: number): void {
    this.#length++;
    if (this.#history.length === 0 && Number.isNaN(value)) return;
    if (this.#history.follow(value)) this.#isOutdated = true;
    this.#learn(this.#length - 1, value);
  }

  forecast(steps = this.#frame.options.horizonSteps): Forecast {
    const { stepMs, options } = this.#frame;
    const { levels } = options;
    const newest = this.#length - 1;
    const paths = this.#paths(Math.max(steps, this.#pooled?.reach(steps) ?? 0));
    const centre = this.#centre(paths, steps);
    const spread = this.#spread(newest, steps);
    const pooled = this.#pooled?.offsets(this.#lookUp(newest, paths), levels, steps) ?? null;
    const values = levels.map((level, l) => {
      const own = alongHorizon(this.#knots, steps, (knot) => this.#errors[knot]!.quantile(level));
      for (let k = 0; k < own.length; k++) own[k]! *= spread[k]!;
      return this.#quantile(centre, pooled === null ? own : blend(own, pooled[l]!));
    });
    return new Forecast({ model: this.name, originMs: this.originMs, stepMs, levels, values });
  }

  toJSON(): unknown {
    const state: PrequentialState = {
      ...this.#frame,
      length: this.#length,
      isOutdated: this.#isOutdated,
      range: encodeFloats([this.#smallest, this.#largest]),
      history: this.#history.toJSON(),
      members: this.#members.map((member) => member.toJSON()),
      errors: this.#errors.map((errors) => errors.toJSON()),
      pooled: this.#pooled?.toJSON() ?? null,
    };
    return { format: this.#method.format, model: this.name, ...state };
  }

  /** Takes in the next value without learning from it. */
  #remember(value: number): void {
    this.#length++;
    if (this.#history.length > 0 || !Number.isNaN(value)) this.#history.push(value);
  }

  /** Learns what is remembered, at its present level. */
  #learnAll(): void {
    const { startMs, stepMs } = this.#frame;
    const samples = this.#history.levelled();
    const first = this.#length - samples.length;
    const values = new Float64Array(this.#length).fill(NaN);
    values.set(samples, first);
    this.#enrol(this.#method.start(new Series(startMs, stepMs, values), this.#frame, this.#knots));
    samples.forEach((sample, i) => {
      this.#learn(first + i, sample);
      if (!this.#history.isNoticedAt(i)) return;
      for (const errors of this.#errors) errors.noticeShift();
    });
  }

  /** @param index grid point */
  #learn(index: number, value: number): void {
    if (value < this.#smallest) this.#smallest = value;
    if (value > this.#largest) this.#largest = value;
    this.#members.forEach((member, m) => {
      member.push(value, this.#expected[m]!);
    });
    const sample = stabilise(value);
    for (let knot = 0; knot < this.#errors.length; knot++) {
      this.#errors[knot]!.push(index, sample - meanOfKnown(this.#expected, knot));
    }
    this.#pooled?.learn(index, sample, () => this.#lookUp(index, this.#paths(this.#frame.options.horizonSteps)));
  }

  #enrol(members: readonly Member[]): void {
    this.#members = members;
    this.#expected = members.map(() => new Float64Array(this.#knots.steps.length));
  }

  #errorsFrom(state?: PrequentialState): readonly KnotErrors[] {
    const { stepMs, options } = this.#frame;
    return this.#knots.steps.map(
      (steps, knot) => new KnotErrors(steps, options.seasonSteps[0] ?? 1, stepMs, state?.errors[knot]),
    );
  }

  #pooledFrom(state?: PrequentialState): PooledPath | null {
    const { stepMs, options } = this.#frame;
    const { pooled } = this.#method;
    // Where no day is like another, what follows from the days before on other loads does not follow here.
    if (pooled === null || options.seasonSteps.length === 0) return null;
    return new PooledPath(pooled, options.horizonSteps, stepMs, state?.pooled ?? undefined);
  }

  /** What is forecast from a grid point, which is the newest one that has been learnt. */
  #lookUp(index: number, paths: readonly Float64Array[]): LookedUp {
    return {
      values: this.#history.values,
      origin: index - (this.#length - this.#history.length),
      at: (steps) => {
        const errors = this.#errors[this.#knots.steps.indexOf(steps)]!;
        return {
          says: paths.map((path) => path[steps - 1]!),
          centre: errors.correction + meanOfKnown(paths, steps - 1),
          spread: errors.relativeSpread(index + steps),
          errors,
        };
      },
    };
  }

  /** What each member says of each of the first steps ahead. */
  #paths(steps: number): readonly Float64Array[] {
    return this.#members.map((member) => {
      const path = new Float64Array(steps);
      member.forecast(path);
      return path;
    });
  }

  /** The corrected mean of what the members say of each of the first steps ahead. */
  #centre(paths: readonly Float64Array[], steps: number): Float64Array {
    const centre = alongHorizon(this.#knots, steps, (knot) => this.#errors[knot]!.correction);
    for (let k = 0; k < centre.length; k++) centre[k]! += meanOfKnown(paths, k);
    return centre;
  }

  /** How far off each of the first steps after a grid point may be, against what is usual there. */
  #spread(index: number, steps: number): Float64Array {
    const spread = new Float64Array(steps);
    const atKnots = new Float64Array(knotsUpTo(this.#knots, steps));
    let part = -1;
    for (let k = 0; k < spread.length; k++) {
      const target = index + 1 + k;
      const its = this.#errors[0]!.partOf(target);
      if (its !== part) {
        for (let knot = 0; knot < atKnots.length; knot++) atKnots[knot] = this.#errors[knot]!.relativeSpread(target);
      }
      part = its;
      spread[k] = interpolated(this.#knots, k + 1, atKnots);
    }
    return spread;
  }

  /** The values at one level, bounded by what a load can be. */
  #quantile(centre: Float64Array, offset: Float64Array): Float64Array {
    const floor = Math.min(0, this.#smallest);
    const ceiling = Math.min(CEILING * Math.max(Math.abs(this.#largest), Math.abs(this.#smallest)), Number.MAX_VALUE);
    const values = new Float64Array(centre.length);
    for (let k = 0; k < values.length; k++) {
      const value = destabilise(centre[k]! + offset[k]!);
      values[k] = Math.min(Math.max(value, floor), ceiling);
    }
    return values;
  }
}

/** Mean over those rows that have a number at an index; NaN when none has. */
function meanOfKnown(rows: readonly Float64Array[], index: number): number {
  let sum = 0;
  let known = 0;
  for (const row of rows) {
    const value = row[index]!;
    if (Number.isNaN(value)) continue;
    sum += value;
    known++;
  }
  return sum / known;
}
