import type { Clock } from '../core/clock.js';
import type { Decision, DecisionInput } from '../core/decision.js';
import { SECOND_MS } from '../core/duration.js';
import { TidecastError } from '../core/errors.js';
import type { Forecast } from '../core/forecast.js';
import type { HistorySource } from '../core/history-source.js';
import type { Logger } from '../core/logger.js';
import type { Observation, Series } from '../core/series.js';
import type { Store, WorkloadUpdate } from '../core/store.js';
import type { Workload } from '../core/workload.js';
import { IncrementalHistory } from '../history/incremental.js';
import { decide } from '../scaling/decide.js';
import { forecastWindow } from '../scaling/forecast-window.js';
import { decisionSettings } from '../scaling/settings.js';
import { mergeSeries } from '../series/grid.js';
import type { RunMetrics } from '../serve/self/run-metrics.js';
import type { WorkloadStatus } from '../serve/view.js';
import type { Trainer } from '../train/trainer.js';
import { fingerprint } from './fingerprint.js';
import { ModelKeeper } from './model-keeper.js';
import { nextMoment } from './next-moment.js';
import { withDeadline } from './with-deadline.js';

/** An observation that takes longer than this is of no use to the decision it was asked for. */
const LONGEST_WAIT_MS = 10 * SECOND_MS;
/** A first forecast that takes longer than this, because others are trained too, comes with a later decision. */
const FIRST_FORECAST_WAIT_MS = SECOND_MS;

const NO_NUMBER =
  'the query has no number now (no series, NaN, infinite or absurdly large); if the absence of a series means zero, append "or vector(0)" to it';

export interface WorkloadRunnerProps {
  readonly workload: Workload;
  readonly source: HistorySource;
  readonly store: Store;
  readonly trainer: Trainer;
  readonly clock: Clock;
  readonly metrics: RunMetrics;
  readonly logger: Logger;
  /** In [0, 1): this workload's place among the others. */
  readonly phase: number;
  /** Monotonic milliseconds, for durations that are reported. */
  readonly timer: () => number;
  /** How long a decision waits for an observation. Default: 10 s, or half the polling interval if that is shorter. */
  readonly longestWaitMs?: number;
}

/**
 * Runs one workload: at each tick it observes the load, takes up new history, forecasts, decides once, and records the
 * decision with all it was made from. A tick never throws for want of data; what is missing is part of the decision.
 */
export class WorkloadRunner {
  readonly workload: Workload;
  readonly #props: WorkloadRunnerProps;
  readonly #keeper: ModelKeeper;
  #history: IncrementalHistory;
  /** The pull under way. It may outlast a tick; a decision does not wait for it longer than for the observation. */
  #pull: Promise<void> | null = null;
  #pulledMs = -Infinity;
  #historyProblem: string | null = null;
  #decision: Decision | null = null;
  #sourceAnsweredAtMs: number | null = null;
  #lastError = '';
  #savedForecast: Forecast | null = null;
  /** What the next record takes to the store beside its decision and a new forecast. */
  #unsaved: Pick<WorkloadUpdate, 'samples' | 'model'> = {};

  constructor(props: WorkloadRunnerProps) {
    const { workload, source, trainer, logger, phase } = props;
    this.workload = workload;
    this.#props = props;
    this.#history = this.#newHistory(source);
    this.#keeper = new ModelKeeper({
      workload,
      phase,
      trainer,
      logger,
      onTrained: (model) => {
        this.#unsaved = { ...this.#unsaved, model };
      },
    });
  }

  /** What the endpoints show. */
  get status(): WorkloadStatus {
    return {
      workload: this.workload,
      decision: this.#decision,
      notReadyReason:
        this.#decision === null ? (this.#historyProblem ?? 'waiting for the first answer of the source') : null,
      forecast: this.#keeper.forecast,
      sourceAnsweredAtMs: this.#sourceAnsweredAtMs,
      model: this.#keeper.status,
      coverage: this.#keeper.coverage,
      masks: this.#keeper.masks,
    };
  }

  /** All samples in memory. */
  get series(): Series {
    return this.#history.series;
  }

  /**
   * Takes up what an earlier run left in the store and decides on it at once: a restart serves before the source has been
   * asked, and never a value that was decided before it.
   */
  async restore(): Promise<void> {
    const { store, source } = this.#props;
    const stored = await store.load(this.workload.id, fingerprint(this.workload), this.workload.stepMs);
    if (stored === null) return;
    this.#history = this.#newHistory(source, stored.samples);
    this.#keeper.restore(stored.model, stored.forecast);
    this.#savedForecast = stored.forecast;
    this.#decision = stored.lastDecision;
    await this.#decide(this.#nextMoment(), null, 'restarted, and the source has not answered yet');
  }

  /** One step: observe, learn, forecast, decide, record. Rejects only when `signal` is aborted. */
  async tick(signal: AbortSignal): Promise<Decision> {
    const { clock, source, workload } = this.#props;
    const atMs = this.#nextMoment();
    const waitMs = this.#props.longestWaitMs ?? Math.min(LONGEST_WAIT_MS, workload.pollingIntervalMs / 2);
    const pull = this.#keepUpToDate(atMs, signal);
    const [observed] = await Promise.allSettled([
      withDeadline(clock, waitMs, signal, (limit) => this.#observe(source, atMs, limit)),
      withDeadline(clock, waitMs, signal, () => pull).then(() => this.#firstForecast(waitMs, signal)),
    ]);
    signal.throwIfAborted();
    if (observed.status === 'rejected') return this.#decide(atMs, null, describe(observed.reason));
    if (observed.value === null) {
      return this.#decide(atMs, null, NO_NUMBER);
    }
    return this.#decide(atMs, observed.value, null);
  }

  /** Waits a little for a forecast where there is none, and none to go on with. */
  async #firstForecast(longestWaitMs: number, signal: AbortSignal): Promise<void> {
    const { training, status } = this.#keeper;
    if (training === null || status !== null) return;
    await withDeadline(this.#props.clock, Math.min(FIRST_FORECAST_WAIT_MS, longestWaitMs), signal, () => training);
  }

  #nextMoment(): number {
    return nextMoment(this.#props.clock.now(), this.#decision?.atMs ?? null);
  }

  async #observe(source: HistorySource, atMs: number, signal: AbortSignal): Promise<Observation | null> {
    const observation = await this.#measured(() => source.observe(this.workload.query, { atMs, signal }));
    this.#sourceAnsweredAtMs = this.#props.clock.now();
    return observation;
  }

  /** Pulls new history when another sample is the newest, also an earlier one, and no pull is under way. */
  #keepUpToDate(nowMs: number, signal: AbortSignal): Promise<void> {
    const newestMs = Math.floor(nowMs / this.workload.stepMs) * this.workload.stepMs;
    if (this.#pull === null && newestMs !== this.#pulledMs) {
      this.#pull = this.#refresh(nowMs, newestMs, signal).finally(() => (this.#pull = null));
    }
    return this.#pull ?? Promise.resolve();
  }

  /** Never rejects: what went wrong becomes part of the next decisions. */
  async #refresh(nowMs: number, newestMs: number, signal: AbortSignal): Promise<void> {
    try {
      const { series, fresh, corrected } = await this.#measured(() => this.#history.refresh(nowMs, signal));
      this.#pulledMs = newestMs;
      this.#historyProblem = null;
      this.#keeper.advance(series, corrected, nowMs, signal);
      const { samples: waiting } = this.#unsaved;
      this.#unsaved = { ...this.#unsaved, samples: waiting === undefined ? fresh : mergeSeries(waiting, fresh) };
    } catch (error) {
      if (signal.aborted) return;
      this.#historyProblem = describe(error);
    }
  }

  async #decide(atMs: number, observation: Observation | null, sourceProblem: string | null): Promise<Decision> {
    const { metrics } = this.#props;
    const decision = decide(this.workload.id, this.#input(atMs, observation, sourceProblem));
    this.#logChange(decision);
    this.#decision = decision;
    metrics.countDecision(decision);
    await this.#save(decision);
    return decision;
  }

  #input(atMs: number, observation: Observation | null, sourceProblem: string | null): DecisionInput {
    const settings = decisionSettings(this.workload);
    const previous = this.#decision;
    const { forecast, problem, evidence, samples, provisionalUntilMs } = this.#keeper;
    return {
      atMs,
      settings,
      observation,
      sourceProblem,
      forecast: forecast === null ? null : forecastWindow(forecast, settings, atMs),
      forecastProblem: this.#historyProblem ?? problem,
      history: {
        knownSamples: samples.knownSamples,
        neededSamples: Number.isFinite(samples.neededSamples) ? samples.neededSamples : 0,
        stepMs: this.workload.stepMs,
      },
      evidence,
      provisionalUntilMs,
      heldValue:
        previous === null || previous.input.observation === null ? (previous?.input.heldValue ?? null) : previous.value,
    };
  }

  async #save(decision: Decision): Promise<void> {
    const { store, metrics, logger } = this.#props;
    const { forecast } = this.#keeper;
    const saved = this.#savedForecast;
    const update = this.#unsaved;
    this.#unsaved = {};
    this.#savedForecast = forecast;
    try {
      await store.record({
        workloadId: this.workload.id,
        fingerprint: fingerprint(this.workload),
        ...update,
        ...(forecast !== null && forecast !== saved && { forecast }),
        decision,
      });
    } catch (error) {
      // Which samples are missing from the store is not worth tracking: the next record brings all of them.
      this.#unsaved = { ...update, ...this.#unsaved, samples: this.series };
      this.#savedForecast = saved;
      metrics.countStoreError();
      logger.error({ workload: this.workload.id, error: describe(error) }, 'decision not recorded, serving goes on');
    }
  }

  /** Times a request to the source. */
  async #measured<T>(request: () => Promise<T>): Promise<T> {
    const { metrics, timer } = this.#props;
    const startedMs = timer();
    const seconds = (): number => (timer() - startedMs) / 1_000;
    try {
      const answer = await request();
      metrics.observePoll({ ok: true, seconds: seconds() });
      return answer;
    } catch (error) {
      metrics.observePoll({ ok: false, seconds: seconds() });
      throw error;
    }
  }

  #logChange(decision: Decision): void {
    const { logger } = this.#props;
    const problem = decision.input.sourceProblem ?? decision.input.forecastProblem ?? '';
    if (decision.state === this.#decision?.state && problem === this.#lastError) return;
    this.#lastError = problem;
    const details = { workload: this.workload.id, state: decision.state, value: decision.value };
    if (decision.state === 'stale' || decision.state === 'degraded') logger.warn(details, decision.reason);
    else logger.info(details, decision.reason);
  }

  #newHistory(source: HistorySource, seed?: Series): IncrementalHistory {
    const { query, stepMs, historyWindowMs } = this.workload;
    return new IncrementalHistory({ source, query, stepMs, windowMs: historyWindowMs, ...(seed && { seed }) });
  }
}

/** An error as one line; our own carry everything in their message. */
function describe(error: unknown): string {
  if (error instanceof TidecastError) return error.message;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
