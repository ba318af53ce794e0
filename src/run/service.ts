import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../core/clock.js';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../core/duration.js';
import type { HistorySource } from '../core/history-source.js';
import type { Logger } from '../core/logger.js';
import type { Store } from '../core/store.js';
import type { PrometheusEndpoint, Workload } from '../core/workload.js';
import type { RunMetrics } from '../serve/self/run-metrics.js';
import type { ServiceView } from '../serve/view.js';
import type { Trainer } from '../train/trainer.js';
import { BacktestJobs } from './backtest-jobs.js';
import { phaseOf } from './fingerprint.js';
import { periodically } from './periodic.js';
import { RunningView } from './running-view.js';
import { WorkloadRunner } from './workload-runner.js';

/** First steps of many workloads are spread so that this many start per second: each begins with reading a whole window. */
const FIRST_TICKS_PER_SECOND = 20;
const PRUNE_PERIOD_MS = HOUR_MS;
/** Beyond the history window, for samples that a changed window would want back. */
const SAMPLES_MARGIN_MS = DAY_MS;
const KEEP_FORECASTS_MS = 2 * DAY_MS;
const KEEP_DECISIONS_MS = 14 * DAY_MS;

export interface ServiceProps {
  readonly workloads: readonly Workload[];
  /** Called once per endpoint; workloads with the same endpoint share the source and its limits. */
  readonly sourceFor: (endpoint: PrometheusEndpoint) => HistorySource;
  readonly store: Store;
  /** Shared by all workloads; the caller closes it. */
  readonly trainer: Trainer;
  readonly clock: Clock;
  readonly metrics: RunMetrics;
  readonly logger: Logger;
  /** Monotonic milliseconds. */
  readonly timer: () => number;
  /** As in `WorkloadRunnerProps`. */
  readonly longestWaitMs?: number;
}

/**
 * The running program without its endpoints: one loop per workload, and the view of them that endpoints read.
 */
export class Service {
  readonly view: ServiceView;
  readonly #view: RunningView;
  readonly #props: ServiceProps;
  readonly #sources = new Map<string, HistorySource>();
  readonly #backtests: BacktestJobs;
  readonly #abort = new AbortController();
  /** Of the workloads that were added; each ends its loop. */
  readonly #aborts = new Map<string, AbortController>();
  readonly #loops = new Set<Promise<void>>();
  /** Before it, no workload that is added makes its first step. */
  #nextFirstTickMs = -Infinity;

  constructor(props: ServiceProps) {
    const { workloads, store, clock, timer } = props;
    // Every loop listens to it: many listeners are no leak.
    setMaxListeners(0, this.#abort.signal);
    this.#props = props;
    this.#backtests = new BacktestJobs({
      find: (id) => this.#view.runner(id),
      now: () => clock.now(),
      timer,
    });
    this.view = this.#view = new RunningView({ store, clock, backtests: this.#backtests });
    for (const workload of workloads) this.#view.add(this.#newRunner(workload));
  }

  /** Takes up what is stored, then starts the loops. Resolves once every stored workload can be served. */
  async start(): Promise<void> {
    const runners = this.#view.runners();
    for (const runner of runners) await this.#restore(runner);
    const spreadMs = (runners.length / FIRST_TICKS_PER_SECOND) * SECOND_MS;
    for (const runner of runners) {
      const { id, pollingIntervalMs } = runner.workload;
      const firstDelayMs = Math.round(phaseOf(id) * Math.min(pollingIntervalMs, spreadMs));
      this.#keep(this.#loop(runner, firstDelayMs, this.#abort.signal));
    }
    this.#keep(this.#pruneLoop());
  }

  /** Starts one more workload; it is seen from now on, and makes its first step at once unless many are added. */
  addWorkload(workload: Workload): void {
    const runner = this.#newRunner(workload);
    const abort = new AbortController();
    this.#aborts.set(workload.id, abort);
    this.#view.add(runner);
    const signal = AbortSignal.any([this.#abort.signal, abort.signal]);
    const firstDelayMs = Math.min(workload.pollingIntervalMs, this.#untilNextFirstTick());
    this.#keep(this.#restore(runner).then(() => this.#loop(runner, firstDelayMs, signal)));
  }

  /** Ends a workload that was added; what is stored of it stays, for the case that it comes back. */
  removeWorkload(id: string): void {
    const runner = this.#view.runner(id);
    this.#aborts.get(id)?.abort();
    if (!this.#aborts.delete(id) || runner === undefined) return;
    this.#view.remove(runner);
    const key = JSON.stringify(runner.workload.endpoint);
    const isShared = this.#view.runners().some(({ workload }) => JSON.stringify(workload.endpoint) === key);
    if (!isShared) this.#sources.delete(key);
  }

  /** Ends all loops and waits for the steps under way, at most `graceMs` of real time. */
  async stop(graceMs = 5 * SECOND_MS): Promise<void> {
    this.#abort.abort();
    this.#backtests.close();
    await Promise.race([Promise.allSettled(this.#loops), wait(graceMs, undefined, { ref: false })]);
  }

  #untilNextFirstTick(): number {
    const nowMs = this.#props.clock.now();
    const firstTickMs = Math.max(nowMs, this.#nextFirstTickMs);
    this.#nextFirstTickMs = firstTickMs + SECOND_MS / FIRST_TICKS_PER_SECOND;
    return firstTickMs - nowMs;
  }

  #newRunner(workload: Workload): WorkloadRunner {
    const { store, trainer, clock, metrics, logger, timer, longestWaitMs } = this.#props;
    return new WorkloadRunner({
      workload,
      source: this.#sourceOf(workload.endpoint),
      store,
      trainer,
      clock,
      metrics,
      logger,
      phase: phaseOf(workload.id),
      timer,
      ...(longestWaitMs !== undefined && { longestWaitMs }),
    });
  }

  #sourceOf(endpoint: PrometheusEndpoint): HistorySource {
    const key = JSON.stringify(endpoint);
    const source = this.#sources.get(key) ?? this.#props.sourceFor(endpoint);
    this.#sources.set(key, source);
    return source;
  }

  /** A loop ends by abort only; should one fail, that is a bug and must be seen, not swallowed until the end. */
  #keep(loop: Promise<void>): void {
    const kept = loop
      .catch((error: unknown) => {
        this.#props.logger.error({ error: String(error) }, 'a loop has ended unexpectedly');
      })
      .finally(() => this.#loops.delete(kept));
    this.#loops.add(kept);
  }

  async #restore(runner: WorkloadRunner): Promise<void> {
    try {
      await runner.restore();
    } catch (error) {
      const details = { workload: runner.workload.id, error: String(error) };
      this.#props.logger.warn(details, 'stored state not readable; starting from the source');
    }
  }

  async #loop(runner: WorkloadRunner, firstDelayMs: number, signal: AbortSignal): Promise<void> {
    const { clock, metrics, timer } = this.#props;
    const phase = phaseOf(runner.workload.id);
    const periodMs = runner.workload.pollingIntervalMs;
    await periodically({
      clock,
      periodMs,
      phase,
      firstDelayMs,
      signal,
      work: async (latenessMs) => {
        const startedMs = timer();
        try {
          await runner.tick(signal);
        } catch (error) {
          if (signal.aborted) return;
          this.#props.logger.error({ workload: runner.workload.id, error: String(error) }, 'step failed');
        }
        metrics.observeTick({
          seconds: (timer() - startedMs) / 1_000,
          latenessSeconds: latenessMs / 1_000,
        });
      },
    });
  }

  async #pruneLoop(): Promise<void> {
    const { clock, store, metrics, logger } = this.#props;
    await periodically({
      clock,
      periodMs: PRUNE_PERIOD_MS,
      phase: 0.5,
      firstDelayMs: MINUTE_MS,
      signal: this.#abort.signal,
      work: async () => {
        const nowMs = clock.now();
        const longestWindowMs = this.#view
          .runners()
          .reduce((longest, { workload }) => Math.max(longest, workload.historyWindowMs), 0);
        try {
          await store.prune({
            samplesBeforeMs: nowMs - longestWindowMs - SAMPLES_MARGIN_MS,
            forecastsBeforeMs: nowMs - KEEP_FORECASTS_MS,
            decisionsBeforeMs: nowMs - KEEP_DECISIONS_MS,
          });
        } catch (error) {
          metrics.countStoreError();
          logger.error({ error: String(error) }, 'old records not removed');
        }
      },
    });
  }
}
