import type { LatencySettings } from './latency.js';

/** What a replica can do. */
export interface ServiceSettings {
  /** Demand one ready replica can serve, in the unit of the demand, > 0. More than that is a shortage. */
  readonly capacityPerReplica: number;
  /**
   * Whether what could not be served waits for capacity (a queue) or is lost (requests that fail). While anything waits,
   * capacity is short.
   */
  readonly carriesOver: boolean;
  /** null: no response times. */
  readonly latency: LatencySettings | null;
}
