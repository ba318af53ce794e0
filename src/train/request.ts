import type { DecisionSettings, Evidence } from '../core/decision.js';
import type { FitOptions } from '../core/forecaster.js';
import type { HistoryMask } from '../core/history-mask.js';
import type { ModelSelection } from '../core/model-selection.js';
import type { IgnoreWindow } from '../core/workload.js';

/** A series as plain data, so that it can go to another thread or process. */
export interface HistoryData {
  readonly startMs: number;
  readonly stepMs: number;
  /** As in `Series`. Handed over with the request: whoever makes a request must not use this array afterwards. */
  readonly values: Float64Array<ArrayBuffer>;
}

/** All that a training needs to know of a workload. Plain data. */
export interface TrainRequest {
  readonly history: HistoryData;
  readonly ignoreWindows: readonly IgnoreWindow[];
  /** As in `Workload`. */
  readonly saturation?: number;
  /** As in `Workload`. */
  readonly timeZone?: string;
  /** A forecaster's name, or `auto`. */
  readonly model: string;
  /** Name of the model in use; absent: none. */
  readonly incumbent?: string;
  /** What its `toJSON` returned, for `Forecaster.refit`; used when it is chosen again. Absent: it cannot use it. */
  readonly previous?: unknown;
  /** Season lengths in milliseconds, or found from the data. */
  readonly seasonalityMs: readonly number[] | 'auto';
  readonly horizonSteps: number;
  readonly levels: readonly number[];
  readonly settings: Pick<DecisionSettings, 'quantile' | 'leadTimeMs' | 'targetPerReplica' | 'maxReplicaCount'>;
}

/** What comes of a training. Plain data. */
export interface TrainResult {
  /** null while the history is too short for any model. */
  readonly model: TrainedModel | null;
  /** Samples of the history that could be learnt from. */
  readonly knownSamples: number;
  /** As many known samples make a model possible, or a better one; Infinity: no number does. */
  readonly nextModelAtSamples: number;
  /** Why no amount of history like this one leads to a model; null when it is a matter of waiting, or there is one. */
  readonly problem: string | null;
  /** What of the history the model was not shown. */
  readonly masks: readonly HistoryMask[];
}

export interface TrainedModel {
  readonly name: string;
  /** What `FittedForecaster.toJSON` returned. */
  readonly state: unknown;
  readonly seasonSteps: readonly number[];
  readonly evidence: Evidence | null;
  /** Why this model; null while no candidate can be tried. */
  readonly selection: ModelSelection | null;
}

/** A fit of a model that has been chosen before, with the seasons that were found then. Plain data. */
export interface FitRequest {
  readonly history: HistoryData;
  readonly ignoreWindows: readonly IgnoreWindow[];
  /** As in `Workload`. */
  readonly saturation?: number;
  /** As in `Workload`. */
  readonly timeZone?: string;
  /** A forecaster's name. */
  readonly model: string;
  readonly options: FitOptions;
  /** As in `TrainRequest`. */
  readonly previous?: unknown;
}

/** What a task is at, in the order in which a training goes through them. */
export type Stage = 'seasons' | 'evidence' | 'fit';

/** Called at the beginning of each stage. What it throws ends the task. */
export type OnStage = (stage: Stage) => void;
