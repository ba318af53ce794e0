/** The quantile levels every forecaster is asked for unless told otherwise. */
export const DEFAULT_LEVELS: readonly number[] = Object.freeze([0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99]);

export interface ForecastProps {
  readonly model: string;
  readonly originMs: number;
  readonly stepMs: number;
  readonly levels: readonly number[];
  readonly values: readonly Float64Array[];
}

/**
 * What is expected after `originMs`, as quantiles: value `k` of each level belongs to the time
 * `originMs + (k + 1) * stepMs`. Immutable.
 */
export class Forecast {
  /** Name of the model that made it. */
  readonly model: string;
  /** Time of the last sample the model could see, epoch milliseconds. */
  readonly originMs: number;
  readonly stepMs: number;
  /** Quantile levels in (0, 1), ascending. */
  readonly levels: readonly number[];
  /** One array of `horizonSteps` values per level, in the unit of the series. Treat as read-only. */
  readonly values: readonly Float64Array[];

  /**
   * @throws {RangeError} levels outside (0, 1) or not ascending, arrays of different or zero length, a value that is
   *   not finite, or quantiles that cross
   */
  constructor({ model, originMs, stepMs, levels, values }: ForecastProps) {
    if (!Number.isFinite(originMs)) throw new RangeError(`originMs must be finite, got ${originMs}`);
    if (!(stepMs > 0) || !Number.isFinite(stepMs)) throw new RangeError(`stepMs must be > 0, got ${stepMs}`);
    if (levels.length === 0 || levels.length !== values.length) {
      throw new RangeError(`${levels.length} levels need as many value arrays, got ${values.length}`);
    }
    const horizonSteps = values[0]!.length;
    if (horizonSteps === 0) throw new RangeError('a forecast needs at least one step');
    for (let l = 0; l < levels.length; l++) {
      const level = levels[l]!;
      if (!(level > 0 && level < 1) || (l > 0 && level <= levels[l - 1]!)) {
        throw new RangeError(`levels must ascend within (0, 1), got ${levels.join(', ')}`);
      }
      const row = values[l]!;
      if (row.length !== horizonSteps) {
        throw new RangeError(`level ${level} has ${row.length} steps, level ${levels[0]!} has ${horizonSteps}`);
      }
      const below = l > 0 ? values[l - 1]! : undefined;
      for (let k = 0; k < horizonSteps; k++) {
        if (!Number.isFinite(row[k]!)) throw new RangeError(`level ${level}, step ${k + 1}: ${row[k]!} is not finite`);
        if (below !== undefined && row[k]! < below[k]!) {
          throw new RangeError(`quantiles cross at step ${k + 1}: level ${level} is below level ${levels[l - 1]!}`);
        }
      }
    }
    this.model = model;
    this.originMs = originMs;
    this.stepMs = stepMs;
    this.levels = Object.freeze([...levels]);
    this.values = Object.freeze([...values]);
    Object.freeze(this);
  }

  get horizonSteps(): number {
    return this.values[0]!.length;
  }

  /** Time of the last forecast point. */
  get endMs(): number {
    return this.originMs + this.horizonSteps * this.stepMs;
  }

  /** Time of forecast point `k`, zero-based. */
  targetMs(k: number): number {
    return this.originMs + (k + 1) * this.stepMs;
  }

  /**
   * One quantile over the whole horizon.
   *
   * @param level a stored level, or one between two stored levels, for which values are interpolated linearly
   * @throws {RangeError} a level outside the stored range: tails are not extrapolated
   */
  quantile(level: number): Float64Array {
    const upper = this.levels.findIndex((stored) => stored >= level);
    if (upper === -1 || !(level >= this.levels[0]!)) {
      throw new RangeError(
        `level ${level} is outside the stored levels ${this.levels[0]!} to ${this.levels[this.levels.length - 1]!}`,
      );
    }
    if (this.levels[upper] === level) return this.values[upper]!;
    const low = this.levels[upper - 1]!;
    const weight = (level - low) / (this.levels[upper]! - low);
    const below = this.values[upper - 1]!;
    const above = this.values[upper]!;
    return below.map((value, k) => value + weight * (above[k]! - value));
  }

  /**
   * One quantile at one moment, interpolated linearly between forecast points.
   *
   * @returns NaN before the first and after the last forecast point
   * @throws {RangeError} as {@link quantile}
   */
  at(timeMs: number, level: number): number {
    const row = this.quantile(level);
    const position = (timeMs - this.originMs) / this.stepMs - 1;
    const left = Math.floor(position);
    if (!(position >= 0) || position > row.length - 1) return NaN;
    const weight = position - left;
    return weight === 0 ? row[left]! : row[left]! + weight * (row[left + 1]! - row[left]!);
  }
}
