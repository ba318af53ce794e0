import { type Observation, Series } from '../core/series.js';

export interface GridRange {
  /** First grid time, inclusive, epoch milliseconds. */
  readonly startMs: number;
  /** Last grid time, inclusive: a whole number of steps after `startMs`. */
  readonly endMs: number;
  readonly stepMs: number;
}

/** How many grid points a range has: both ends count. */
export function countPoints({ startMs, endMs, stepMs }: GridRange): number {
  return Math.floor((endMs - startMs) / stepMs) + 1;
}

/**
 * Puts samples on a regular grid. The result starts at `startMs` and ends at `endMs`, both inclusive.
 *
 * - A sample belongs to the nearest grid time; halfway between two, to the later one.
 * - Of several samples for one grid time the nearest one counts, and of equally near ones the last one given.
 * - A sample whose value is NaN or infinite counts as absent: it leaves a gap and never displaces a known one.
 * - A sample more than half a step outside the range is left out. The samples may come in any order.
 *
 * @returns a series with NaN at every grid time without a sample, also when there are no samples at all
 * @throws {RangeError} a step that is not positive, ends out of order, or ends that are not whole steps apart
 */
export function toGrid(samples: readonly Observation[], range: GridRange): Series {
  const { startMs, endMs, stepMs } = range;
  const steps = (endMs - startMs) / stepMs;
  if (!(stepMs > 0) || !Number.isInteger(steps) || steps < 0) {
    throw new RangeError(`a grid from ${startMs} to ${endMs} ms is not a whole number of steps of ${stepMs} ms`);
  }
  const values = new Float64Array(steps + 1).fill(NaN);
  const distances = new Float64Array(steps + 1).fill(Infinity);
  for (const { timeMs, value } of samples) {
    const index = Math.round((timeMs - startMs) / stepMs);
    if (!(index >= 0 && index <= steps) || !Number.isFinite(value)) continue;
    const distance = Math.abs(timeMs - (startMs + index * stepMs));
    if (distance > distances[index]!) continue;
    values[index] = value;
    distances[index] = distance;
  }
  return new Series(startMs, stepMs, values);
}

/**
 * Joins what two readings know about the same thing into one series that covers both.
 *
 * Where both have a sample, `newer` wins; a gap never overwrites a known sample; the hole between two stretches that do
 * not touch is filled with gaps. `newer` means read later: its samples may well lie before those of `older`. Neither
 * input is modified; one of them is returned as it is when the other has no grid points.
 *
 * @throws {RangeError} different steps, or grids that do not coincide
 */
export function mergeSeries(older: Series, newer: Series): Series {
  if (older.stepMs !== newer.stepMs) {
    throw new RangeError(`series with steps of ${older.stepMs} and ${newer.stepMs} ms cannot be joined`);
  }
  if (older.length === 0) return newer;
  if (newer.length === 0) return older;
  const { stepMs } = older;
  const shift = (newer.startMs - older.startMs) / stepMs;
  if (!Number.isInteger(shift)) {
    throw new RangeError(
      `series from ${older.startMs} and ${newer.startMs} ms do not share a grid of ${stepMs} ms and cannot be joined`,
    );
  }
  const startMs = Math.min(older.startMs, newer.startMs);
  const endMs = Math.max(older.endMs, newer.endMs);
  const values = new Float64Array(Math.round((endMs - startMs) / stepMs)).fill(NaN);
  values.set(older.values, Math.max(0, -shift));
  const offset = Math.max(0, shift);
  newer.values.forEach((value, index) => {
    if (!Number.isNaN(value)) values[offset + index] = value;
  });
  return new Series(startMs, stepMs, values);
}
