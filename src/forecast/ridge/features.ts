import { MINUTE_MS } from '../../core/duration.js';
import type { ImputedValues } from './imputed-values.js';

/** Minutes; each becomes at least one step, and at most {@link LONGEST_WINDOW}. */
const LEVEL_MINUTES = [15, 60];
const SMOOTH_MINUTES = [10, 30];
const PROFILE_MINUTES = 15;
const MOST_SEASONS = 2;
/** Steps. Averaging over more adds no information, and would make the first forecast of a fine grid wait. */
export const LONGEST_WINDOW = 60;

/** What the features are computed from: windows in steps. */
interface Windows {
  /** Trailing means at the origin, and one season before it. */
  readonly levels: readonly number[];
  /** Half widths of the means around the target, one season earlier. */
  readonly smooth: readonly number[];
  /** Half width of the means around the target in all earlier seasons. */
  readonly profile: number;
  readonly seasons: readonly number[];
}

/**
 * The regressors of a row, for the pair (origin t, target u = t + h): first those that depend on the origin, then those
 * that depend on the target. All of them are known at the origin, because seasons are longer than the horizon.
 *
 * They say where the load is and was (the last two samples, trailing means), and for each season what the load was at
 * this time one season ago (exactly, and smoothed), its mean over all earlier seasons (the profile), and where the load
 * was one season before the origin, by which the regression corrects for a level that has moved. Few on purpose: longer
 * means tie the forecast to a past level, and lags over several seasons shorten the training set; both cost accuracy.
 */
export class Features {
  readonly #windows: Windows;
  /** Number of regressors that depend on the origin, the constant included. */
  readonly originCount: number;
  readonly count: number;
  /** First origin at which all regressors exist. */
  readonly firstOrigin: number;

  constructor(windows: Windows) {
    this.#windows = windows;
    const { levels, smooth, seasons } = windows;
    const longest = Math.max(1, ...levels);
    this.originCount = 3 + levels.length + seasons.length * (1 + levels.length);
    this.count = this.originCount + seasons.length * (smooth.length + 2);
    this.firstOrigin = Math.max(longest, ...seasons.map((season) => season + longest));
  }

  /** Writes the regressors that depend on the origin, from an index of `row` on; NaN where there is none yet. */
  writeOrigin(values: ImputedValues, origin: number, row: Float64Array, at: number): void {
    const { levels, seasons } = this.#windows;
    let i = at;
    row[i++] = 1;
    row[i++] = values.at(origin);
    row[i++] = values.at(origin - 1);
    for (const width of levels) row[i++] = values.mean(origin - width + 1, origin);
    for (const season of seasons) {
      const before = origin - season;
      row[i++] = values.at(before);
      for (const width of levels) row[i++] = values.mean(before - width + 1, before);
    }
  }

  /**
   * Writes the regressors that depend on the target, from an index of `row` on; NaN where there is none yet. The target may lie
   * up to a horizon after the last value.
   */
  writeTarget(values: ImputedValues, target: number, row: Float64Array, at: number): void {
    const { smooth, profile, seasons } = this.#windows;
    let i = at;
    for (const season of seasons) {
      const before = target - season;
      row[i++] = values.at(before);
      for (const half of smooth) row[i++] = values.mean(before - half, before + half);
      row[i++] = profileMean(values, target, season, profile);
    }
  }
}

/**
 * Chooses the windows for a series.
 *
 * @param seasonSteps season lengths in steps, strongest first; one that is not longer than the horizon (and the
 *   smoothing) counts as its smallest multiple that is
 * @param knownSamples of the series; a season that may leave fewer than `fewestRows` rows to learn from is dropped
 */
export function chooseFeatures(
  stepMs: number,
  horizonSteps: number,
  seasonSteps: readonly number[],
  knownSamples: number,
  fewestRows: number,
): Features {
  const steps = (minutes: number): number =>
    Math.min(LONGEST_WINDOW, Math.max(1, Math.round((minutes * MINUTE_MS) / stepMs)));
  const unique = (list: number[]): number[] => [...new Set(list)];
  const levels = unique(LEVEL_MINUTES.map(steps)).filter((width) => width > 1);
  const smooth = unique(SMOOTH_MINUTES.map(steps));
  const shortest = horizonSteps + Math.max(...smooth);
  const seasons = unique(seasonSteps.map((season) => season * Math.ceil(shortest / season)))
    .filter((season) => season + Math.max(1, ...levels) + horizonSteps + fewestRows <= knownSamples)
    .slice(0, MOST_SEASONS);
  return new Features({
    levels,
    smooth,
    profile: steps(PROFILE_MINUTES),
    seasons,
  });
}

/** Mean over all earlier seasons of the values around the same time of the season. */
function profileMean(values: ImputedValues, target: number, season: number, half: number): number {
  let sum = 0;
  let seasons = 0;
  for (let centre = target - season; centre >= 0; centre -= season) {
    sum += values.mean(centre - half, centre + half);
    seasons++;
  }
  return sum / seasons;
}
