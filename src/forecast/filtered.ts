import { InsufficientHistoryError } from '../core/errors.js';
import { Forecast } from '../core/forecast.js';
import type { FitOptions, FittedForecaster, Forecaster } from '../core/forecaster.js';
import type { Series } from '../core/series.js';
import { CoverageControl, type CoverageControlState } from './coverage-control.js';
import { decodeFloats, encodeFloats } from './floats.js';
import { atHorizon, horizonKnots, type HorizonKnots } from './horizon-knots.js';
import { checkState } from './state.js';
import { destabilise, stabilise } from './transform.js';

/**
 * A rule with a memory: it reads a series once, sample by sample, and can forecast after each. All its numbers are on the
 * square-root scale of {@link stabilise}.
 */
export interface Filter {
  /** Takes in the next grid point; NaN for a gap, but never at first. */
  push(value: number): void;
  /** Writes the forecasts of the next `path.length` steps; NaN, all of them, while there is too little to go by. */
  forecast(path: Float64Array): void;
  /** Plain data from which {@link FilterMethod.restore} rebuilds this filter, bit for bit. */
  toJSON(): unknown;
}

/** How filters of one kind are made. */
export interface FilterMethod {
  readonly name: string;
  /** Grid points, counted from the first known sample, after which a filter forecasts; Infinity when it never will. */
  warmupSteps(options: FitOptions): number;
  /**
   * A filter that has not read anything.
   *
   * @param series what it is going to read; only for choosing parameters that hold throughout
   */
  start(series: Series, options: FitOptions): Filter;
  restore(state: unknown): Filter;
}

/** Knots of the residual quantiles: errors grow slowly with the horizon, so few are enough. */
const KNOTS = 12;
/** Residuals kept per knot: three days at 2 min, enough for the 0.99 quantile and recent enough to follow a change. */
const RESIDUALS_KEPT = 2_160;
/** Fewest rolling origins for a band: the 0.95 quantile of 20 residuals is the largest of them. */
const FEWEST_ORIGINS = 20;
/** A forecast above this multiple of all that was ever seen is an extrapolation gone wrong, not a load. */
const CEILING = 3;
const FORMAT = 2;

/**
 * Makes a forecaster with quantiles out of a filter: after every sample it says what comes next, and the quantiles of what
 * it got wrong, per steps ahead, become the band around what it says now (prequential residuals; Dawid 1984), corrected by
 * what the band has covered (`coverage-control.ts`). The
 * counterpart of `calibrated` for rules that cannot be asked about any origin at will.
 */
export function filtered(method: FilterMethod): Forecaster {
  return {
    name: method.name,
    minSamples: (options) => method.warmupSteps(options) + options.horizonSteps + FEWEST_ORIGINS - 1,
    fit(series, options) {
      const needed = this.minSamples(options);
      const known = series.countKnown();
      if (known < needed) throw new InsufficientHistoryError(known, needed, method.name);
      return FilteredModel.fit(method, series, options);
    },
    restore: (state) => FilteredModel.restore(method, state),
  };
}

/** What defines a model beside its data. */
interface Frame {
  readonly startMs: number;
  readonly stepMs: number;
  readonly options: FitOptions;
}

interface FilteredState extends Frame {
  /** Grid points seen. */
  readonly length: number;
  /** Smallest and largest sample. */
  readonly range: string;
  readonly filter: unknown;
  readonly pending: readonly string[];
  readonly residuals: readonly CoverageControlState[];
}

class FilteredModel implements FittedForecaster {
  readonly name: string;
  readonly #frame: Frame;
  readonly #filter: Filter;
  readonly #knots: HorizonKnots;
  /** Per knot, what was forecast for each of the next steps: that for grid point `i` is at `i % knot`. */
  readonly #pending: readonly Float64Array[];
  readonly #residuals: readonly CoverageControl[];
  readonly #path: Float64Array;
  #length = 0;
  #smallest = Infinity;
  #largest = -Infinity;

  private constructor(name: string, frame: Frame, filter: Filter, state?: FilteredState) {
    const { horizonSteps } = frame.options;
    this.name = name;
    this.#frame = frame;
    this.#filter = filter;
    this.#knots = horizonKnots(horizonSteps, KNOTS);
    this.#pending = this.#knots.steps.map((steps, knot) =>
      state === undefined ? new Float64Array(steps).fill(NaN) : decodeFloats(state.pending[knot]!),
    );
    this.#residuals = this.#knots.steps.map((_, knot) => new CoverageControl(RESIDUALS_KEPT, state?.residuals[knot]));
    this.#path = new Float64Array(horizonSteps);
    if (state === undefined) return;
    const [smallest, largest] = decodeFloats(state.range);
    this.#length = state.length;
    this.#smallest = smallest!;
    this.#largest = largest!;
  }

  static fit(method: FilterMethod, series: Series, options: FitOptions): FilteredModel {
    const { startMs, stepMs } = series;
    const model = new FilteredModel(method.name, { startMs, stepMs, options }, method.start(series, options));
    for (const value of series.values) model.update(value);
    return model;
  }

  static restore(method: FilterMethod, json: unknown): FilteredModel {
    checkState(json, method.name, FORMAT);
    const state = json as FilteredState;
    const { startMs, stepMs, options } = state;
    return new FilteredModel(method.name, { startMs, stepMs, options }, method.restore(state.filter), state);
  }

  get originMs(): number {
    return this.#frame.startMs + (this.#length - 1) * this.#frame.stepMs;
  }

  update(value: number): void {
    const index = this.#length++;
    if (Number.isNaN(value) && this.#largest < this.#smallest) return;
    if (value < this.#smallest) this.#smallest = value;
    if (value > this.#largest) this.#largest = value;
    const sample = stabilise(value);
    this.#judge(index, sample);
    this.#filter.push(sample);
    this.#filter.forecast(this.#path);
    this.#knots.steps.forEach((steps, knot) => {
      this.#pending[knot]![index % steps] = this.#path[steps - 1]!;
    });
  }

  forecast(): Forecast {
    const { stepMs, options } = this.#frame;
    const path = new Float64Array(options.horizonSteps);
    this.#filter.forecast(path);
    const floor = Math.min(0, this.#smallest);
    const ceiling = Math.min(CEILING * Math.max(Math.abs(this.#largest), Math.abs(this.#smallest)), Number.MAX_VALUE);
    const values = options.levels.map((level) => {
      const offsets = this.#residuals.map((residuals) => residuals.quantile(level));
      return path.map((point, k) => {
        const offset = atHorizon(this.#knots, k + 1, (knot) => offsets[knot]!);
        return Math.min(Math.max(destabilise(point + offset), floor), ceiling);
      });
    });
    return new Forecast({ model: this.name, originMs: this.originMs, stepMs, levels: options.levels, values });
  }

  toJSON(): unknown {
    const state: FilteredState = {
      ...this.#frame,
      length: this.#length,
      range: encodeFloats([this.#smallest, this.#largest]),
      filter: this.#filter.toJSON(),
      pending: this.#pending.map(encodeFloats),
      residuals: this.#residuals.map((residuals) => residuals.toJSON()),
    };
    return { format: FORMAT, model: this.name, ...state };
  }

  /** Records how far off the forecasts for grid point `index` were. */
  #judge(index: number, sample: number): void {
    this.#knots.steps.forEach((steps, knot) => {
      const residual = sample - this.#pending[knot]![index % steps]!;
      if (!Number.isNaN(residual)) this.#residuals[knot]!.push(residual);
    });
  }
}
