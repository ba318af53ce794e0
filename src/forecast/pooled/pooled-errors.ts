/** One moment of one load, as seen by a model that has learnt from many. */
export interface Situation {
  /** What is known at the origin, free of units; see `situation-features.ts`. */
  readonly features: Float64Array;
  /** What is forecast, before it is corrected by pooled errors, on the scale of the regressions. */
  readonly centre: number;
  /** The unit of the pooled errors: about the distance from the median to the 0.9 quantile of the load's own errors; > 0. */
  readonly scale: number;
  readonly origin: number;
  /** Grid points that are forecast: first and last. */
  readonly from: number;
  readonly to: number;
}

/**
 * What forecasts were wrong by in such situations on many other loads.
 *
 * A load's own errors say how far off its forecasts usually are; a week holds too few of them to say how far off they are now: just
 * after a step, on a rise that is steeper than yesterday's, at the end of a burst. Many loads do.
 */
export interface PooledErrors {
  /**
   * Quantiles of (what came - centre) / scale.
   *
   * @param levels ascending, in (0, 1)
   * @returns one per level, ascending; null: nothing is known
   */
  quantiles(situation: Situation, levels: readonly number[]): Float64Array | null;
}

/** The pooled errors of the two kinds of forecasts; null: not known. */
export interface PooledModels {
  readonly path: PooledErrors | null;
  readonly windowMaximum: PooledErrors | null;
}
