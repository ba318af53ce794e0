/** The situations of one trace and what came, as rows to learn from, in a process of its own. */
import { writeFileSync } from 'node:fs';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/core/duration.js';
import { DEFAULT_LEVELS } from '../../src/core/forecast.js';
import { Registry } from '../../src/forecast/registry.js';
import type { PooledErrors, Situation } from '../../src/forecast/pooled/pooled-errors.js';
import { stabilise } from '../../src/forecast/transform.js';
import { findSeasons } from '../../src/series/seasonality.js';
import type { Series } from '../../src/core/series.js';
import { answerTasks } from '../support/children.js';
import { atQueryStep, readTrace, type Trace } from '../support/traces.js';

/** As the service: a model of seven days, updated for a day. */
const HISTORY_MS = 7 * DAY_MS;
const WALK_MS = DAY_MS;
/** Days of one trace that are walked through at most: more of the same teaches little. */
const MOST_DAYS = 24;
/** Between the origins that are kept. */
const STRIDE_MS = 20 * MINUTE_MS;
const HORIZON_MS = 2 * HOUR_MS;
/** Lead times, margins included, whose windows are kept. */
const LEAD_TIMES_MS = [2, 5, 7, 10, 13, 18].map((minutes) => minutes * MINUTE_MS);

export interface ExportTask {
  readonly folder: string;
  readonly trace: Trace;
  /** A folder for the rows. */
  readonly out: string;
}

export interface ExportedTrace {
  readonly file: string;
  readonly family: string;
  readonly path: { readonly rows: number; readonly columns: number };
  readonly windowMaximum: { readonly rows: number; readonly columns: number };
}

/** Keeps what it is asked, and says that nothing is wrong. */
class Recorder implements PooledErrors {
  readonly situations: Situation[] = [];

  quantiles(situation: Situation, levels: readonly number[]): Float64Array {
    this.situations.push(situation);
    return new Float64Array(levels.length);
  }
}

export function exportTrace({ folder, trace, out }: ExportTask): ExportedTrace {
  const recorded = readTrace(folder, trace);
  const path: Float64Array[] = [];
  const windowMaximum: Float64Array[] = [];
  for (const series of new Set([recorded, atQueryStep(recorded)])) walk(series, path, windowMaximum);
  const name = trace.file.replace('.csv', '');
  return {
    file: trace.file,
    family: trace.family,
    path: write(`${out}/${name}.path.f32`, path),
    windowMaximum: write(`${out}/${name}.window.f32`, windowMaximum),
  };
}

function walk(series: Series, path: Float64Array[], windowMaximum: Float64Array[]): void {
  const { stepMs } = series;
  const days = Math.floor((series.endMs - series.startMs - HISTORY_MS) / WALK_MS);
  const walked = Math.min(days, MOST_DAYS);
  for (let i = 0; i < walked; i++) {
    const day = Math.floor((i * days) / walked);
    const fitMs = series.startMs + HISTORY_MS + day * WALK_MS;
    const history = series.between(fitMs - HISTORY_MS, fitMs);
    const recorder = { path: new Recorder(), windowMaximum: new Recorder() };
    const forecaster = new Registry(recorder).byName('combination');
    const options = {
      horizonSteps: Math.round(HORIZON_MS / stepMs),
      levels: DEFAULT_LEVELS,
      seasonSteps: findSeasons(history),
      windowSteps: [...new Set(LEAD_TIMES_MS.map((leadTimeMs) => Math.ceil(leadTimeMs / stepMs) + 1))],
    };
    if (history.countKnown() < forecaster.minSamples(options)) continue;
    const model = forecaster.fit(history, options);
    // What a fit looked up, to try it, is not what a forecast would have been.
    for (const each of Object.values(recorder)) each.situations.length = 0;
    const first = Math.round((history.startMs - series.startMs) / stepMs);
    const offset = Math.round((fitMs - series.startMs) / stepMs);
    const stride = Math.max(1, Math.round(STRIDE_MS / stepMs));
    for (let k = offset; k < offset + WALK_MS / stepMs && k < series.length; k++) {
      model.update(series.values[k]!);
      if ((k - offset) % stride === 0 && !Number.isNaN(series.values[k]!)) model.forecast();
    }
    // The first known sample is what the values of a situation are relative to.
    const known = history.values.find((value) => !Number.isNaN(value))!;
    const row = (situation: Situation, target: number): Float64Array | null => {
      const error = (stabilise(target) - stabilise(known) - situation.centre) / situation.scale;
      return Number.isNaN(error) ? null : Float64Array.of(error, ...situation.features);
    };
    for (const situation of recorder.path.situations) {
      const middle = first + (situation.from + situation.to) / 2;
      const found = row(situation, series.values[middle] ?? NaN);
      if (found !== null) path.push(found);
    }
    for (const situation of recorder.windowMaximum.situations) {
      let highest = -Infinity;
      for (let j = situation.from; j <= situation.to; j++) {
        const value = series.values[first + j] ?? NaN;
        highest = Number.isNaN(value) ? NaN : Math.max(highest, value);
      }
      const found = row(situation, highest);
      if (found !== null) windowMaximum.push(found);
    }
  }
}

function write(file: string, rows: readonly Float64Array[]): { rows: number; columns: number } {
  const columns = rows[0]?.length ?? 0;
  const flat = new Float32Array(rows.length * columns);
  rows.forEach((row, i) => {
    flat.set(row, i * columns);
  });
  writeFileSync(file, flat);
  return { rows: rows.length, columns };
}

if (process.send !== undefined) answerTasks((task) => Promise.resolve(exportTrace(task as ExportTask)));
