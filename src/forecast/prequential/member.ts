/**
 * One rule of a forecast: it reads a series once, sample by sample, and says after each what comes next. All its numbers
 * are on the square-root scale of `transform.ts`, but for the samples it is given.
 */
export interface Member {
  /**
   * Takes in the next sample, in the unit of the series; NaN for a gap, but never at first. Writes to `expected` what was
   * expected of it the steps of each knot earlier, from nothing that came after; NaN where nothing was, or when it is a gap.
   */
  push(sample: number, expected: Float64Array): void;
  /** Writes the forecasts of the next `path.length` steps; NaN, all of them, while there is too little to go by. */
  forecast(path: Float64Array): void;
  /** Plain data from which the member can be rebuilt, bit for bit. */
  toJSON(): unknown;
}
