import { MINUTE_MS, SECOND_MS } from '../core/duration.js';
import type { Series } from '../core/series.js';

/** Prometheus' look-back: a query still answers with a sample of this age, so such a gap is never seen in a graph. */
const DEFAULT_BRIDGE_MS = 5 * MINUTE_MS;

/**
 * What the workload had to serve, second by second: value `s` holds from `startMs + s * 1000` for one second. NaN: not
 * known.
 */
export class Demand {
  /** Start of the first second, epoch milliseconds. */
  readonly startMs: number;
  /** One value per second, in the unit of the series. Treat as read-only. */
  readonly values: Float64Array;
  /** Sum of the known values before each second. */
  readonly #sums: Float64Array;
  /** Number of known values before each second. */
  readonly #known: Uint32Array;

  constructor(startMs: number, values: Float64Array) {
    this.startMs = startMs;
    this.values = values;
    this.#sums = new Float64Array(values.length + 1);
    this.#known = new Uint32Array(values.length + 1);
    let sum = 0;
    let known = 0;
    for (let s = 0; s < values.length; s++) {
      const value = values[s]!;
      if (!Number.isNaN(value)) {
        sum += value;
        known++;
      }
      this.#sums[s + 1] = sum;
      this.#known[s + 1] = known;
    }
  }

  /** Length in seconds. */
  get seconds(): number {
    return this.values.length;
  }

  /** End of the last second, epoch milliseconds. */
  get endMs(): number {
    return this.startMs + this.values.length * SECOND_MS;
  }

  /** Demand in one second; NaN where it is not known, and outside. */
  at(second: number): number {
    return this.values[second] ?? NaN;
  }

  /** Mean of the known seconds from `from` (inclusive) to `to` (exclusive), both within the demand; NaN: none is known. */
  mean(from: number, to: number): number {
    const known = this.#known[to]! - this.#known[from]!;
    return known === 0 ? NaN : (this.#sums[to]! - this.#sums[from]!) / known;
  }
}

/**
 * The demand behind a recorded series: linear between its samples, from the first to the last one.
 *
 * The recorded value is taken for the load at that moment. A query with a rate has smoothed and delayed it already; what
 * happened within the window of that rate is not in the record (see `noise` for a model of it).
 *
 * @param bridgeMs samples that are no further apart are connected; a longer gap stays unknown
 */
export function demandFromSeries(series: Series, bridgeMs = Math.max(DEFAULT_BRIDGE_MS, series.stepMs)): Demand {
  const { startMs, stepMs } = series;
  const seconds = Math.max(0, Math.floor((series.lastMs - startMs) / SECOND_MS) || 0);
  const values = new Float64Array(seconds).fill(NaN);
  let left = -1;
  for (let right = 0; right < series.length; right++) {
    if (Number.isNaN(series.values[right]!)) continue;
    if (left >= 0 && (right - left) * stepMs <= bridgeMs) interpolate(series, left, right, values);
    left = right;
  }
  return new Demand(startMs, values);
}

function interpolate(series: Series, left: number, right: number, values: Float64Array): void {
  const stepS = series.stepMs / SECOND_MS;
  const start = series.values[left]!;
  const slope = (series.values[right]! - start) / ((right - left) * stepS);
  const end = Math.min(values.length, Math.ceil(right * stepS));
  for (let s = Math.ceil(left * stepS); s < end; s++) values[s] = start + slope * (s - left * stepS);
}
