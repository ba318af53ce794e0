import { setImmediate as breathe } from 'node:timers/promises';
import { formatDuration } from '../core/duration.js';
import { DEFAULT_LEVELS } from '../core/forecast.js';
import { UsageError } from '../core/errors.js';
import type { Series } from '../core/series.js';
import type { Workload } from '../core/workload.js';
import { asTrained } from '../evaluate/as-trained.js';
import { backtest, finishBacktest } from '../evaluate/backtest.js';
import { allForecasters, forecasterByName } from '../forecast/registry.js';
import { mask, trimStart } from '../series/mask.js';
import type { BacktestJob, BacktestRequest, Backtests } from '../serve/view.js';

/** Each takes the CPU from the service for milliseconds at a time; more at once would only finish later. */
const MOST_RUNNING = 2;
/** Finished jobs are kept for reading until this many newer ones exist. */
const MOST_KEPT = 50;

export interface BacktestJobsProps {
  /** The workload and its history; undefined when there is none of that id. */
  readonly find: (workloadId: string) => { readonly workload: Workload; readonly series: Series } | undefined;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Monotonic milliseconds, for timings. */
  readonly timer: () => number;
}

interface Running {
  job: BacktestJob;
  readonly abort: AbortController;
  readonly listeners: Set<(job: BacktestJob) => void>;
}

/** Backtests asked for over REST: run in the background, one fit at a time, so that serving goes on in between. */
export class BacktestJobs implements Backtests {
  readonly #props: BacktestJobsProps;
  readonly #jobs = new Map<string, Running>();
  #started = 0;

  constructor(props: BacktestJobsProps) {
    this.#props = props;
  }

  start(request: BacktestRequest): BacktestJob {
    const found = this.#props.find(request.workloadId);
    if (found === undefined) throw new UsageError(`there is no workload "${request.workloadId}"`);
    const forecasters = request.models.length === 0 ? allForecasters() : request.models.map(forecasterByName);
    const running = [...this.#jobs.values()].filter(({ job }) => job.status === 'running').length;
    if (running >= MOST_RUNNING) {
      throw new UsageError(
        `${running} backtests are running, which is the most at once; cancel one or try again later`,
      );
    }
    const entry: Running = {
      job: {
        id: `bt-${++this.#started}-${this.#props.now().toString(36)}`,
        request,
        status: 'running',
        startedAtMs: this.#props.now(),
        finishedAtMs: null,
        progress: 0,
        scores: null,
        error: null,
      },
      abort: new AbortController(),
      listeners: new Set(),
    };
    this.#jobs.set(entry.job.id, entry);
    this.#forgetOldest();
    void this.#run(entry, found, forecasters);
    return entry.job;
  }

  list(): readonly BacktestJob[] {
    return [...this.#jobs.values()].map(({ job }) => job);
  }

  get(id: string): BacktestJob | undefined {
    return this.#jobs.get(id)?.job;
  }

  cancel(id: string): boolean {
    const entry = this.#jobs.get(id);
    entry?.abort.abort();
    return entry !== undefined;
  }

  follow(id: string, listener: (job: BacktestJob) => void): () => void {
    const listeners = this.#jobs.get(id)?.listeners;
    listeners?.add(listener);
    return () => listeners?.delete(listener);
  }

  /** Cancels what is running. */
  close(): void {
    for (const { abort } of this.#jobs.values()) abort.abort();
  }

  /** Never rejects: the outcome is the job's status. */
  async #run(
    entry: Running,
    { workload, series: held }: { workload: Workload; series: Series },
    forecasters: ReturnType<typeof allForecasters>,
  ): Promise<void> {
    const { signal } = entry.abort;
    const series = mask(trimStart(held), workload.ignoreWindows);
    try {
      await breathe();
      if (series.length === 0) throw tooShort(series, workload);
      const contestants = forecasters.map((forecaster) => asTrained(forecaster, workload));
      const steps = backtest(series, contestants, {
        historyMs: historyFor(workload, series),
        horizonMs: workload.horizonMs,
        strideMs: entry.job.request.strideMs,
        levels: DEFAULT_LEVELS,
        seasonality: workload.seasonalityMs,
        signal,
        nowMs: this.#props.timer,
      });
      const { scores, origins } = await finishBacktest(steps, async ({ done, total }) => {
        this.#change(entry, { progress: done / total });
        await breathe();
      });
      if (origins === 0) throw tooShort(series, workload);
      this.#finish(entry, { status: 'done', progress: 1, scores });
    } catch (error) {
      if (signal.aborted) this.#finish(entry, { status: 'cancelled' });
      else this.#finish(entry, { status: 'failed', error: error instanceof Error ? error.message : String(error) });
    }
  }

  #finish(entry: Running, change: Partial<BacktestJob>): void {
    this.#change(entry, { ...change, finishedAtMs: this.#props.now() });
    entry.listeners.clear();
  }

  #change(entry: Running, change: Partial<BacktestJob>): void {
    entry.job = { ...entry.job, ...change };
    for (const listener of entry.listeners) listener(entry.job);
  }

  #forgetOldest(): void {
    for (const [id, { job }] of this.#jobs) {
      if (this.#jobs.size <= MOST_KEPT) return;
      if (job.status !== 'running') this.#jobs.delete(id);
    }
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
