/**
 * What it is worth that trainings of `neural` go on from each other: `npm run bench:neural`. The time of a fit from nothing and
 * of a refit, beside that of `ridge`; and on generated loads, trained every six hours for five days, the accuracy of both.
 */
import { median } from 'simple-statistics';
import Table from 'cli-table3';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/core/duration.js';
import { DEFAULT_LEVELS } from '../../src/core/forecast.js';
import type { FitOptions, FittedForecaster } from '../../src/core/forecaster.js';
import { Series } from '../../src/core/series.js';
import { forecasterByName, prepareForecaster } from '../../src/forecast/registry.js';
import { neural } from '../../src/forecast/neural/neural.js';
import { generatedLoad } from '../support/generated-load.js';
import { noArguments } from '../support/no-arguments.js';
import { NEURAL_LOADS } from './neural-loads.js';

noArguments('npm run bench:neural: time and accuracy of trainings of `neural` that go on from each other');

/** Of the accuracy; the times are of 5,041 points at two minutes. */
const STEP_MS = 5 * MINUTE_MS;
const WEEK = (7 * DAY_MS) / STEP_MS;
const REFIT = (6 * HOUR_MS) / STEP_MS;
const HORIZON = (2 * HOUR_MS) / STEP_MS;
const OPTIONS: FitOptions = { horizonSteps: HORIZON, levels: DEFAULT_LEVELS, seasonSteps: [DAY_MS / STEP_MS] };
const SCORED = (5 * DAY_MS) / STEP_MS;
const SEED = 1;
const RUNS = 9;

/** Of so many forecasts. */
type Sums = { -readonly [Key in keyof Accuracy]: number } & { count: number };

interface Accuracy {
  /** Mean absolute error of the median. */
  readonly error: number;
  /** Pinball loss at 0.9. */
  readonly loss: number;
  /** At 0.9. */
  readonly coverage: number;
}

function timeOf(action: () => unknown): number {
  const startedMs = performance.now();
  action();
  return performance.now() - startedMs;
}

function printTimes(): void {
  const [points, later, stepMs] = [5_041, 180, 2 * MINUTE_MS];
  const options = { ...OPTIONS, horizonSteps: 60, seasonSteps: [720] };
  const load = new Series(0, stepMs, generatedLoad(points + later, stepMs));
  const previous = neural.fit(load.between(0, load.timeAt(points)), options).toJSON();
  const next = load.between(load.timeAt(later), load.endMs);
  const ridge = forecasterByName('ridge');
  const times = Array.from({ length: RUNS }, () => ({
    cold: timeOf(() => neural.fit(next, options)),
    warm: timeOf(() => neural.refit!(next, options, previous)),
    ridge: timeOf(() => ridge.fit(next, options)),
  }));
  const medianOf = (value: (time: (typeof times)[number]) => number): string => median(times.map(value)).toFixed(1);
  process.stdout.write(
    `from nothing ${medianOf(({ cold }) => cold)} ms, refit ${medianOf(({ warm }) => warm)} ms, ridge ${medianOf(({ ridge: ms }) => ms)} ms; ` +
      `in one run: refit ${medianOf(({ cold, warm }) => cold / warm)} times as fast, and ${medianOf(({ warm, ridge: ms }) => warm / ms)} times ridge\n`,
  );
}

/** @param isWarm whether each training goes on from the one before */
function accuracyOf(load: Series, isWarm: boolean): Accuracy {
  const sums: Sums = { error: 0, loss: 0, coverage: 0, count: 0 };
  let previous: unknown;
  for (let at = WEEK; at + REFIT + HORIZON <= load.length; at += REFIT) {
    const history = load.between(load.timeAt(at - WEEK), load.timeAt(at));
    const model: FittedForecaster = isWarm ? neural.refit!(history, OPTIONS, previous) : neural.fit(history, OPTIONS);
    for (let i = at; i < at + REFIT; i++) {
      if (i % 6 === 0) score(model, load, i, sums);
      model.update(load.values[i]!);
    }
    previous = model.toJSON();
  }
  const { error, loss, coverage, count } = sums;
  return { error: error / count, loss: loss / count, coverage: coverage / count };
}

function score(model: FittedForecaster, load: Series, from: number, sums: Sums): void {
  const forecast = model.forecast();
  const [middle, high] = [forecast.quantile(0.5), forecast.quantile(0.9)];
  for (const k of [0, HORIZON / 4 - 1, HORIZON / 2 - 1, HORIZON - 1]) {
    const actual = load.values[from + k]!;
    const above = actual - high[k]!;
    sums.error += Math.abs(actual - middle[k]!);
    sums.loss += Math.max(0.9 * above, -0.1 * above);
    sums.coverage += above <= 0 ? 1 : 0;
    sums.count++;
  }
}

await prepareForecaster('neural');
printTimes();
const table = new Table({
  head: ['load', 'error, refit / new', 'loss at 0.9', 'covered by 0.9: refit', 'new'],
});
for (const [name, make] of Object.entries(NEURAL_LOADS)) {
  const load = make(SEED, WEEK + SCORED + HORIZON, STEP_MS);
  const [warm, cold] = [accuracyOf(load, true), accuracyOf(load, false)];
  const ratios = [warm.error / cold.error, warm.loss / cold.loss, warm.coverage, cold.coverage];
  table.push([name, ...ratios.map((ratio) => ratio.toFixed(3))]);
}
process.stdout.write(`${table.toString()}\n`);
