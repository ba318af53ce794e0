import type { Composition } from '../core/composition.js';
import type { RecentCoverage } from '../core/coverage.js';
import type { Decision } from '../core/decision.js';
import type { Forecast } from '../core/forecast.js';
import type { HistoryMask } from '../core/history-mask.js';
import type { ModelSelection } from '../core/model-selection.js';
import type { ScaledObject } from '../core/scaled-object.js';
import type { Series } from '../core/series.js';
import type { TimeRange } from '../core/store.js';
import type { Workload } from '../core/workload.js';

export interface ModelStatus {
  readonly name: string;
  /** Season lengths in milliseconds. */
  readonly seasonsMs: readonly number[];
  readonly fittedAtMs: number;
  /** Why this model; null: too little history to compare, or not known since the start. */
  readonly selection: ModelSelection | null;
  /** Until when its forecasts lack what two days of history teach; null: that is over. */
  readonly provisionalUntilMs: number | null;
}

/** What one workload is doing, read from memory. */
export interface WorkloadStatus {
  readonly workload: Workload;
  /** The decision in force; null before the first one. */
  readonly decision: Decision | null;
  /** Why there is no decision yet, or null. */
  readonly notReadyReason: string | null;
  readonly forecast: Forecast | null;
  /** When the source last answered, epoch milliseconds; null: never. */
  readonly sourceAnsweredAtMs: number | null;
  /** The model in use; null while cold. */
  readonly model: ModelStatus | null;
  /** How often the load has been at or below the forecast for the end of the lead time, since the start; null: not known yet. */
  readonly coverage: RecentCoverage | null;
  /** What of the history the model is not shown, as of its last training; null: no training since the start. */
  readonly masks: readonly HistoryMask[] | null;
}

/** What one ScaledObject is doing with all its triggers, read from memory. */
export interface ScaledObjectStatus {
  readonly object: ScaledObject;
  /** The composition in force; null before the first one. */
  readonly composition: Composition | null;
  /** Polls that have failed since the process started, by position of the trigger. */
  readonly pollErrors: readonly number[];
}

export interface ScaledObjects {
  list(): readonly ScaledObjectStatus[];
  find(namespace: string, name: string): ScaledObjectStatus | undefined;
  /** @param objectId `{namespace}/{name}` */
  compositions(objectId: string, range: TimeRange, limit: number): Promise<readonly Composition[]>;
  compositionAt(objectId: string, atMs: number): Promise<Composition | null>;
}

/** A backtest asked for over REST. */
export interface BacktestRequest {
  readonly workloadId: string;
  /** Forecasters to compare; empty: all. */
  readonly models: readonly string[];
  readonly strideMs: number;
}

export interface BacktestScore {
  readonly model: string;
  readonly origins: number;
  readonly mae: number;
  /** MAE relative to seasonal-naive's on the same points; null when that is 0 or unknown. */
  readonly maeVsSeasonalNaive: number | null;
  readonly mase: number | null;
  readonly pinball: readonly { readonly level: number; readonly loss: number }[];
  readonly coverage: readonly { readonly level: number; readonly share: number }[];
  readonly fitMs: number;
  readonly forecastMs: number;
}

/** Work asked for over REST, which goes on in the background. */
export interface Job<Request> {
  readonly id: string;
  readonly request: Request;
  readonly status: 'running' | 'done' | 'failed' | 'cancelled';
  readonly startedAtMs: number;
  readonly finishedAtMs: number | null;
  /** In [0, 1]. */
  readonly progress: number;
  readonly error: string | null;
}

export interface BacktestJob extends Job<BacktestRequest> {
  /** null until it is done. */
  readonly scores: readonly BacktestScore[] | null;
}

/** All jobs of one kind. */
export interface Jobs<Request, J extends Job<Request>> {
  /** @throws {UsageError} an unknown workload, a request that makes no sense, or too many running */
  start(request: Request): J;
  list(): readonly J[];
  get(id: string): J | undefined;
  /** @returns false when there is no such job */
  cancel(id: string): boolean;
  /** Calls `listener` with the job at every change until it ends. @returns a function that stops it */
  follow(id: string, listener: (job: J) => void): () => void;
}

export type Backtests = Jobs<BacktestRequest, BacktestJob>;

/** A replay asked for over REST, on the history of a workload that is in memory. */
export interface ReplayRequest {
  readonly workloadId: string;
  /** From being scheduled to being ready: median and 95th percentile, or as it was measured. */
  readonly startup: { readonly p50Ms: number; readonly p95Ms: number } | { readonly samplesS: readonly number[] };
  /** Pods that find no room wait for a new node; null: there is always room. */
  readonly nodes: { readonly podsPerNode: number; readonly startupMs: number } | null;
  readonly terminationMs: number;
  /** How requests are served; null: no response times. */
  readonly latency: { readonly requestTimeMs: number; readonly concurrency: number } | null;
  /** Whether what finds no capacity waits, instead of being lost. */
  readonly queue: boolean;
  /** Deviation of the load within the steps of its record, relative to it, in (0, 1]; null: none. */
  readonly noise: { readonly deviation: number; readonly correlationMs: number } | null;
  /** From what happens to what a query answers; a rate window of 0: the metric is a gauge. */
  readonly pipeline: {
    readonly scrapeIntervalMs: number;
    readonly rateWindowMs: number;
    readonly adapterDelayMs: number;
  };
  /** For the start-up times and the noise. */
  readonly seed: number;
  /** Share of its capacity that a replica carries when it carries the target of the workload, in (0, 1]. */
  readonly targetUtilization: number;
  /** What the HPA looks at. */
  readonly hpaMetric: 'load' | 'cpu';
  /** What a setting is chosen by, null: the setting of the workload is replayed. */
  readonly objective: string | null;
  /** A condition on the outcome of tidecast; null: none. */
  readonly assertion: string | null;
}

/** What one policy came to. Numbers that are not known are NaN. */
export interface ReplayFigures {
  readonly policy: string;
  readonly description: string;
  readonly minutesShort: number;
  /** Of the known time. */
  readonly shareShort: number;
  readonly depth: number;
  readonly longestShortMinutes: number;
  readonly podHours: number;
  readonly podHoursVsOracle: number;
  readonly scaleUps: number;
  readonly scaleDowns: number;
  /** Response times in seconds; Infinity: too many requests found no steady state. null: not asked for. */
  readonly latency: { readonly p95S: number; readonly p99S: number } | null;
}

export interface ReplayVerdict {
  readonly text: string;
  readonly met: boolean;
}

export interface ReplayFindings {
  readonly fromMs: number;
  readonly toMs: number;
  /** tidecast first, the oracle last. */
  readonly policies: readonly ReplayFigures[];
  /** The setting that was chosen, for the spec of the ScaledObject; null: none was asked for. */
  readonly objective: (ReplayVerdict & { readonly yaml: string }) | null;
  readonly assertion: ReplayVerdict | null;
}

export interface ReplayJob extends Job<ReplayRequest> {
  /** null until it is done. */
  readonly findings: ReplayFindings | null;
}

export type Replays = Jobs<ReplayRequest, ReplayJob>;

/** Everything the endpoints may ask the running service. The composition root implements it. */
export interface ServiceView {
  readonly backtests: Backtests;
  readonly replays: Replays;
  readonly scaledObjects: ScaledObjects;
  /** Epoch milliseconds of the service's clock. */
  now(): number;
  workloads(): readonly WorkloadStatus[];
  /** @param metricName matched without regard to case, as the HPA lower-cases it */
  find(namespace: string, scaledObject: string, metricName: string): WorkloadStatus | undefined;
  /** Samples held in memory for the range, on the workload's grid. */
  history(workloadId: string, range: TimeRange): Series;
  forecastAt(workloadId: string, atMs: number): Promise<Forecast | null>;
  decisions(workloadId: string, range: TimeRange, limit: number): Promise<readonly Decision[]>;
  decisionAt(workloadId: string, atMs: number): Promise<Decision | null>;
}
