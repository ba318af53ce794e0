import type { Composition } from './composition.js';
import type { Decision, Evidence } from './decision.js';
import type { Forecast } from './forecast.js';
import type { ModelSelection } from './model-selection.js';
import type { Series } from './series.js';

/** A fitted model as the store keeps it. */
export interface ModelRecord {
  readonly model: string;
  readonly fittedAtMs: number;
  /** Season lengths the fit was given, in steps. */
  readonly seasonSteps: readonly number[];
  /** Identifies the settings of the workload that model and evidence depend on; with others they are of no use. */
  readonly settings: string;
  /** What `FittedForecaster.toJSON` returned. */
  readonly state: unknown;
  readonly evidence: Evidence | null;
  /** Why this model; absent in records of earlier versions. */
  readonly selection?: ModelSelection | null;
}

/** The result of one step of one workload. Written whole or not at all. */
export interface WorkloadUpdate {
  readonly workloadId: string;
  /**
   * Identifies what the samples are (source, query, step). When it differs from what is stored, the stored history,
   * model and forecasts of the workload are dropped first: they describe something else.
   */
  readonly fingerprint: string;
  /** New or corrected samples; a NaN does not overwrite a known sample. */
  readonly samples?: Series;
  readonly model?: ModelRecord;
  readonly forecast?: Forecast;
  readonly decision?: Decision;
}

/** What a restart needs to serve again at once. */
export interface StoredWorkload {
  /** On one grid, from the first to the last stored sample; empty when there are none. */
  readonly samples: Series;
  readonly model: ModelRecord | null;
  readonly forecast: Forecast | null;
  readonly lastDecision: Decision | null;
}

export interface TimeRange {
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
}

/**
 * Keeps what can be rebuilt from the history source, so that a restart is quick, and the ledger of decisions, so that
 * they can be explained. Every method rejects with {@link StoreError} when the storage fails; callers go on from memory.
 */
export interface Store {
  /** @returns null when nothing is stored under this workload and fingerprint */
  load(workloadId: string, fingerprint: string, stepMs: number): Promise<StoredWorkload | null>;
  record(update: WorkloadUpdate): Promise<void>;
  /** Decisions in time order, the newest `limit` of the range. */
  decisions(workloadId: string, range: TimeRange, limit: number): Promise<readonly Decision[]>;
  /** The decision in force at `atMs`: the last one at or before it. */
  decisionAt(workloadId: string, atMs: number): Promise<Decision | null>;
  /** The newest forecast with an origin at or before `atMs`. */
  forecastAt(workloadId: string, atMs: number): Promise<Forecast | null>;
  recordComposition(composition: Composition): Promise<void>;
  /** Compositions of a ScaledObject in time order, the newest `limit` of the range. */
  compositions(objectId: string, range: TimeRange, limit: number): Promise<readonly Composition[]>;
  /** The composition in force at `atMs`: the last one at or before it. */
  compositionAt(objectId: string, atMs: number): Promise<Composition | null>;
  /** Drops samples, forecasts, and decisions and compositions, older than the given times. */
  prune(limits: { samplesBeforeMs: number; forecastsBeforeMs: number; decisionsBeforeMs: number }): Promise<void>;
  close(): Promise<void>;
}
