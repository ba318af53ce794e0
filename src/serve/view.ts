import type { Decision } from '../core/decision.js';
import type { Forecast } from '../core/forecast.js';
import type { HistoryMask } from '../core/history-mask.js';
import type { Series } from '../core/series.js';
import type { TimeRange } from '../core/store.js';
import type { Workload } from '../core/workload.js';

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
  /** Name of the model in use, its season lengths in milliseconds and when it was fitted; null while cold. */
  readonly model: { readonly name: string; readonly seasonsMs: readonly number[]; readonly fittedAtMs: number } | null;
  /** What of the history the model is not shown, as of its last training; null: no training since the start. */
  readonly masks: readonly HistoryMask[] | null;
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

export interface BacktestJob {
  readonly id: string;
  readonly request: BacktestRequest;
  readonly status: 'running' | 'done' | 'failed' | 'cancelled';
  readonly startedAtMs: number;
  readonly finishedAtMs: number | null;
  /** In [0, 1]. */
  readonly progress: number;
  readonly scores: readonly BacktestScore[] | null;
  readonly error: string | null;
}

export interface Backtests {
  /** @throws {UsageError} unknown workload or model, or too many running */
  start(request: BacktestRequest): BacktestJob;
  list(): readonly BacktestJob[];
  get(id: string): BacktestJob | undefined;
  /** @returns false when there is no such job */
  cancel(id: string): boolean;
  /** Calls `listener` with the job at every change until it ends. @returns a function that stops it */
  follow(id: string, listener: (job: BacktestJob) => void): () => void;
}

/** Everything the endpoints may ask the running service. The composition root implements it. */
export interface ServiceView {
  readonly backtests: Backtests;
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
