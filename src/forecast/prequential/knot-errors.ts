import { CoverageControl, type CoverageControlState } from '../coverage-control.js';
import { decodeFloats, encodeFloats } from '../floats.js';
import { RecentMean } from './recent-mean.js';
import { SeasonalSpread } from './seasonal-spread.js';
import { ShiftWatch } from './shift-watch.js';

/** Residuals kept for the quantiles: three days at 2 min, a week at 5 min. */
const RESIDUALS_KEPT = 2_160;
/** Errors whose mean is the bias of late, and whose mean size is the spread of late. */
const BIAS_COUNT = 15;
const SPREAD_COUNT = 60;
/** Memory of the usual spread, and of the share of the bias that lasts, in errors. */
const USUAL_MEMORY = 2_000;
const LASTING_MEMORY = 1_000;
/** A bias above this multiple of the usual spread is an incident. It must not be carried on. */
const BIAS_BOUND = 1;
/** Unless the level has shifted: then most of it is none. */
const BIAS_BOUND_AFTER_SHIFT = 2;
/** Errors are followed up to this multiple of the usual spread. */
const SPREAD_BOUND = 4;
/**
 * How far the band follows the spread of late: an exponent, 0 not at all, 1 wholly. Below 1, as for the spread at this time of
 * the season (0.5), because both are estimates from few errors.
 */
const RECENT_SHARE = 0.3;
/** However calm it is, the band is at least this part of the usual one, by each of the two. */
const LEAST_SPREAD = 0.1;

export interface KnotErrorsState {
  readonly bias: string;
  readonly spread: string;
  readonly origins: string;
  readonly seasonal: string;
  readonly quantiles: CoverageControlState;
  readonly shift: string;
  readonly sums: string;
}

/**
 * What a forecast has been wrong by, a given number of steps ahead, and what follows from it:
 *
 *     correction c = rho b,    rho = E[r b] / E[b^2],    b = mean of the last 15 errors that were known at the origin
 *     residual   z = (r - c) / s,    s = (spread of late / usual)^0.3 (spread at this time of the season / usual)^0.5
 *
 * so that a forecast that has been too low all morning is raised by as much as that used to last (rho, in [0, 1]), and the band
 * c + s Q_z is wide where and when the load is restless. Both use at each moment only what was known at the origin.
 *
 * For two days after a shift of the level (`shift-watch.ts`), the residuals from before it and from the hours in which it was
 * not noticed tell little of those to come. Then the levels are corrected by what they have covered (`coverage-control.ts`),
 * which costs accuracy at all other times.
 *
 * Intercept correction after a shift: Clements & Hendry (1998), "Forecasting Economic Time Series", ch. 8. Residuals
 * normalised by their local size: Lei et al. (2018), JASA 113(523), section 5.2.
 */
export class KnotErrors {
  readonly #steps: number;
  readonly #bias: RecentMean;
  readonly #spread: RecentMean;
  /** Bias and spread as they were known at each of the last `steps` grid points, in turn: two numbers each. */
  readonly #origins: Float64Array;
  readonly #seasonal: SeasonalSpread;
  readonly #quantiles: CoverageControl;
  readonly #shift: ShiftWatch;
  /** Mean absolute error; NaN before the first. */
  #usual = NaN;
  #judged = 0;
  /** Discounted sums of r b and of b^2. */
  #product = 0;
  #square = 0;

  /**
   * @param steps ahead, >= 1
   * @param season steps; 1 when there is none
   */
  constructor(steps: number, season: number, stepMs: number, state?: KnotErrorsState) {
    this.#steps = steps;
    this.#bias = new RecentMean(BIAS_COUNT, state?.bias);
    this.#spread = new RecentMean(SPREAD_COUNT, state?.spread);
    this.#origins = state === undefined ? new Float64Array(2 * steps).fill(NaN) : decodeFloats(state.origins);
    this.#seasonal = new SeasonalSpread(season, state?.seasonal);
    this.#quantiles = new CoverageControl(RESIDUALS_KEPT, state?.quantiles);
    this.#shift = new ShiftWatch(stepMs, state?.shift);
    if (state === undefined) return;
    const [usual, judged, product, square] = decodeFloats(state.sums);
    this.#usual = usual!;
    this.#judged = judged!;
    this.#product = product!;
    this.#square = square!;
  }

  /** Takes in what was wrong at grid point `index`; NaN where nothing was expected, or nothing came. */
  push(index: number, error: number): void {
    const slot = 2 * (index % this.#steps);
    if (!Number.isNaN(error)) this.#learn(index, error, this.#origins[slot]!, this.#origins[slot + 1]!);
    this.#origins[slot] = this.#bias.value;
    this.#origins[slot + 1] = this.#spread.value;
  }

  /** What was learnt before may not hold any more. */
  noticeShift(): void {
    this.#shift.notice();
  }

  /** To be added to what is forecast from the present origin. */
  get correction(): number {
    return this.#correction(this.#bias.value);
  }

  /** Mean of the errors of late; NaN before there are enough. */
  get bias(): number {
    return this.#bias.value;
  }

  /** How far off forecasts have been of late against what is usual, and whether the level has shifted: 0 or 1. */
  get unrest(): readonly [recent: number, shifted: number] {
    const recent = this.#usual > 0 ? this.#relative(this.#spread.value) : 1;
    return [recent, this.#shift.isRecent ? 1 : 0];
  }

  /** Quantile of what corrected forecasts are wrong by, where they are as far off as usual; NaN: nothing judged. */
  quantile(level: number): number {
    return this.#quantiles.quantile(level);
  }

  /** The part of the season that a grid point belongs to: within it, and from one origin, forecasts are equally far off. */
  partOf(index: number): number {
    return this.#seasonal.partOf(index);
  }

  /** How far off the forecast for grid point `index` from the present origin may be, against what is usual. */
  relativeSpread(index: number): number {
    return this.#relativeSpread(index, this.#spread.value);
  }

  toJSON(): KnotErrorsState {
    return {
      bias: this.#bias.toJSON(),
      spread: this.#spread.toJSON(),
      origins: encodeFloats(this.#origins),
      seasonal: this.#seasonal.toJSON(),
      quantiles: this.#quantiles.toJSON(),
      shift: this.#shift.toJSON(),
      sums: encodeFloats([this.#usual, this.#judged, this.#product, this.#square]),
    };
  }

  #learn(index: number, error: number, bias: number, spread: number): void {
    const residual = error - this.#correction(bias);
    const normalised = residual / this.#relativeSpread(index, spread);
    this.#shift.push(residual, this.#usual);
    if (this.#shift.isRecent) this.#quantiles.push(normalised);
    else this.#quantiles.keep(normalised);
    this.#learnLasting(error, bias);
    // Forecasts of a load that has been zero so far are exact: that says nothing of the errors to come.
    const bound = this.#usual > 0 ? SPREAD_BOUND * this.#usual : Infinity;
    const distance = Math.min(Math.abs(residual), bound);
    this.#judged++;
    this.#usual = Number.isNaN(this.#usual)
      ? distance
      : this.#usual + (distance - this.#usual) / Math.min(this.#judged, USUAL_MEMORY);
    this.#seasonal.learn(index, distance);
    this.#spread.push(distance);
    this.#bias.push(error);
  }

  /** Errors far off tell nothing of what lasts: one incident would outweigh a week. */
  #learnLasting(error: number, bias: number): void {
    if (Number.isNaN(bias)) return;
    const keep = 1 - 1 / LASTING_MEMORY;
    const bounded = this.#bounded(bias);
    this.#product = keep * this.#product + this.#bounded(error) * bounded;
    this.#square = keep * this.#square + bounded * bounded;
  }

  #correction(bias: number): number {
    if (Number.isNaN(bias) || !(this.#square > 0)) return 0;
    return Math.min(Math.max(this.#product / this.#square, 0), 1) * this.#bounded(bias);
  }

  #bounded(error: number): number {
    const bound = (this.#shift.isRecent ? BIAS_BOUND_AFTER_SHIFT : BIAS_BOUND) * this.#usual;
    return Math.min(Math.max(error, -bound), bound);
  }

  #relativeSpread(index: number, recent: number): number {
    if (!(this.#usual > 0)) return 1;
    // `Math.sqrt` takes a fraction of the time of a power, which shows in the walk of a replay.
    return this.#relative(recent) ** RECENT_SHARE * Math.sqrt(this.#relative(this.#seasonal.at(index)));
  }

  /** @param spread NaN: not known */
  #relative(spread: number): number {
    return Number.isNaN(spread) ? 1 : Math.max(spread / this.#usual, LEAST_SPREAD);
  }
}
