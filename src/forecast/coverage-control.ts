import { decodeFloats, encodeFloats } from './floats.js';
import { RollingQuantiles } from './rolling-quantiles.js';

/** Levels whose coverage is followed; others are corrected by interpolation, so that none depends on which are asked for. */
const LEVELS: readonly number[] = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99];
/**
 * A level is raised by twice what it fell short of lately, that is within some 400 residuals, thirteen hours at 2 min. On
 * the recorded loads that takes 1.1 % off the pinball loss of the ridge, and a day's coverage of 0.9 is off by 3.7 points
 * instead of 5.3. Once instead of twice takes off 1.6 %, but leaves a lasting shift half uncorrected.
 */
const STRENGTH = 2;
const MEMORY = 400;
/** Residuals judged by the same quantiles, which are then computed anew. */
const BLOCK = 16;

export interface CoverageControlState {
  readonly residuals: string;
  /** Of `LEVELS`: how far their coverage has fallen short of them lately. */
  readonly deficits: string;
  /** By which the present block is judged. */
  readonly thresholds: string;
  /** What a tie with a threshold counts for. */
  readonly tieShares: string;
  readonly judged: number;
}

/**
 * The quantiles of recent residuals, corrected by what they have covered: where fewer of the newest residuals than
 * promised were at or below the quantile of a level, it is read off higher up.
 *
 *     deficit <- deficit + (level - [residual <= Q(level + 2 deficit)] - deficit) / 400
 *
 * with Q the quantiles of the residuals kept. After a change of the load, plain quantiles would wait until the residuals
 * from before it have left. This is adaptive conformal inference with a leak, which keeps the levels of a load that does not
 * change where they belong. The corrected levels are put in order before use, so that quantiles never cross.
 *
 * @see Gibbs & Candes (2021), "Adaptive conformal inference under distribution shift", NeurIPS 34
 */
export class CoverageControl {
  readonly #residuals: RollingQuantiles;
  readonly #deficits: Float64Array;
  readonly #thresholds: Float64Array;
  readonly #tieShares: Float64Array;
  /** The corrected levels in order; null: not looked at since the last residual. */
  #levels: Float64Array | null = null;
  /** Residuals judged by, since one was only kept. */
  #judged: number;

  /**
   * @param capacity how many residuals are kept, >= 1
   * @param state what `toJSON` returned
   */
  constructor(capacity: number, state?: CoverageControlState) {
    const perLevel = (text: string | undefined): Float64Array =>
      text === undefined ? new Float64Array(LEVELS.length) : decodeFloats(text);
    this.#residuals = new RollingQuantiles(capacity, state === undefined ? [] : decodeFloats(state.residuals));
    this.#deficits = perLevel(state?.deficits);
    this.#thresholds = perLevel(state?.thresholds);
    this.#tieShares = perLevel(state?.tieShares);
    this.#judged = state?.judged ?? 0;
  }

  /** Judges the present quantiles by a residual, then keeps it. @throws {RangeError} a residual that is not finite */
  push(residual: number): void {
    this.#levels = null;
    this.#residuals.push(residual);
    if (this.#judged > 0) this.#judge(residual);
    if (this.#judged % BLOCK === 0) this.#startBlock();
    this.#judged++;
  }

  /**
   * Keeps a residual without judging by it, and takes back all corrections: for as long as a load does not change, the
   * plain quantiles are the better ones.
   *
   * @throws {RangeError} a residual that is not finite
   */
  keep(residual: number): void {
    this.#levels = null;
    this.#residuals.push(residual);
    this.#deficits.fill(0);
    this.#judged = 0;
  }

  /** The residual quantile that stands for a level in (0, 1); NaN while there are no residuals. */
  quantile(level: number): number {
    // Nothing is corrected.
    if (this.#judged === 0) return this.#residuals.quantile(level);
    this.#levels ??= this.#corrected().sort();
    return this.#residuals.quantile(interpolate(level, this.#levels));
  }

  toJSON(): CoverageControlState {
    return {
      residuals: encodeFloats(this.#residuals.toArray()),
      deficits: encodeFloats(this.#deficits),
      thresholds: encodeFloats(this.#thresholds),
      tieShares: encodeFloats(this.#tieShares),
      judged: this.#judged,
    };
  }

  #corrected(): Float64Array {
    return this.#deficits.map((deficit, l) => LEVELS[l]! + STRENGTH * deficit);
  }

  #judge(residual: number): void {
    for (let l = 0; l < LEVELS.length; l++) {
      const threshold = this.#thresholds[l]!;
      const covered = residual < threshold ? 1 : residual > threshold ? 0 : this.#tieShares[l]!;
      this.#deficits[l]! += (LEVELS[l]! - covered - this.#deficits[l]!) / MEMORY;
    }
  }

  /**
   * A load that has one value most of the time has as many residuals of 0. A tie then counts for as much as leaves the
   * level where it is, if residuals go on as they were: less of it than all, or every level above would sink.
   */
  #startBlock(): void {
    this.#corrected().forEach((level, l) => {
      const threshold = this.#residuals.quantile(level);
      const { below, atOrBelow } = this.#residuals.sharesBelow(threshold);
      this.#thresholds[l] = threshold;
      this.#tieShares[l] = atOrBelow === below ? 1 : Math.min(Math.max((level - below) / (atOrBelow - below), 0), 1);
    });
  }
}

/** Maps a level as `LEVELS` are mapped to `corrected`, linearly between them, with 0 and 1 fixed. */
function interpolate(level: number, corrected: Float64Array): number {
  const found = LEVELS.findIndex((each) => each >= level);
  const upper = found === -1 ? LEVELS.length : found;
  const from = LEVELS[upper - 1] ?? 0;
  const to = LEVELS[upper] ?? 1;
  const low = corrected[upper - 1] ?? 0;
  const high = corrected[upper] ?? 1;
  return low + ((level - from) / (to - from)) * (high - low);
}
