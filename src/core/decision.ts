import type { Mode } from './workload.js';
import type { Observation } from './series.js';

/**
 * How far a decision can be trusted.
 *
 * - `cold`: not enough history for a forecast; the observed value is served.
 * - `fresh`: observation and forecast are both current.
 * - `degraded`: one of them is missing, old or not good enough; what is served is still safe.
 * - `stale`: nothing safe is left; every protocol answers with an error, never with a number.
 */
export type State = 'cold' | 'fresh' | 'degraded' | 'stale';

/** Which of the inputs the served number comes from. `held`: the last value decided on an observation. */
export type Origin = 'observed' | 'forecast' | 'held' | 'none';

/** The settings of a workload that a decision depends on. */
export interface DecisionSettings {
  readonly mode: Mode;
  readonly quantile: number;
  readonly leadTimeMs: number;
  readonly activationThreshold: number;
  readonly targetPerReplica: number;
  readonly maxReplicaCount: number;
  /** A forecast whose origin is older than this is no longer current. */
  readonly freshForMs: number;
}

/** The part of a forecast that a decision looks at: one quantile, from now to the end of the lead time. */
export interface ForecastWindow {
  readonly model: string;
  readonly originMs: number;
  /** Time of the last point of the whole forecast. */
  readonly endMs: number;
  readonly level: number;
  /** The points of the lead window, in time order; empty once the forecast is exhausted. */
  readonly points: readonly { readonly timeMs: number; readonly value: number }[];
  /** First time at which the served quantile needs more than the maximum replica count; null: not within the horizon. */
  readonly saturatesAtMs: number | null;
}

/**
 * What the workload's own history says about serving the forecast: mean pinball loss at the served level, of the largest
 * load within the lead time, over rolling origins. Lower is better.
 */
export interface Evidence {
  readonly origins: number;
  /** Loss of max(observed, forecast), in the unit of the series. */
  readonly servedLoss: number;
  /** Loss of serving the observed value alone. */
  readonly observedLoss: number;
}

/** Everything a decision is made from. Plain data: the ledger keeps it, so any decision can be made again. */
export interface DecisionInput {
  readonly atMs: number;
  readonly settings: DecisionSettings;
  /** The load now; null when unknown. */
  readonly observation: Observation | null;
  /** Why the observation is unknown; null when it is known. */
  readonly sourceProblem: string | null;
  /** null: there is no forecast yet. */
  readonly forecast: ForecastWindow | null;
  /** Why there is no forecast, or why it is not renewed; null when all is well. */
  readonly forecastProblem: string | null;
  /** Known samples, and how many a forecast needs, while there is none. */
  readonly history: { readonly knownSamples: number; readonly neededSamples: number; readonly stepMs: number };
  readonly evidence: Evidence | null;
  /** Until when forecasts lack what two days of history teach; null or absent: that is over, or was not recorded. */
  readonly provisionalUntilMs?: number | null;
  /** Value of the last decision that had an observation; null when there was none. */
  readonly heldValue: number | null;
}

/** What is served, made once per workload and step. */
export interface Decision {
  readonly workloadId: string;
  readonly atMs: number;
  readonly state: State;
  readonly origin: Origin;
  /** In the unit of the query; null: answer with an error. */
  readonly value: number | null;
  /** Whether the workload should run at all; null when that is unknown. */
  readonly active: boolean | null;
  /** One sentence on which a person can act. */
  readonly reason: string;
  readonly input: DecisionInput;
}
