/** The quantile levels every forecaster is asked for unless told otherwise. */
export const DEFAULT_LEVELS: readonly number[] = Object.freeze([0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99]);

/** What is expected of the highest value within the first `steps` steps after the origin, forecast as such. */
export interface WindowMaximum {
  readonly steps: number;
  /** One per level of the forecast, ascending, in the unit of the series. */
  readonly values: Float64Array;
}

export interface ForecastProps {
  readonly model: string;
  readonly originMs: number;
  readonly stepMs: number;
  readonly levels: readonly number[];
  readonly values: readonly Float64Array[];
  /** Default: none. */
  readonly windowMaxima?: readonly WindowMaximum[];
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
  /** The highest values of some windows, by their length, ascending; empty where none was forecast directly. */
  readonly windowMaxima: readonly WindowMaximum[];

  /**
   * @throws {RangeError} levels outside (0, 1) or not ascending, arrays of different or zero length, a value that is
   *   not finite, quantiles that cross, or windows that are not ascending
   */
  constructor({ model, originMs, stepMs, levels, values, windowMaxima = [] }: ForecastProps) {
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
    windowMaxima.forEach((window, w) => {
      checkWindow(window, windowMaxima[w - 1], levels);
    });
    this.model = model;
    this.originMs = originMs;
    this.stepMs = stepMs;
    this.levels = Object.freeze([...levels]);
    this.values = Object.freeze([...values]);
    this.windowMaxima = Object.freeze([...windowMaxima]);
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
    const { upper, weight } = this.#between(level);
    const above = this.values[upper]!;
    if (weight === 1) return above;
    return this.values[upper - 1]!.map((value, k) => value + weight * (above[k]! - value));
  }

  /**
   * One quantile of the highest value from the origin to a moment, forecast directly.
   *
   * @returns of the shortest window that reaches that far; NaN: none does
   * @throws {RangeError} as {@link quantile}
   */
  highestUntil(timeMs: number, level: number): number {
    const { upper, weight } = this.#between(level);
    const window = this.windowMaxima.find(({ steps }) => this.originMs + steps * this.stepMs >= timeMs);
    if (window === undefined) return NaN;
    const above = window.values[upper]!;
    return weight === 1 ? above : window.values[upper - 1]! + weight * (above - window.values[upper - 1]!);
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

  /** The first stored level at or above one, and its weight against the level before. */
  #between(level: number): { readonly upper: number; readonly weight: number } {
    const upper = this.levels.findIndex((stored) => stored >= level);
    if (upper === -1 || !(level >= this.levels[0]!)) {
      throw new RangeError(
        `level ${level} is outside the stored levels ${this.levels[0]!} to ${this.levels[this.levels.length - 1]!}`,
      );
    }
    if (this.levels[upper] === level) return { upper, weight: 1 };
    const low = this.levels[upper - 1]!;
    return { upper, weight: (level - low) / (this.levels[upper]! - low) };
  }
}

function checkWindow(
  { steps, values }: WindowMaximum,
  before: WindowMaximum | undefined,
  levels: readonly number[],
): void {
  if (!(steps > (before?.steps ?? 0))) throw new RangeError(`windows must ascend from 1 step, got one of ${steps}`);
  if (values.length !== levels.length) {
    throw new RangeError(`${levels.length} levels need as many values per window, got ${values.length}`);
  }
  if (!values.every((value, l) => Number.isFinite(value) && (l === 0 || value >= values[l - 1]!))) {
    throw new RangeError(`the values of a window must be finite and ascend, got ${values.join(', ')}`);
  }
}
