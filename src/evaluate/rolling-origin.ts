export interface RollingOriginOptions {
  /** Samples that a model sees at each origin, the origin's own included; >= 1. */
  readonly historySteps: number;
  /** Samples after each origin that are forecast and scored; >= 1. */
  readonly horizonSteps: number;
  /** Spacing of the origins; >= 1. */
  readonly strideSteps: number;
  /** At most so many origins; all by default. */
  readonly maxOrigins?: number;
}

/**
 * Where a model is asked for a forecast when its past is replayed: the indices of the last sample it may see, ascending.
 *
 * An origin needs the complete history before it and the complete horizon after it on the grid; whether those grid
 * points are known or gaps is not looked at here. The first origin is the first index that qualifies, and the others
 * follow at the stride. When that gives more than `maxOrigins`, that many are kept, evenly spaced over the list (rounded
 * to its nearest entry), the first and the last among them; `maxOrigins: 1` keeps the last.
 *
 * @param length number of grid points of the series; too short a series yields nothing
 * @throws {RangeError} an option that is not a whole number >= 1
 * @see Tashman (2000), "Out-of-sample tests of forecasting accuracy", Int. J. Forecasting 16(4), 437-450
 * @example [...rollingOrigins(10, { historySteps: 4, horizonSteps: 2, strideSteps: 2 })] // [3, 5, 7]
 */
export function* rollingOrigins(length: number, options: RollingOriginOptions): Generator<number, void, void> {
  for (const [name, value] of Object.entries(options) as [string, number][]) {
    if (!Number.isInteger(value) || value < 1)
      throw new RangeError(`${name} must be a whole number >= 1, got ${value}`);
  }
  const { historySteps, horizonSteps, strideSteps, maxOrigins } = options;
  const first = historySteps - 1;
  const candidates = Math.floor((length - 1 - horizonSteps - first) / strideSteps) + 1;
  const kept = Math.min(candidates, maxOrigins ?? candidates);
  for (let i = 0; i < kept; i++) {
    const candidate = kept === 1 ? candidates - 1 : Math.round((i * (candidates - 1)) / (kept - 1));
    yield first + candidate * strideSteps;
  }
}
