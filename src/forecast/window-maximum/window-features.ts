import { MINUTE_MS } from '../../core/duration.js';
import { ImputedValues } from '../ridge/imputed-values.js';
import { LONGEST_WINDOW } from '../ridge/features.js';
import { RollingMaximum } from './rolling-maximum.js';

/** Trailing means, in minutes; each becomes at least one step. */
const LEVEL_MINUTES = [15, 60];
/** By how much a window is widened on both sides one season ago, in minutes: nothing comes at the very same minute. */
const WIDEN_MINUTES = [10, 30];
const MOST_SEASONS = 2;

/**
 * The regressors of one origin t for the highest value of the window (t, t + width]: where the load is and was (the last
 * two samples, trailing means, the highest of the last window), and for each season where it was one season before, the
 * highest value of the same window and of wider ones one season ago, their means, and the mean over all earlier seasons of
 * the highest value of the same window.
 */
export class WindowFeatures {
  readonly width: number;
  readonly count: number;
  /** First origin at which all regressors exist. */
  readonly firstOrigin: number;
  readonly #levels: readonly number[];
  readonly #widen: readonly number[];
  readonly #seasons: readonly number[];
  readonly #maximum: RollingMaximum;
  readonly #wideMaxima: readonly RollingMaximum[];

  /**
   * @param width of the window, in steps
   * @param seasonSteps strongest first; one that is not longer than the widest window counts as its smallest multiple that is
   * @param knownSamples a season that may leave fewer than `fewestRows` rows to learn from is dropped
   */
  constructor(
    width: number,
    { stepMs, seasonSteps }: { readonly stepMs: number; readonly seasonSteps: readonly number[] },
    { knownSamples, fewestRows }: { readonly knownSamples: number; readonly fewestRows: number },
  ) {
    const steps = (minutes: number): number =>
      Math.min(LONGEST_WINDOW, Math.max(1, Math.round((minutes * MINUTE_MS) / stepMs)));
    this.width = width;
    this.#levels = [...new Set(LEVEL_MINUTES.map(steps))].filter((level) => level > 1);
    this.#widen = [...new Set(WIDEN_MINUTES.map(steps))];
    const longest = Math.max(1, width, ...this.#levels);
    const widest = width + Math.max(...this.#widen);
    this.#seasons = [...new Set(seasonSteps.map((season) => season * Math.ceil(widest / season)))]
      .filter((season) => season + longest + width + fewestRows <= knownSamples)
      .slice(0, MOST_SEASONS);
    this.count = 4 + this.#levels.length + this.#seasons.length * (3 + this.#levels.length + 2 * this.#widen.length);
    this.firstOrigin = Math.max(longest, ...this.#seasons.map((season) => season + longest));
    this.#maximum = new RollingMaximum(width);
    this.#wideMaxima = this.#seasons.length === 0 ? [] : this.#widen.map((by) => new RollingMaximum(width + 2 * by));
  }

  /** Takes in the next value. */
  push(value: number): void {
    this.#maximum.push(value);
    for (const maximum of this.#wideMaxima) maximum.push(value);
  }

  /** The highest value of the window of an origin. */
  target(origin: number): number {
    return this.#maximum.at(origin + this.width);
  }

  /** @param values all that have been pushed, the origin's included */
  write(values: ImputedValues, origin: number, row: Float64Array): void {
    const { width } = this;
    let i = 0;
    row[i++] = 1;
    row[i++] = values.at(origin);
    row[i++] = values.at(origin - 1);
    row[i++] = this.#maximum.at(origin);
    for (const level of this.#levels) row[i++] = values.mean(origin - level + 1, origin);
    for (const season of this.#seasons) {
      const before = origin - season;
      row[i++] = values.at(before);
      row[i++] = this.#maximum.at(before + width);
      for (const level of this.#levels) row[i++] = values.mean(before - level + 1, before);
      for (let w = 0; w < this.#widen.length; w++) {
        const by = this.#widen[w]!;
        row[i++] = this.#wideMaxima[w]!.at(before + width + by);
        row[i++] = values.mean(before + 1 - by, before + width + by);
      }
      row[i++] = this.#seasonalMean(origin, season);
    }
  }

  /** Mean over all earlier seasons of the highest value of the same window. */
  #seasonalMean(origin: number, season: number): number {
    let sum = 0;
    let seasons = 0;
    for (let before = origin - season; before >= 0; before -= season) {
      sum += this.#maximum.at(before + this.width);
      seasons++;
    }
    return sum / seasons;
  }
}
