import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../core/duration.js';
import type { Mode } from '../core/workload.js';
import { DEFAULT_DOWNSCALE_STABILIZATION_S } from '../simulate/hpa/behavior.js';
import type { ReplicaBounds } from '../simulate/hpa/controller.js';
import type { LatencySettings } from '../simulate/service/latency.js';

/** What of tidecast's trigger and of its HPA an objective may choose. */
export interface Setting {
  /** Level of the forecast that is served, in (0, 1). */
  readonly quantile: number;
  /** Share of a replica's capacity that it should carry: `threshold` is this times the capacity. */
  readonly targetUtilization: number;
  /** How much further ahead than the lead time the forecast is looked at. */
  readonly leadMarginMs: number;
  /** `scaleDown.stabilizationWindowSeconds` of the HPA: how long a value holds. */
  readonly holdS: number;
}

/** From being scheduled to being ready; log-normal, or always the same where both are equal. */
export interface Startup {
  readonly p50S: number;
  readonly p95S: number;
}

/** What a replay assumes and compares. */
export interface ReplaySettings {
  /** What is replayed at most: the latest part of the load. All that lies before is history. */
  readonly reportMs: number;
  /** How much history a model sees (`historyTimeWindow`), and the least that must lie before the part that is replayed. */
  readonly historyMs: number;
  /** `predictHorizon`. */
  readonly horizonMs: number;
  /** `queryStep`; never finer than the load is known. */
  readonly queryStepMs: number;
  /** A forecaster's name, or `auto`. */
  readonly model: string;
  /** Season lengths in milliseconds, or found from the history. */
  readonly seasonality: 'auto' | readonly number[];
  /** `auto`: the forecast acts while it helped on the history before; `active`: always. */
  readonly mode: Exclude<Mode, 'observe'>;
  readonly setting: Setting;
  /** `pollingInterval`: a decision is made this often. */
  readonly pollingIntervalMs: number;
  /** Demand that one ready replica can serve; null: such that the mean demand is worth {@link REPLICAS_AT_MEAN}. */
  readonly capacityPerReplica: number | null;
  /** Utilisation at which the HPA and all other policies aim. */
  readonly hpaUtilization: number;
  readonly bounds: ReplicaBounds;
  readonly startup: Startup;
  /** null: no response times. */
  readonly latency: LatencySettings | null;
  /** Whether unserved demand waits, instead of being lost. */
  readonly carriesOver: boolean;
  /** For the start-up times. */
  readonly seed: number;
}

/** Replicas that the mean demand needs where nobody says what a replica can serve: small steps, and an ordinary fleet. */
export const REPLICAS_AT_MEAN = 20;

/** Each default's reason is in `docs/replay.md`. */
export const DEFAULT_REPLAY: ReplaySettings = Object.freeze({
  reportMs: 7 * DAY_MS,
  historyMs: 7 * DAY_MS,
  horizonMs: 2 * HOUR_MS,
  queryStepMs: 2 * MINUTE_MS,
  model: 'auto',
  seasonality: 'auto',
  mode: 'auto',
  setting: Object.freeze({
    quantile: 0.9,
    targetUtilization: 0.7,
    leadMarginMs: 0,
    holdS: DEFAULT_DOWNSCALE_STABILIZATION_S,
  }),
  pollingIntervalMs: 30 * SECOND_MS,
  capacityPerReplica: null,
  hpaUtilization: 0.7,
  bounds: Object.freeze({ min: 1, max: 1_000 }),
  startup: Object.freeze({ p50S: 45, p95S: 120 }),
  latency: null,
  carriesOver: false,
  seed: 1,
});

/** Added to a measured lead time: at least 2 s, or a fifth. */
const LEAST_MARGIN_MS = 2 * SECOND_MS;
const MARGIN = 0.2;

/**
 * Lead time as it would be measured: from a decision to Ready pods, 95 times in 100, with the margin that `leadTime: auto`
 * adds. A decision waits for a sync of the HPA, then the pod starts.
 */
export function leadTimeMs({ p95S }: Startup, syncPeriodS: number): number {
  const measuredMs = (p95S + syncPeriodS) * SECOND_MS;
  return measuredMs + Math.max(LEAST_MARGIN_MS, MARGIN * measuredMs);
}
