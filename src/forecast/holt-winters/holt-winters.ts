/**
 * Holt-Winters: level, damped trend and season, each smoothed exponentially, with autocorrelated errors.
 *
 *     sqrt(y(t + h)) = l(t) + (phi + ... + phi^h) b(t) + s(t + h - m) + rho^h e(t)
 *
 * (`smoothing.ts` has the recursion.) Additive on the square-root scale: where the load is higher, its season and its
 * noise are larger. The last term is Taylor's: what the level, trend and season were off just now fades with its own
 * autocorrelation. Without it the level has to follow every such excursion, and carries it over the whole horizon.
 *
 * Winters (1960), Management Science 6(3). Damped trend: Gardner & McKenzie (1985), Management Science 31(10).
 * Autocorrelated errors: Taylor (2003), J. Operational Research Society 54(8), and (2010), European J. Operational
 * Research 204(1).
 *
 * The parameters are optimised on the first part of the history and then stay: `update` goes on with them, as a fit to more
 * data would not. Only what they got wrong after that part makes the band: parameters look better in hindsight. A history
 * too short for both is forecast with standard ones.
 * Without a season it is Holt's damped trend. Not for loads whose days differ (weekends): it follows one season, and
 * believes yesterday.
 */
import { MINUTE_MS } from '../../core/duration.js';
import type { FitOptions, Forecaster } from '../../core/forecaster.js';
import type { Series } from '../../core/series.js';
import { filtered, type Filter, type FilterMethod } from '../filtered.js';
import { decodeFloats, encodeFloats } from '../floats.js';
import { horizonKnots } from '../horizon-knots.js';
import { stabilise } from '../transform.js';
import { initialState } from './initial-state.js';
import { optimise, STANDARD } from './optimise.js';
import { Smoothing, type Parameters, type SmoothingState } from './smoothing.js';

const NAME = 'holt-winters';
/** Half width of the moving mean over the first season. */
const SMOOTH_MS = 15 * MINUTE_MS;
/** Steps ahead at which the parameters are judged; more change little and cost as much each. */
const LEADS = 5;
/** Part of the known samples that the parameters are optimised on. */
const OPTIMISED_SHARE = 0.6;
/** Forecasts at each lead that five parameters are optimised on, or judged by, at the least. */
const FEWEST_FORECASTS = 20;

export const holtWinters: Forecaster = filtered(
  method((series, options) => {
    const samples = fromFirstKnown(series.values);
    const optimisedSteps = stepsToOptimiseOn(samples, options);
    const parameters = parametersFor(samples.subarray(0, optimisedSteps), series.stepMs, options);
    return { parameters, optimisedSteps };
  }),
);

/**
 * As a part of another model: its parameters are optimised on all of the history, and it speaks from the first season on.
 * Who judges by what it said before the fit judges five parameters in hindsight.
 */
export const holtWintersInHindsight: FilterMethod = method((series, options) => ({
  parameters: parametersFor(fromFirstKnown(series.values), series.stepMs, options),
  optimisedSteps: 0,
}));

/** The same with parameters that are given. */
export function holtWintersWith(optimum: Optimum): FilterMethod {
  return method(() => optimum);
}

function method(optimumFor: (series: Series, options: FitOptions) => Optimum): FilterMethod {
  return {
    name: NAME,
    warmupSteps: seasonOf,
    start(series, options) {
      return new HoltWintersFilter({
        ...optimumFor(series, options),
        season: seasonOf(options),
        halfWidth: halfWidthAt(series.stepMs),
        horizonSteps: options.horizonSteps,
      });
    },
    restore: (json) => HoltWintersFilter.restore(json as FilterState),
  };
}

function fromFirstKnown(values: Float64Array): Float64Array {
  return values.subarray(values.findIndex((value) => !Number.isNaN(value)));
}

/** Standard ones where there are too few samples to optimise on. */
function parametersFor(samples: Float64Array, stepMs: number, options: FitOptions): Parameters {
  const known = samples.reduce((count, sample) => (Number.isNaN(sample) ? count : count + 1), 0);
  if (known < seasonOf(options) + fewestToJudge(options)) return STANDARD;
  return optimise({
    values: samples.map(stabilise),
    season: seasonOf(options),
    halfWidth: halfWidthAt(stepMs),
    leads: horizonKnots(options.horizonSteps, LEADS).steps,
  });
}

function fewestToJudge({ horizonSteps }: FitOptions): number {
  return horizonSteps + FEWEST_FORECASTS - 1;
}

/** Up to the known sample that ends the share, but leaving enough on either side of it; 0 where that cannot be. */
function stepsToOptimiseOn(samples: Float64Array, options: FitOptions): number {
  const known = [...samples.keys()].filter((i) => !Number.isNaN(samples[i]!));
  const toJudge = fewestToJudge(options);
  const fewest = seasonOf(options) + toJudge;
  const most = known.length - toJudge;
  if (most < fewest) return 0;
  return known[Math.min(Math.max(Math.round(OPTIMISED_SHARE * known.length), fewest), most) - 1]! + 1;
}

/** No season is a season of one step, which repeats nothing. */
function seasonOf({ seasonSteps }: FitOptions): number {
  return seasonSteps[0] ?? 1;
}

function halfWidthAt(stepMs: number): number {
  return Math.round(SMOOTH_MS / stepMs);
}

/** Parameters, and how many grid points from the first known sample on they have been made from. */
export interface Optimum {
  readonly parameters: Parameters;
  readonly optimisedSteps: number;
}

interface Settings extends Optimum {
  /** Steps. */
  readonly season: number;
  readonly halfWidth: number;
  readonly horizonSteps: number;
}

interface FilterState {
  readonly settings: Settings;
  /** Grid points read. */
  readonly length: number;
  /** The samples of the first season, as long as it is not complete; null from then on. */
  readonly first: string | null;
  /** Level, trend, error, phase, seasonal terms; null before. */
  readonly state: string | null;
}

class HoltWintersFilter implements Filter {
  readonly #settings: Settings;
  readonly #first: number[] = [];
  #smoothing: Smoothing | null = null;
  #length = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  static restore({ settings, length, first, state }: FilterState): HoltWintersFilter {
    const filter = new HoltWintersFilter(settings);
    filter.#length = length;
    if (first !== null) filter.#first.push(...decodeFloats(first));
    if (state !== null) filter.#begin(decodeState(state));
    return filter;
  }

  push(value: number): void {
    this.#length++;
    if (this.#smoothing !== null) {
      this.#smoothing.push(value);
      return;
    }
    this.#first.push(value);
    if (this.#first.length < this.#settings.season) return;
    this.#begin(initialState(Float64Array.from(this.#first), this.#settings.halfWidth));
    this.#first.length = 0;
  }

  forecast(path: Float64Array): void {
    if (this.#smoothing === null || this.#length < this.#settings.optimisedSteps) {
      path.fill(NaN);
      return;
    }
    for (let h = 1; h <= path.length; h++) path[h - 1] = this.#smoothing.ahead(h);
  }

  toJSON(): FilterState {
    const smoothing = this.#smoothing;
    return {
      settings: this.#settings,
      length: this.#length,
      first: smoothing === null ? encodeFloats(this.#first) : null,
      state: smoothing === null ? null : encodeState(smoothing.state),
    };
  }

  #begin(state: SmoothingState): void {
    this.#smoothing = new Smoothing(this.#settings.parameters, state, this.#settings.horizonSteps);
  }
}

function encodeState({ level, trend, error, phase, season }: SmoothingState): string {
  return encodeFloats([level, trend, error, phase, ...season]);
}

function decodeState(text: string): SmoothingState {
  const floats = decodeFloats(text);
  const [level, trend, error, phase] = floats as unknown as [number, number, number, number];
  return { level, trend, error, phase, season: floats.slice(4) };
}
