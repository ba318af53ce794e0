import type { Series } from '../core/series.js';
import { horizonSteps } from '../core/workload.js';
import { playRound, prepareRound, samplesAfter, type BacktestForecast } from './backtest-round.js';
import { baselines, SEASONAL_NAIVE } from './baselines.js';
import type { Contestant } from './contestant.js';
import { countKnown } from './count-known.js';
import type { ModelScore } from './model-score.js';
import { ModelTally } from './model-tally.js';
import { seasonalNaiveWithQuantiles } from './quantile-yardstick.js';
import { rollingOrigins } from './rolling-origin.js';

export interface BacktestOptions {
  /** How far back a model sees; `historyMs / stepMs + 1` grid points, both ends included. */
  readonly historyMs: number;
  /** How far ahead it forecasts, rounded up to whole steps. */
  readonly horizonMs: number;
  /** Spacing of the origins, rounded to whole steps, at least one. */
  readonly strideMs: number;
  /** Quantile levels in (0, 1), ascending; 0.5 among them, as the median is what MAE and MASE score. */
  readonly levels: readonly number[];
  /** Season lengths in milliseconds, strongest first, or `auto`: found at each origin from the history before it. */
  readonly seasonality: 'auto' | readonly number[];
  /** Thins the origins evenly; see {@link rollingOrigins}. All by default. */
  readonly maxOrigins?: number;
  /** Aborting it makes the next step throw the signal's reason. */
  readonly signal?: AbortSignal;
  /** A monotonic timer in milliseconds, such as `performance.now`. Without it the timings are NaN. */
  readonly nowMs?: () => number;
  /** Called with every forecast that is scored, in the order in which they are made. */
  readonly onForecast?: (forecast: BacktestForecast) => void;
}

export interface BacktestProgress {
  /** Steps made; a step is one model at one origin. */
  readonly done: number;
  readonly total: number;
  readonly model: string;
  readonly originMs: number;
}

export interface BacktestResult {
  /** Origins at which the models were asked for a forecast. */
  readonly origins: number;
  /** Origins left out because nothing is known of the time after them. */
  readonly originsWithoutActuals: number;
  /** One per forecaster in the order given, then the baselines. */
  readonly scores: readonly ModelScore[];
}

/**
 * Replays the past of a series: at each origin, every model is fitted to the history before it alone, forecasts, and is
 * scored against what happened, always beside the {@link baselines}.
 *
 * The result is a generator that makes one fit per step and yields its progress, so that the caller decides when to let
 * others run, what to report and when to stop; its return value is the result (see {@link finishBacktest}). All models
 * are scored on the same points, those whose actual value is known, except where one cannot forecast for want of
 * history: such origins are listed in its score. Each model gets its own copy of the history, which ends at the origin:
 * there is no memory through which it could see further.
 *
 * A series shorter than one history and one horizon has no origins, and scores of NaN.
 *
 * @throws {RangeError} on the first step: a duration that is not positive, `maxOrigins` not a whole number >= 1, or
 *   levels without 0.5
 */
export function* backtest(
  series: Series,
  forecasters: readonly Contestant[],
  options: BacktestOptions,
): Generator<BacktestProgress, BacktestResult, void> {
  const contest = prepare(series, options);
  const enter = (contestant: Contestant): { contestant: Contestant; tally: ModelTally } => ({
    contestant,
    tally: new ModelTally(contestant.name, options.levels, contest.horizonSteps, series.stepMs),
  });
  const field = [...forecasters, ...baselines(series.stepMs)].map(enter);
  // Not one of the field: it is nobody's forecast, only what their quantiles are measured by.
  const yardstick = seasonalNaiveWithQuantiles(series.stepMs);
  const quantiles = yardstick === undefined ? undefined : enter(yardstick);
  const total = contest.origins.length * field.length;
  let done = 0;
  for (const origin of contest.origins) {
    const round = prepareRound(series, origin, { ...contest, ...options });
    if (quantiles !== undefined) playRound(round, quantiles.contestant, { tally: quantiles.tally });
    for (const { contestant, tally } of field) {
      options.signal?.throwIfAborted();
      playRound(round, contestant, { tally, ...options });
      done++;
      yield { done, total, model: contestant.name, originMs: round.history.lastMs };
    }
  }
  const yardsticks = {
    point: field.find(({ tally }) => tally.model === SEASONAL_NAIVE)?.tally,
    quantiles: quantiles?.tally,
  };
  return {
    origins: contest.origins.length,
    originsWithoutActuals: contest.originsWithoutActuals,
    scores: field.map(({ tally }) => tally.score(yardsticks)),
  };
}

/**
 * Runs a backtest to its end.
 *
 * @param onStep called after each step; the next one starts when what it returns has settled, so that a caller can let
 *   the event loop breathe
 */
export async function finishBacktest(
  run: Generator<BacktestProgress, BacktestResult, void>,
  onStep: (progress: BacktestProgress) => void | Promise<void>,
): Promise<BacktestResult> {
  for (;;) {
    const step = run.next();
    if (step.done === true) return step.value;
    await onStep(step.value);
  }
}

/** What holds for all origins of one backtest. */
interface Contest {
  readonly historySteps: number;
  readonly horizonSteps: number;
  readonly origins: readonly number[];
  readonly originsWithoutActuals: number;
}

function prepare(series: Series, options: BacktestOptions): Contest {
  for (const name of ['historyMs', 'horizonMs', 'strideMs'] as const) {
    if (!(options[name] > 0)) throw new RangeError(`${name} must be > 0, got ${options[name]}`);
  }
  if (!options.levels.includes(0.5)) {
    throw new RangeError(`levels must contain 0.5, which MAE and MASE score, got ${options.levels.join(', ')}`);
  }
  const steps = {
    historySteps: Math.floor(options.historyMs / series.stepMs) + 1,
    horizonSteps: horizonSteps({ horizonMs: options.horizonMs, stepMs: series.stepMs }),
  };
  const all = [
    ...rollingOrigins(series.length, {
      ...steps,
      strideSteps: Math.max(1, Math.round(options.strideMs / series.stepMs)),
      ...(options.maxOrigins === undefined ? {} : { maxOrigins: options.maxOrigins }),
    }),
  ];
  const origins = all.filter((origin) => countKnown(samplesAfter(series, origin, steps.horizonSteps)) > 0);
  return { ...steps, origins, originsWithoutActuals: all.length - origins.length };
}
