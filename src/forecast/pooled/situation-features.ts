import { DAY_MS, MINUTE_MS } from '../../core/duration.js';
import type { ImputedValues } from '../ridge/imputed-values.js';

/** Ages of single samples, in minutes: close together near the origin (Fibonacci). */
const LAG_MINUTES = [0, 1, 2, 3, 5, 8, 13, 21, 34, 55];
/** Trailing windows, in minutes. */
const MEAN_MINUTES = [5, 15, 60, 240, 1_440];
const EXTREME_MINUTES = [15, 60];
const DEVIATION_MINUTES = [15, 60, 240];
const CHANGE_MINUTES = [15, 60, 1_440];
/** Days before, each seen at the origin and at what is forecast. */
const DAYS = 7;
/** By how much what is forecast is widened on both sides on the days before, in minutes: nothing comes at the very same minute. */
const WIDEN_MINUTES = 10;
const BEFORE_MINUTES = 15;
const PER_DAY = 5;
const OF_STRETCH = 4;
const OF_ORIGIN =
  LAG_MINUTES.length +
  MEAN_MINUTES.length +
  2 * EXTREME_MINUTES.length +
  DEVIATION_MINUTES.length +
  CHANGE_MINUTES.length;

/** Share of the mean change per step that a scale is at least: a load that has been forecast perfectly so far is not known perfectly. */
const LEAST_SCALE = 0.5;
/** Features are limited to this size: beyond it they say "far off", and one outlier is like another. */
const LIMIT = 200;
/** So many to one: features are rounded, so that rounding in a load's unit does not change what is said of it. */
const GRAINS = 1e6;

/** Of those that have to be there: what has been learnt from loads with all of them says little of one with none. */
const FEWEST_DAYS = 3;

/** What is forecast, as a model of the load itself sees it. */
export interface Stretch {
  /** Grid points: first and last. */
  readonly from: number;
  readonly to: number;
  /** What is forecast of them, relative to the reference of the values. */
  readonly centre: number;
  /** Unit of distances; > 0. */
  readonly scale: number;
}

/**
 * What of a load's past is told to a model that has learnt from many: where the load is and was, how it has moved, and how it went
 * on from here on the seven days before. As distances from what is forecast now, in units of the load's own usual error, so
 * that neither the unit nor the size of a load matters; times are in minutes, so that the step hardly does.
 */
export class SituationFeatures {
  readonly values: ImputedValues;
  /** The same, for inner loops. */
  readonly #samples: Float64Array;
  /** Index of the newest value that is known. */
  readonly origin: number;
  readonly #stepMs: number;
  readonly #daySteps: number;
  /** Single samples, means and extremes at the origin. */
  readonly #levels: readonly number[];
  /** Deviations and mean changes up to the origin. */
  readonly #spreads: readonly number[];

  /**
   * The load up to an origin; of use until the next value.
   *
   * @param origin index of the newest value that is known; nothing after it is read
   */
  constructor(values: ImputedValues, stepMs: number, origin: number) {
    this.values = values;
    this.#samples = values.view;
    this.origin = origin;
    this.#stepMs = stepMs;
    this.#daySteps = Math.max(1, Math.round(DAY_MS / stepMs));
    const levels: number[] = [];
    for (const minutes of LAG_MINUTES) levels.push(values.at(Math.max(0, origin - this.#steps(minutes, 0))));
    for (const minutes of MEAN_MINUTES) levels.push(values.mean(this.#back(minutes), origin));
    for (const minutes of EXTREME_MINUTES) {
      const from = this.#back(minutes);
      levels.push(this.#least(from, origin), this.#most(from, origin));
    }
    const spreads: number[] = [];
    for (const minutes of DEVIATION_MINUTES) spreads.push(this.#deviation(this.#back(minutes), origin));
    for (const minutes of CHANGE_MINUTES) spreads.push(values.meanChange(this.#back(minutes), origin));
    this.#levels = levels;
    this.#spreads = spreads;
  }

  /** Whether enough of the past is known to describe a situation. */
  get areEnough(): boolean {
    return this.origin >= FEWEST_DAYS * this.#daySteps;
  }

  /** The smallest scale that makes sense for this load. */
  get leastScale(): number {
    return LEAST_SCALE * this.#spreads.at(-1)!;
  }

  /**
   * @param own what the load's own model says besides, in the unit of the values: distances, not levels
   * @param context numbers without a unit
   */
  describe(stretch: Stretch, own: readonly number[], context: readonly number[]): Float64Array {
    const { from, to, centre, scale } = stretch;
    const row = new Float64Array(context.length + OF_STRETCH + own.length + OF_ORIGIN + DAYS * PER_DAY);
    let i = 0;
    for (const number of context) row[i++] = tidy(number);
    row[i++] = tidy(this.#minutes(from - this.origin));
    row[i++] = tidy(this.#minutes(to - this.origin));
    row[i++] = tidy(this.#minutes(1));
    row[i++] = tidy((centre + this.values.reference) / scale);
    for (const distance of own) row[i++] = tidy(distance / scale);
    for (const level of this.#levels) row[i++] = tidy((level - centre) / scale);
    for (const spread of this.#spreads) row[i++] = tidy(spread / scale);
    for (let day = 1; day <= DAYS && day * this.#daySteps <= this.origin; day++) {
      this.#describeDay(day * this.#daySteps, stretch, row, i);
      i += PER_DAY;
    }
    return row;
  }

  /** Where the load was some days before the origin, and how it went on. @param ago in steps */
  #describeDay(ago: number, { from, to, centre, scale }: Stretch, row: Float64Array, at: number): void {
    const values = this.values;
    const then = this.origin - ago;
    const wide = this.#steps(WIDEN_MINUTES, 1);
    const most = this.#most(from - ago, to - ago);
    const around = Math.max(
      this.#most(from - ago - wide, from - ago - 1),
      most,
      this.#most(to - ago + 1, to - ago + wide),
    );
    row[at] = tidy((values.at(then) - centre) / scale);
    row[at + 1] = tidy((values.mean(then - this.#steps(BEFORE_MINUTES, 1) + 1, then) - centre) / scale);
    row[at + 2] = tidy((values.mean(from - ago, Math.min(to - ago, this.origin)) - centre) / scale);
    row[at + 3] = tidy((most - centre) / scale);
    row[at + 4] = tidy((around - centre) / scale);
  }

  /** First grid point of a trailing window. */
  #back(minutes: number): number {
    return Math.max(0, this.origin - this.#steps(minutes, 1) + 1);
  }

  #steps(minutes: number, least: number): number {
    return Math.max(least, Math.round((minutes * MINUTE_MS) / this.#stepMs));
  }

  #minutes(steps: number): number {
    return (steps * this.#stepMs) / MINUTE_MS;
  }

  /** Of the values from one grid point to another, as far as they are there; -Infinity: none is. */
  #most(from: number, to: number): number {
    const end = Math.min(to, this.origin);
    const samples = this.#samples;
    let most = -Infinity;
    for (let i = Math.max(0, from); i <= end; i++) if (samples[i]! > most) most = samples[i]!;
    return most;
  }

  #least(from: number, to: number): number {
    let least = Infinity;
    for (let i = from; i <= to; i++) if (this.#samples[i]! < least) least = this.#samples[i]!;
    return least;
  }

  #deviation(from: number, to: number): number {
    const mean = this.values.mean(from, to);
    let sum = 0;
    for (let i = from; i <= to; i++) sum += (this.#samples[i]! - mean) ** 2;
    return Math.sqrt(sum / (to - from + 1));
  }
}

/** What is not known is 0: as forecast, or as usual. */
function tidy(feature: number): number {
  if (feature > LIMIT) return LIMIT;
  if (feature < -LIMIT) return -LIMIT;
  return Number.isNaN(feature) ? 0 : Math.round(feature * GRAINS) / GRAINS;
}
