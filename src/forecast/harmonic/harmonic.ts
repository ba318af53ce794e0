/**
 * Dynamic harmonic regression: a curve of sines, with autoregressive errors.
 *
 *     sqrt(y(t)) = c + sum over seasons m and k <= K of (a cos(2 pi k t / m) + b sin(2 pi k t / m)) + n(t)
 *     n(t) = phi_1 n(t-1) + ... + phi_p n(t-p) + e(t)
 *
 * Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 10.5; Young, Pedregal & Tych (1999), J. Forecasting
 * 18(6). The curve is fitted by least squares without regard to the errors' correlation, which for sines loses nothing in
 * large samples (Grenander & Rosenblatt 1957, Statistical Analysis of Stationary Time Series); the errors by Yule-Walker.
 * Both follow from sums, and are renewed every three hours of data from all that came before. So updating is the same as
 * fitting anew, and no residual comes from coefficients that knew its sample.
 *
 * Right for smooth curves, also with two seasons at once (day and week). Not for loads with sharp edges (batch jobs on the
 * hour): a handful of sines rounds them off, and rings beside them.
 */
import { HOUR_MS } from '../../core/duration.js';
import type { FitOptions } from '../../core/forecaster.js';
import { filtered, type Filter } from '../filtered.js';
import { decodeFloats, encodeFloats } from '../floats.js';
import { Moments } from '../ridge/moments.js';
import { AutoregressiveErrors, type ErrorsState } from './autoregressive-errors.js';
import { Fourier } from './fourier.js';

const NAME = 'harmonic';
/** Sines per season: ten resolve about an hour of a day. Five cost accuracy on recorded loads, twenty gain nothing. */
const HARMONICS = 10;
const MOST_SEASONS = 2;
/** Errors remembered for the autoregression: an hour at 2 min. Ten cost accuracy, sixty gain nothing. */
const ERRORS = 30;
/** Share of the variance added to the diagonal, for the first days, when a week's sines are not yet told apart. */
const PENALTY = 1e-3;
/** How often the coefficients are renewed. */
const BLOCK_MS = 3 * HOUR_MS;
/** Huber's bound in mean absolute errors: samples further off than this pull only as if they were this far. */
const HUBER_BOUND = 4;

export const harmonic = filtered({
  name: NAME,
  warmupSteps,
  start({ stepMs }, options) {
    return new HarmonicFilter({
      seasons: options.seasonSteps.slice(0, MOST_SEASONS),
      horizonSteps: options.horizonSteps,
      warmupSteps: warmupSteps(options),
      blockSteps: Math.max(1, Math.round(BLOCK_MS / stepMs)),
    });
  },
  restore(json) {
    const { settings, ...state } = json as HarmonicState;
    return new HarmonicFilter(settings, state);
  },
});

function warmupSteps({ seasonSteps }: FitOptions): number {
  return Math.max(ERRORS, seasonSteps[0] ?? 0);
}

interface Settings {
  /** Steps. */
  readonly seasons: readonly number[];
  readonly horizonSteps: number;
  readonly warmupSteps: number;
  readonly blockSteps: number;
}

interface HarmonicState {
  readonly settings: Settings;
  readonly length: number;
  readonly reference: string;
  readonly moments: string;
  readonly coefficients: string;
  readonly blockStart: number;
  readonly errors: ErrorsState;
}

class HarmonicFilter implements Filter {
  readonly #settings: Settings;
  readonly #fourier: Fourier;
  readonly #moments: Moments;
  readonly #errors: AutoregressiveErrors;
  readonly #row: Float64Array;
  #coefficients: Float64Array;
  /** The curve from {@link ERRORS} steps before the present block to a horizon after it, relative to the reference. */
  #curve: Float64Array;
  /** First grid point of the present block; the first block lasts until there is enough to fit. */
  #blockStart: number;
  #length: number;
  /** The first sample, which all are relative to: it keeps the sums of near-constant series exact. */
  #reference: number;

  constructor(settings: Settings, state?: Omit<HarmonicState, 'settings'>) {
    this.#settings = settings;
    this.#fourier = new Fourier(settings.seasons, HARMONICS);
    const { count } = this.#fourier;
    this.#row = new Float64Array(count);
    this.#moments = new Moments(count, state === undefined ? undefined : decodeFloats(state.moments));
    this.#errors = new AutoregressiveErrors(ERRORS, state?.errors);
    this.#coefficients = state === undefined ? new Float64Array(count) : decodeFloats(state.coefficients);
    this.#blockStart = state?.blockStart ?? 0;
    this.#length = state?.length ?? 0;
    this.#reference = state === undefined ? NaN : decodeFloats(state.reference)[0]!;
    this.#curve = this.#drawCurve();
  }

  push(value: number): void {
    const { warmupSteps, blockSteps } = this.#settings;
    if (Number.isNaN(this.#reference)) this.#reference = value;
    const isWarm = this.#length >= warmupSteps;
    if (isWarm && (this.#length - warmupSteps) % blockSteps === 0) this.#renew();
    const sample = value - this.#reference;
    const error = sample - this.#curveAt(this.#length);
    const bound = HUBER_BOUND * this.#errors.scale;
    this.#errors.push(error);
    if (!Number.isNaN(value)) {
      if (isWarm) this.#errors.learn();
      const distance = Math.abs(error);
      this.#fourier.write(this.#length, this.#row);
      this.#moments.add(this.#row, sample, isWarm && distance > bound && bound > 0 ? bound / distance : 1);
    }
    this.#length++;
  }

  forecast(path: Float64Array): void {
    if (this.#length < this.#settings.warmupSteps) {
      path.fill(NaN);
      return;
    }
    this.#errors.forecast(path);
    for (let k = 0; k < path.length; k++) path[k]! += this.#reference + this.#curveAt(this.#length + k);
  }

  toJSON(): HarmonicState {
    return {
      settings: this.#settings,
      length: this.#length,
      reference: encodeFloats([this.#reference]),
      moments: encodeFloats(this.#moments.toArray()),
      coefficients: encodeFloats(this.#coefficients),
      blockStart: this.#blockStart,
      errors: this.#errors.toJSON(),
    };
  }

  /** Starts a block: from here on, the curve and the autoregression are what has been learnt up to now. */
  #renew(): void {
    const before = Float64Array.from({ length: ERRORS }, (_, i) => this.#curveAt(this.#length - 1 - i));
    this.#coefficients = this.#moments.solve(PENALTY);
    this.#blockStart = this.#length;
    this.#curve = this.#drawCurve();
    this.#errors.shift(before.map((value, i) => this.#curveAt(this.#length - 1 - i) - value));
    this.#errors.renew();
  }

  #drawCurve(): Float64Array {
    const { blockSteps, horizonSteps, warmupSteps } = this.#settings;
    const start = Math.max(0, this.#blockStart - ERRORS);
    const end = this.#blockStart + Math.max(blockSteps, warmupSteps) + horizonSteps;
    return this.#fourier.curve(this.#coefficients, start, end - start);
  }

  #curveAt(time: number): number {
    return this.#curve[time - Math.max(0, this.#blockStart - ERRORS)]!;
  }
}
