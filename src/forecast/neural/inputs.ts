import { MINUTE_MS, HOUR_MS } from '../../core/duration.js';
import type { ImputedValues } from '../ridge/imputed-values.js';

/** Lags reach so far back, in steps and in time. */
const LONGEST_LAG = 64;
const LONGEST_LAG_MS = 3 * HOUR_MS;
/** The load "now" is the mean over this time; everything is relative to it. */
const ANCHOR_MINUTES = 15;
/** Half width of the means around a target in earlier seasons. */
const SMOOTH_MINUTES = 10;
const MOST_SEASONS = 2;
/** Inputs are bounded, so that what was never seen cannot be extrapolated without limit. */
const BOUND = 10;
/**
 * Inputs lie on this grid: sums of the same samples in another unit differ in the last digits, and the steps of the training
 * would amplify that.
 */
const GRID = 2 ** -14;

/** What the inputs are computed from. */
export interface InputFrame {
  readonly stepMs: number;
  /** Season lengths in steps, each longer than the horizon and its smoothing. */
  readonly seasons: readonly number[];
  /** Steps ahead, ascending. */
  readonly knots: readonly number[];
}

/**
 * The seasons that a history of a length allows: each is the smallest multiple of one of those given that is known as a whole
 * at the origin, and leaves `fewestRows` rows to learn from.
 *
 * @param samples of the part of the history that is learnt from
 */
export function chooseSeasons(
  { stepMs, knots }: Omit<InputFrame, 'seasons'>,
  seasonSteps: readonly number[],
  samples: number,
  fewestRows: number,
): number[] {
  const horizon = knots.at(-1)!;
  const shortest = horizon + stepsOf(SMOOTH_MINUTES, stepMs);
  const multiples = seasonSteps.map((season) => season * Math.ceil(shortest / season));
  return [...new Set(multiples)]
    .filter((season) => season + LONGEST_LAG + horizon + fewestRows <= samples)
    .slice(0, MOST_SEASONS);
}

/** Steps of history before the first row, where there is no season. */
export { LONGEST_LAG };

/**
 * The inputs of the network at an origin, all relative to the load now and to the scale of its changes:
 *
 * - means over lags at a geometric spacing (0, 1, 2-3, 4-7, ...)
 * - for each season: the same lags one season earlier, how far the load was then from now, and how it went on from there to
 *   each knot
 * - how it went on from there in the mean of all earlier seasons
 */
export class NeuralInputs {
  /** Length of a row. */
  readonly count: number;
  /** First origin at which all inputs exist. */
  readonly firstOrigin: number;
  readonly #frame: InputFrame;
  /** Newest and oldest lag of each mean. */
  readonly #lags: readonly (readonly [number, number])[];
  readonly #anchor: number;
  readonly #smooth: number;

  constructor(frame: InputFrame) {
    const { stepMs, seasons, knots } = frame;
    this.#frame = frame;
    this.#lags = geometricLags(stepMs);
    this.#anchor = stepsOf(ANCHOR_MINUTES, stepMs);
    this.#smooth = stepsOf(SMOOTH_MINUTES, stepMs);
    const perSeason = 1 + this.#lags.length + knots.length;
    this.count = this.#lags.length + seasons.length * perSeason + (seasons.length > 0 ? 1 + knots.length : 0);
    this.firstOrigin = LONGEST_LAG + Math.max(0, ...seasons);
  }

  /** The load now: what inputs and targets are relative to. */
  anchor(values: ImputedValues, origin: number): number {
    return values.mean(origin - this.#anchor + 1, origin);
  }

  /** Writes the row of an origin at or after {@link firstOrigin}. @param scale > 0 */
  write(values: ImputedValues, origin: number, scale: number, row: Float64Array): void {
    const now = this.anchor(values, origin);
    const { seasons, knots } = this.#frame;
    let i = 0;
    const put = (difference: number): void => {
      row[i++] = bounded(difference / scale);
    };
    const putLags = (from: number, level: number): void => {
      for (const [newest, oldest] of this.#lags) put(values.mean(from - oldest, from - newest) - level);
    };
    putLags(origin, now);
    for (const season of seasons) {
      const before = origin - season;
      const then = this.anchor(values, before);
      put(then - now);
      putLags(before, then);
      for (const knot of knots) put(this.#around(values, before + knot) - then);
    }
    if (seasons.length === 0) return;
    const usual = this.#usual(values, origin);
    put(usual - now);
    for (const knot of knots) put(this.#usual(values, origin + knot) - usual);
  }

  #around(values: ImputedValues, index: number): number {
    return values.mean(index - this.#smooth, index + this.#smooth);
  }

  /** Mean over all earlier seasons of the load around the same time. */
  #usual(values: ImputedValues, target: number): number {
    const season = this.#frame.seasons[0]!;
    let sum = 0;
    let count = 0;
    for (let centre = target - season; centre >= 0; centre -= season, count++) sum += this.#around(values, centre);
    return sum / count;
  }
}

function geometricLags(stepMs: number): [number, number][] {
  const lags: [number, number][] = [[0, 0]];
  for (let newest = 1; 2 * newest <= LONGEST_LAG && newest * stepMs < LONGEST_LAG_MS; newest *= 2) {
    lags.push([newest, 2 * newest - 1]);
  }
  return lags;
}

function stepsOf(minutes: number, stepMs: number): number {
  return Math.min(LONGEST_LAG, Math.max(1, Math.round((minutes * MINUTE_MS) / stepMs)));
}

function bounded(value: number): number {
  return GRID * Math.round(Math.min(Math.max(value, -BOUND), BOUND) / GRID);
}
