/** One series of the accuracy benchmark, in a process of its own. */
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../src/core/duration.js';
import { backtest, finishBacktest } from '../src/evaluate/backtest.js';
import type { ModelScore } from '../src/evaluate/model-score.js';
import { prepareForecaster } from '../src/forecast/registry.js';
import { contestantByName } from './auto-contestant.js';
import { answerTasks } from './support/children.js';
import { unseenRegistry } from './support/unseen.js';
import { atQueryStep, readTrace, type Trace } from './support/traces.js';

/**
 * What is done to every series. Results under different protocols are not compared. The levels are the service's
 * (`DEFAULT_LEVELS`) and 0.8, so that all of `CAPACITY_LEVELS` are scored as they were forecast.
 */
export const PROTOCOL = {
  maxStepMs: 10 * MINUTE_MS,
  historyMs: 7 * DAY_MS,
  horizonMs: 2 * HOUR_MS,
  strideMs: 3 * HOUR_MS,
  levels: [0.05, 0.1, 0.25, 0.5, 0.75, 0.8, 0.9, 0.95, 0.99],
  seasonality: 'auto',
} as const;

export interface SeriesTask {
  readonly folder: string;
  readonly trace: Trace;
  readonly models: readonly string[];
  readonly maxOrigins: number;
}

export interface SeriesResult {
  readonly file: string;
  readonly family: string;
  readonly origins: number;
  readonly scores: readonly ModelScore[];
}

export async function scoreSeries({ folder, trace, models, maxOrigins }: SeriesTask): Promise<SeriesResult> {
  await Promise.all(models.map(prepareForecaster));
  const series = atQueryStep(readTrace(folder, trace));
  const registry = unseenRegistry(trace);
  const contestants = models.map((name) => contestantByName(name, registry));
  const run = backtest(series, contestants, {
    ...PROTOCOL,
    maxOrigins,
    nowMs: () => performance.now(),
  });
  const { origins, scores } = await finishBacktest(run, () => undefined);
  return { file: trace.file, family: trace.family, origins, scores };
}

if (process.send !== undefined) answerTasks((task) => scoreSeries(task as SeriesTask));
