import { DEFAULT_LEVELS } from '../core/forecast.js';
import { UsageError } from '../core/errors.js';
import { formatDuration } from '../core/duration.js';
import type { Series } from '../core/series.js';
import type { Workload } from '../core/workload.js';
import { asTrained } from '../evaluate/as-trained.js';
import { backtest, finishBacktest } from '../evaluate/backtest.js';
import { allForecasters, forecasterByName, prepareForecaster } from '../forecast/registry.js';
import { mask, trimStart } from '../series/mask.js';
import type { BacktestJob, BacktestRequest, Backtests } from '../serve/view.js';
import { BackgroundJobs, type Work } from './background-jobs.js';

export interface BacktestJobsProps {
  /** The workload and its history; undefined when there is none of that id. */
  readonly find: (workloadId: string) => { readonly workload: Workload; readonly series: Series } | undefined;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Monotonic milliseconds, for timings. */
  readonly timer: () => number;
}

/** Backtests asked for over REST, one fit at a time. */
export class BacktestJobs extends BackgroundJobs<BacktestRequest, BacktestJob> implements Backtests {
  readonly #props: BacktestJobsProps;

  constructor(props: BacktestJobsProps) {
    super({ prefix: 'bt', plural: 'backtests' }, props.now);
    this.#props = props;
  }

  start(request: BacktestRequest): BacktestJob {
    const found = this.#props.find(request.workloadId);
    if (found === undefined) throw new UsageError(`there is no workload "${request.workloadId}"`);
    const forecasters = request.models.length === 0 ? allForecasters() : request.models.map(forecasterByName);
    const work = this.#work(request, found, forecasters);
    return this.begin(request, (job) => ({ ...job, scores: null }), work);
  }

  #work(
    { strideMs }: BacktestRequest,
    { workload, series: held }: { workload: Workload; series: Series },
    forecasters: ReturnType<typeof allForecasters>,
  ): Work<BacktestJob> {
    return async ({ signal, tell }) => {
      const series = mask(trimStart(held), workload.ignoreWindows);
      if (series.length === 0) throw tooShort(series, workload);
      await Promise.all(forecasters.map(({ name }) => prepareForecaster(name)));
      const contestants = forecasters.map((forecaster) => asTrained(forecaster, workload));
      const steps = backtest(series, contestants, {
        historyMs: historyFor(workload, series),
        horizonMs: workload.horizonMs,
        strideMs,
        levels: DEFAULT_LEVELS,
        seasonality: workload.seasonalityMs,
        signal,
        nowMs: this.#props.timer,
      });
      const { scores, origins } = await finishBacktest(steps, ({ done, total }) => tell(done / total));
      if (origins === 0) throw tooShort(series, workload);
      return { scores };
    };
  }
}

function tooShort(series: Series, { horizonMs }: Workload): UsageError {
  const span = formatDuration(series.length * series.stepMs);
  return new UsageError(
    `the history in memory spans ${span}, too short for a backtest with a horizon of ${formatDuration(horizonMs)}`,
  );
}

/** No more than the workload's window is in memory: models see five sevenths of it, and are scored on the rest. */
function historyFor(workload: Workload, series: Series): number {
  return Math.min(workload.historyWindowMs, series.length * series.stepMs) * (5 / 7);
}
