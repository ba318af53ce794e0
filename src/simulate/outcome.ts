import type { LatencyQuantiles } from './service/latency.js';

/** A stretch of time in which capacity was short without interruption. */
export interface ShortEpisode {
  readonly startMs: number;
  /** Exclusive. */
  readonly endMs: number;
  /** Largest share of what was to be served that found no capacity, in (0, 1]. */
  readonly depth: number;
}

/** What a replay came to. */
export interface Outcome {
  /** Minutes with a known demand: those that could be short. */
  readonly minutes: number;
  /** Minutes with an unknown demand; counted neither as short nor as served. */
  readonly minutesUnknown: number;
  /** Minutes in which there was more to serve than the ready pods can. */
  readonly minutesShort: number;
  /** Demand that found no capacity when it came, as a share of all demand. */
  readonly shortfall: number;
  /** Depth of the deepest episode. */
  readonly depth: number;
  readonly longestShortMinutes: number;
  /** In time order. */
  readonly episodes: readonly ShortEpisode[];
  /** One pod for one hour, from being scheduled to being gone. */
  readonly podHours: number;
  /** What was served over what the ready pods could have served; NaN when they could not have served anything. */
  readonly utilization: number;
  /** Replicas added plus replicas removed. */
  readonly churn: number;
  /** Changes of the replicas asked for, upward and downward. */
  readonly scaleUps: number;
  readonly scaleDowns: number;
  /** Most replicas that were asked for at one time. */
  readonly peakReplicas: number;
  /** null: not asked for. */
  readonly latency: LatencyQuantiles | null;
}
