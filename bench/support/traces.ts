import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { MINUTE_MS, SECOND_MS } from '../../src/core/duration.js';
import { Series } from '../../src/core/series.js';

/** A recorded load series, as the folder's `INDEX.csv` lists it. */
export interface Trace {
  readonly file: string;
  /** Where it comes from: series of one family resemble each other. */
  readonly family: string;
  readonly stepMs: number;
  /** Families are in folds: what is learnt from many loads is judged on folds that it has not seen. NaN: the index has none. */
  readonly fold: number;
}

/** The series of a folder with steps of at most `maxStepMs`, in the order of its index. */
export function listTraces(folder: string, maxStepMs: number): Trace[] {
  const rows = parse<Record<string, string>>(readFileSync(join(folder, 'INDEX.csv')), { columns: true });
  return rows
    .map((row) => ({
      file: row['file']!,
      family: row['family']!,
      stepMs: Number(row['step_seconds']) * SECOND_MS,
      fold: Number(row['fold'] ?? NaN),
    }))
    .filter((trace) => trace.stepMs <= maxStepMs);
}

/**
 * Reads a file of `timestamp,value` lines (epoch seconds, ascending, on one grid). A line that is not there is a gap.
 *
 * @throws {RangeError} a line off the grid or not a number, with its line number
 */
export function readTrace(folder: string, { file, stepMs }: Trace): Series {
  const lines = readFileSync(join(folder, file), 'utf8').trim().split('\n').slice(1);
  const times = lines.map((line) => Number(line.split(',', 1)[0]) * SECOND_MS);
  const startMs = times[0]!;
  const values = new Float64Array((times.at(-1)! - startMs) / stepMs + 1).fill(NaN);
  for (const [i, line] of lines.entries()) {
    const index = (times[i]! - startMs) / stepMs;
    const value = Number(line.slice(line.indexOf(',') + 1));
    if (!Number.isInteger(index) || !Number.isFinite(value)) {
      throw new RangeError(`${file}, line ${i + 2}: "${line}" is not a sample on a grid of ${stepMs} ms`);
    }
    values[index] = value;
  }
  return new Series(startMs, stepMs, values);
}

/**
 * A 1-minute series as 2-minute means, the step at which tidecast queries by default; others unchanged. A pair with one
 * gap is its known half. Counts are averaged too: that only changes the unit.
 */
export function atQueryStep(series: Series): Series {
  if (series.stepMs !== MINUTE_MS) return series;
  const means = Float64Array.from({ length: Math.floor(series.length / 2) }, (_, i) => {
    const first = series.values[2 * i]!;
    const second = series.values[2 * i + 1]!;
    if (Number.isNaN(first)) return second;
    return Number.isNaN(second) ? first : (first + second) / 2;
  });
  return new Series(series.startMs, 2 * MINUTE_MS, means);
}
