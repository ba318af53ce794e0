/**
 * No load is larger, in whatever unit; what a source says beyond it counts as unknown, so that no sum or square of loads
 * overflows, nor the root of one in single precision (3e38), as which the residuals of window maxima are kept.
 */
export const LARGEST_LOAD = 1e70;

/**
 * Samples of one time series on a regular grid: value `i` belongs to the time `startMs + i * stepMs`.
 *
 * A NaN is a gap: the sample is not known. It is never the same as 0. Infinities do not occur. A series without values
 * is legal and means that the source has nothing for the range asked.
 */
export class Series {
  /** Time of the first sample, epoch milliseconds. */
  readonly startMs: number;
  /** Spacing of the samples in milliseconds, > 0. */
  readonly stepMs: number;
  /** One value per step, in the unit of the query; NaN marks a gap. Treat as read-only. */
  readonly values: Float64Array;

  /**
   * @throws {RangeError} a step that is not positive and finite, a start that is not finite, or an infinite value
   */
  constructor(startMs: number, stepMs: number, values: Float64Array) {
    if (!(stepMs > 0) || !Number.isFinite(stepMs)) throw new RangeError(`stepMs must be > 0, got ${stepMs}`);
    if (!Number.isFinite(startMs)) throw new RangeError(`startMs must be finite, got ${startMs}`);
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (value === Infinity || value === -Infinity) {
        throw new RangeError(`value ${i} is ${value}; a sample is finite, or NaN for a gap`);
      }
    }
    this.startMs = startMs;
    this.stepMs = stepMs;
    this.values = values;
  }

  /** Number of grid points, gaps included. */
  get length(): number {
    return this.values.length;
  }

  /** Time just after the last sample: where the next one would be. */
  get endMs(): number {
    return this.startMs + this.values.length * this.stepMs;
  }

  /** Time of the last grid point; NaN for a series without values. */
  get lastMs(): number {
    return this.values.length === 0 ? NaN : this.endMs - this.stepMs;
  }

  /** Time of grid point `index`, which may lie outside the series. */
  timeAt(index: number): number {
    return this.startMs + index * this.stepMs;
  }

  /** The sample at exactly `timeMs`; NaN for a gap, between grid points and outside the series. */
  at(timeMs: number): number {
    const index = (timeMs - this.startMs) / this.stepMs;
    return Number.isInteger(index) ? (this.values[index] ?? NaN) : NaN;
  }

  /**
   * The part of the series at or after `fromMs` and before `toMs`. Shares memory with this series.
   */
  between(fromMs: number, toMs: number): Series {
    const clamp = (index: number): number => Math.min(Math.max(index, 0), this.values.length);
    const from = clamp(Math.ceil((fromMs - this.startMs) / this.stepMs));
    const to = clamp(Math.ceil((toMs - this.startMs) / this.stepMs));
    return new Series(this.timeAt(from), this.stepMs, this.values.subarray(from, Math.max(from, to)));
  }

  /** Number of grid points that are not gaps. */
  countKnown(): number {
    let known = 0;
    for (const value of this.values) if (!Number.isNaN(value)) known++;
    return known;
  }
}

/** One measurement at one moment, as opposed to a point of a grid. */
export interface Observation {
  readonly timeMs: number;
  /** Finite, in the unit of the query. */
  readonly value: number;
}
