import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../core/clock.js';
import type { Decision } from '../core/decision.js';
import { SECOND_MS } from '../core/duration.js';
import type { HistorySource } from '../core/history-source.js';
import type { TargetReplicas } from '../core/composition.js';
import type { Logger } from '../core/logger.js';
import type { ScaledObject } from '../core/scaled-object.js';
import type { Store } from '../core/store.js';
import type { PrometheusEndpoint, Workload } from '../core/workload.js';
import type { RunMetrics } from '../serve/self/run-metrics.js';
import type { ServiceView } from '../serve/view.js';
import type { Trainer } from '../train/trainer.js';
import { BacktestJobs } from './backtest-jobs.js';
import { ReplayJobs } from './replay-jobs.js';
import { phaseOf } from './fingerprint.js';
import { ObjectRunner } from './object-runner.js';
import { pruneLoop } from './prune-loop.js';
import { RunningObjects } from './running-objects.js';
import { RunningView } from './running-view.js';
import { tickLoop } from './tick-loop.js';
import { WorkloadRunner } from './workload-runner.js';

/** First steps of many workloads are spread so that this many start per second: each begins with reading a whole window. */
const FIRST_TICKS_PER_SECOND = 20;
/** How long after a decision, in polling intervals, a ScaledObject is composed of it. */
const FOLLOWING_PHASE = 0.1;
/** The same at the start, when a decision may have to wait for a first forecast. */
const FIRST_FOLLOWING_MS = 2 * SECOND_MS;

export interface ServiceProps {
  readonly workloads: readonly Workload[];
  /** What is composed of several triggers; the workloads of its forecast triggers are among `workloads`. Default: none. */
  readonly objects?: readonly ScaledObject[];
  /** The replicas of the target of a ScaledObject. Default: nobody can tell. */
  readonly replicasOf?: (object: ScaledObject) => TargetReplicas | null;
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
 * The running program without its endpoints: one loop per workload and per ScaledObject, and the view of them that endpoints read.
 */
export class Service {
  readonly view: ServiceView;
  readonly #view: RunningView;
  readonly #props: ServiceProps;
  readonly #sources = new Map<string, HistorySource>();
  readonly #backtests: BacktestJobs;
  readonly #replays: ReplayJobs;
  readonly #objects: readonly ObjectRunner[];
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
    const objects = props.objects ?? [];
    this.#replays = new ReplayJobs({
      find: (id) => this.#view.runner(id),
      objectOf: ({ namespace, scaledObject }) => objects.find(({ id }) => id === `${namespace}/${scaledObject}`),
      now: () => clock.now(),
    });
    this.#objects = objects.map((object) => this.#newObjectRunner(object));
    const scaledObjects = new RunningObjects(store, this.#objects);
    this.view = this.#view = new RunningView({
      store,
      clock,
      backtests: this.#backtests,
      replays: this.#replays,
      scaledObjects,
    });
    for (const workload of workloads) this.#view.add(this.#newRunner(workload));
  }

  /** Takes up what is stored, then starts the loops. Resolves once every stored workload can be served. */
  async start(): Promise<void> {
    const runners = this.#view.runners();
    for (const runner of runners) await this.#restore(runner.workload.id, runner);
    for (const runner of this.#objects) await this.#restore(runner.object.id, runner);
    const spreadMs = (runners.length / FIRST_TICKS_PER_SECOND) * SECOND_MS;
    for (const runner of runners) {
      const { id, pollingIntervalMs } = runner.workload;
      const firstDelayMs = Math.round(phaseOf(id) * Math.min(pollingIntervalMs, spreadMs));
      this.#keep(this.#loop(runner, firstDelayMs, this.#abort.signal));
    }
    for (const runner of this.#objects) this.#keep(this.#objectLoop(runner, spreadMs));
    this.#keep(pruneLoop({ ...this.#props, workloads: () => this.#view.runners() }, this.#abort.signal));
  }

  /** Starts one more workload; it is seen from now on, and makes its first step at once unless many are added. */
  addWorkload(workload: Workload): void {
    const runner = this.#newRunner(workload);
    const abort = new AbortController();
    this.#aborts.set(workload.id, abort);
    this.#view.add(runner);
    const signal = AbortSignal.any([this.#abort.signal, abort.signal]);
    const firstDelayMs = Math.min(workload.pollingIntervalMs, this.#untilNextFirstTick());
    this.#keep(this.#restore(workload.id, runner).then(() => this.#loop(runner, firstDelayMs, signal)));
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
    this.#replays.close();
    const ended = Promise.allSettled(this.#loops).then(() =>
      Promise.all(this.#objects.map((runner) => runner.close())),
    );
    await Promise.race([ended, wait(graceMs, undefined, { ref: false })]);
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

  #newObjectRunner(object: ScaledObject): ObjectRunner {
    const { store, clock, metrics, logger, replicasOf = () => null } = this.#props;
    const decisionOf = (workloadId: string): Decision | null => this.#view.runner(workloadId)?.status.decision ?? null;
    return new ObjectRunner({ object, decisionOf, replicasOf, store, clock, metrics, logger });
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

  async #restore(id: string, runner: { restore(): Promise<void> }): Promise<void> {
    try {
      await runner.restore();
    } catch (error) {
      this.#props.logger.warn({ id, error: String(error) }, 'stored state not readable; starting from the source');
    }
  }

  async #loop(runner: WorkloadRunner, firstDelayMs: number, signal: AbortSignal): Promise<void> {
    const { id, pollingIntervalMs: periodMs } = runner.workload;
    const tick = (limit: AbortSignal): Promise<unknown> => runner.tick(limit);
    await tickLoop({ id, periodMs, phase: phaseOf(id), firstDelayMs, tick }, signal, this.#props);
  }

  /** A ScaledObject follows its first forecast trigger closely, so that it is composed of a decision just made. */
  async #objectLoop(runner: ObjectRunner, spreadMs: number): Promise<void> {
    const { id, pollingIntervalMs: periodMs, triggers } = runner.object;
    const leader = triggers.find((trigger) => trigger.kind === 'forecast')?.workload.id;
    const phase = leader === undefined ? phaseOf(id) : (phaseOf(leader) + FOLLOWING_PHASE) % 1;
    const firstDelayMs = Math.round(
      phaseOf(leader ?? id) * Math.min(periodMs, spreadMs) + (leader === undefined ? 0 : FIRST_FOLLOWING_MS),
    );
    const tick = (limit: AbortSignal): Promise<unknown> => runner.tick(limit);
    await tickLoop({ id, periodMs, phase, firstDelayMs, tick }, this.#abort.signal, this.#props);
  }
}
