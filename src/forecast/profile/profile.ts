/**
 * Robust seasonal profile with level correction.
 *
 *     sqrt(y(t + h)) = p(t + h) + c(h) d(t)
 *
 * p is the median of the recent samples at the same time of the season; d(t) is how far the load is from its profile
 * just now, an exponentially weighted mean over some minutes; c(h), between 0 and 1, is the share of such a deviation that
 * was still there h steps later, by least squares over all that was seen. Nothing is optimised beforehand: every sample is
 * judged by the profile and shares as they were before it, so that updating is the same as fitting anew.
 *
 * Profiles of this kind are the standard of load-curve forecasting; the correction by a decaying deviation is the AR(1)
 * adjustment of Taylor (2010), "Triple seasonal methods for short-term electricity demand forecasting", European Journal
 * of Operational Research 204(1), measured per horizon instead of assumed geometric. c(h) without an intercept is the
 * autocorrelation of the deviations where d(t) is not smoothed.
 *
 * Right for loads that run by the clock, with outliers. Not for loads whose days differ in shape, nor for strong growth:
 * the profile lags by half of the seasons it remembers. Does not apply when the data show no season.
 */
import { MINUTE_MS } from '../../core/duration.js';
import { filtered, type Filter } from '../filtered.js';
import { decodeFloats, encodeFloats } from '../floats.js';
import { atHorizon, horizonKnots, type HorizonKnots } from '../horizon-knots.js';
import { SeasonalMedian } from './seasonal-median.js';

const NAME = 'profile';
/** Seasons that make the profile: a week of days. An outage of three of them does not move a median. */
const DEPTH = 7;
/** Time constant of the deviation: shorter follows noise, longer comes late. */
const DEVIATION_MS = 7 * MINUTE_MS;
/** Shares measured; between them they are interpolated. */
const KNOTS = 12;

export const profile = filtered({
  name: NAME,
  warmupSteps: ({ seasonSteps }) => seasonSteps[0] ?? Infinity,
  start({ stepMs }, { seasonSteps, horizonSteps }) {
    return new ProfileFilter({ season: seasonSteps[0]!, horizonSteps, gain: 1 - Math.exp(-stepMs / DEVIATION_MS) });
  },
  restore(json) {
    const { settings, ...state } = json as ProfileState;
    return new ProfileFilter(settings, state);
  },
});

interface ProfileSettings {
  /** Steps. */
  readonly season: number;
  readonly horizonSteps: number;
  /** Weight of the newest sample in the deviation. */
  readonly gain: number;
}

interface ProfileState {
  readonly settings: ProfileSettings;
  readonly length: number;
  readonly medians: string;
  readonly deviations: string;
  readonly products: string;
  readonly squares: string;
}

class ProfileFilter implements Filter {
  readonly #settings: ProfileSettings;
  readonly #profile: SeasonalMedian;
  readonly #knots: HorizonKnots;
  /** The deviation as it was after each of the last steps: that after grid point `i` is at `i % horizonSteps`. */
  readonly #deviations: Float64Array;
  /** Per knot: sums of the deviations' products with those that came that much later, and of their squares. */
  readonly #products: Float64Array;
  readonly #squares: Float64Array;
  #length: number;

  constructor(settings: ProfileSettings, state?: Omit<ProfileState, 'settings'>) {
    const { season, horizonSteps } = settings;
    const floats = (text: string | undefined, length: number): Float64Array =>
      text === undefined ? new Float64Array(length) : decodeFloats(text);
    this.#settings = settings;
    this.#profile = new SeasonalMedian(season, DEPTH, state?.medians);
    this.#knots = horizonKnots(horizonSteps, KNOTS);
    this.#deviations = floats(state?.deviations, horizonSteps);
    this.#products = floats(state?.products, this.#knots.steps.length);
    this.#squares = floats(state?.squares, this.#knots.steps.length);
    this.#length = state?.length ?? 0;
  }

  push(value: number): void {
    const phase = this.#length % this.#settings.season;
    // NaN where value or profile are unknown.
    const deviation = value - this.#profile.at(phase);
    const before = this.#deviation;
    if (Number.isNaN(deviation)) this.#remember(before * this.#share(0));
    else {
      this.#measure(deviation);
      this.#remember(before + this.#settings.gain * (deviation - before));
    }
    if (!Number.isNaN(value)) this.#profile.push(phase, value);
  }

  forecast(path: Float64Array): void {
    const { season } = this.#settings;
    if (this.#length < season) {
      path.fill(NaN);
      return;
    }
    const deviation = this.#deviation;
    const shares = this.#knots.steps.map((_, knot) => this.#share(knot));
    let usual = this.#lastUsual();
    for (let h = 1; h <= path.length; h++) {
      const here = this.#profile.at((this.#length - 1 + h) % season);
      // A phase that was never seen is as the one before it.
      if (!Number.isNaN(here)) usual = here;
      path[h - 1] = usual + deviation * atHorizon(this.#knots, h, (knot) => shares[knot]!);
    }
  }

  toJSON(): ProfileState {
    return {
      settings: this.#settings,
      length: this.#length,
      medians: this.#profile.toJSON(),
      deviations: encodeFloats(this.#deviations),
      products: encodeFloats(this.#products),
      squares: encodeFloats(this.#squares),
    };
  }

  /** The newest deviation; 0 before the first. */
  get #deviation(): number {
    const slots = this.#deviations.length;
    return this.#deviations[(this.#length - 1 + slots) % slots]!;
  }

  #remember(deviation: number): void {
    this.#deviations[this.#length % this.#deviations.length] = deviation;
    this.#length++;
  }

  /** Learns from the deviation of the present grid point what was left of those before it. */
  #measure(deviation: number): void {
    this.#knots.steps.forEach((steps, knot) => {
      if (steps > this.#length) return;
      const earlier = this.#deviations[(this.#length - steps) % this.#deviations.length]!;
      this.#products[knot]! += earlier * deviation;
      this.#squares[knot]! += earlier * earlier;
    });
  }

  #share(knot: number): number {
    const square = this.#squares[knot]!;
    return square > 0 ? Math.min(1, Math.max(0, this.#products[knot]! / square)) : 0;
  }

  /** The profile at the present phase, or the nearest before it that was seen. */
  #lastUsual(): number {
    const { season } = this.#settings;
    for (let back = 1; back <= season; back++) {
      const usual = this.#profile.at((this.#length - back + season) % season);
      if (!Number.isNaN(usual)) return usual;
    }
    return NaN;
  }
}
