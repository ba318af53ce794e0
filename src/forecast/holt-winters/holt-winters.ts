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
 * The parameters are optimised at the fit and then stay: `update` goes on with them, as a fit to more data would not.
 * Without a season it is Holt's damped trend. Not for loads whose days differ (weekends): it follows one season, and
 * believes yesterday.
 */
import { MINUTE_MS } from '../../core/duration.js';
import type { FitOptions, Forecaster } from '../../core/forecaster.js';
import type { Series } from '../../core/series.js';
import { filtered, type Filter } from '../filtered.js';
import { decodeFloats, encodeFloats } from '../floats.js';
import { horizonKnots } from '../horizon-knots.js';
import { stabilise } from '../transform.js';
import { initialState } from './initial-state.js';
import { optimise } from './optimise.js';
import { Smoothing, type Parameters, type SmoothingState } from './smoothing.js';

const NAME = 'holt-winters';
/** Half width of the moving mean over the first season. */
const SMOOTH_MS = 15 * MINUTE_MS;
/** Steps ahead at which the parameters are judged; more change little and cost as much each. */
const LEADS = 5;

export const holtWinters = forecaster(({ stepMs, values }, options) =>
  optimise({
    values: values.subarray(values.findIndex((value) => !Number.isNaN(value))).map(stabilise),
    season: seasonOf(options),
    halfWidth: halfWidthAt(stepMs),
    leads: horizonKnots(options.horizonSteps, LEADS).steps,
  }),
);

/** The same with parameters that are given. */
export function holtWintersWith(parameters: Parameters): Forecaster {
  return forecaster(() => parameters);
}

function forecaster(parametersFor: (series: Series, options: FitOptions) => Parameters): Forecaster {
  return filtered({
    name: NAME,
    warmupSteps: seasonOf,
    start(series, options) {
      return new HoltWintersFilter({
        parameters: parametersFor(series, options),
        season: seasonOf(options),
        halfWidth: halfWidthAt(series.stepMs),
        horizonSteps: options.horizonSteps,
      });
    },
    restore: (json) => HoltWintersFilter.restore(json as FilterState),
  });
}

/** No season is a season of one step, which repeats nothing. */
function seasonOf({ seasonSteps }: FitOptions): number {
  return seasonSteps[0] ?? 1;
}

function halfWidthAt(stepMs: number): number {
  return Math.round(SMOOTH_MS / stepMs);
}

interface Settings {
  readonly parameters: Parameters;
  /** Steps. */
  readonly season: number;
  readonly halfWidth: number;
  readonly horizonSteps: number;
}

interface FilterState {
  readonly settings: Settings;
  /** The samples of the first season, as long as it is not complete; null from then on. */
  readonly first: string | null;
  /** Level, trend, error, phase, seasonal terms; null before. */
  readonly state: string | null;
}

class HoltWintersFilter implements Filter {
  readonly #settings: Settings;
  readonly #first: number[] = [];
  #smoothing: Smoothing | null = null;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  static restore({ settings, first, state }: FilterState): HoltWintersFilter {
    const filter = new HoltWintersFilter(settings);
    if (first !== null) filter.#first.push(...decodeFloats(first));
    if (state !== null) filter.#begin(decodeState(state));
    return filter;
  }

  push(value: number): void {
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
    if (this.#smoothing === null) {
      path.fill(NaN);
      return;
    }
    for (let h = 1; h <= path.length; h++) path[h - 1] = this.#smoothing.ahead(h);
  }

  toJSON(): FilterState {
    const smoothing = this.#smoothing;
    return {
      settings: this.#settings,
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
