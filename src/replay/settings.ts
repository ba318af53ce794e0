import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../core/duration.js';
import type { Mode } from '../core/workload.js';
import { DEFAULT_DOWNSCALE_STABILIZATION_S } from '../simulate/hpa/behavior.js';
import type { ReplicaBounds } from '../simulate/hpa/controller.js';
import { DEFAULT_PIPELINE, type PipelineSettings } from '../simulate/metric-pipeline.js';
import type { NoiseSettings } from '../simulate/noise.js';
import { DEFAULT_PODS } from '../simulate/pods/pod-fleet.js';
import type { LatencySettings } from '../simulate/service/latency.js';
import { DEFAULT_COMPARED_HPA, DEFAULT_KEDA_OBJECT, type ComparedHpa, type KedaObject } from './cluster.js';
import type { Startup } from './startup.js';

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

/** What the HPA that is compared with looks at: the load, as the others do, or the CPU of its pods. */
export type HpaMetric = 'load' | 'cpu';

/** Nodes that are added when pods find no room. */
export interface NodeRoom {
  /** Whole number >= 1. */
  readonly podsPerNode: number;
  /** From the request for a node until it takes pods. */
  readonly startupS: number;
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
  /**
   * Between two fits the model is updated with each sample, which makes the same model but for its parameters and for what has left
   * the history. The service refits every 6 h, which takes a replay several times as long.
   */
  readonly refitMs: number;
  /** A forecaster's name, or `auto`. */
  readonly model: string;
  /** Season lengths in milliseconds, or found from the history. */
  readonly seasonality: 'auto' | readonly number[];
  /** `auto`: the forecast acts while it helped on the history before; `active`: always. */
  readonly mode: Exclude<Mode, 'observe'>;
  readonly setting: Setting;
  /** `pollingInterval`, whole seconds: a decision is made this often, and KEDA polls. */
  readonly pollingIntervalMs: number;
  /** Demand that one ready replica can serve; null: such that the mean demand is worth {@link REPLICAS_AT_MEAN}. */
  readonly capacityPerReplica: number | null;
  /** Where that number comes from, as words after "one replica serves N, "; null: nobody says. */
  readonly capacitySource: string | null;
  /** Utilisation at which the HPA and all other policies aim. */
  readonly hpaUtilization: number;
  readonly hpaMetric: HpaMetric;
  /** `minReplicaCount` and `maxReplicaCount`. */
  readonly bounds: ReplicaBounds;
  readonly hpa: ComparedHpa;
  readonly scaledObject: KedaObject;
  readonly pipeline: PipelineSettings;
  readonly startup: Startup;
  /** null: there is always room for a pod. */
  readonly nodes: NodeRoom | null;
  /** From the deletion of a pod until it is gone: it serves nothing, and is paid for. Whole seconds, >= 0. */
  readonly terminationS: number;
  /** What the load does between two samples of the record; null: it is linear. */
  readonly noise: NoiseSettings | null;
  /** null: no response times. */
  readonly latency: LatencySettings | null;
  /** Whether unserved demand waits, instead of being lost. */
  readonly carriesOver: boolean;
  /** For the start-up times and the noise. */
  readonly seed: number;
}

/** Replicas that the mean demand needs where nobody says what a replica can serve: small steps, and an ordinary fleet. */
export const REPLICAS_AT_MEAN = 20;

/** What runs before a period counts: longer than any stabilisation that a replay starts with. */
export const RUN_UP_MS = HOUR_MS;
/** Of the time before the report, at most so much serves to choose a setting: the rest is what the first models learn from. */
export const TUNING_SHARE = 4 / 7;

/** Each default's reason is in `docs/replay.md`. */
export const DEFAULT_REPLAY: ReplaySettings = Object.freeze({
  reportMs: 7 * DAY_MS,
  historyMs: 7 * DAY_MS,
  horizonMs: 2 * HOUR_MS,
  queryStepMs: 2 * MINUTE_MS,
  refitMs: 8 * DAY_MS,
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
  capacitySource: null,
  hpaUtilization: 0.7,
  hpaMetric: 'load',
  bounds: Object.freeze({ min: 1, max: 1_000 }),
  hpa: DEFAULT_COMPARED_HPA,
  scaledObject: DEFAULT_KEDA_OBJECT,
  pipeline: DEFAULT_PIPELINE,
  startup: Object.freeze({ p50S: 45, p95S: 120 }),
  nodes: null,
  terminationS: DEFAULT_PODS.terminationS,
  noise: null,
  latency: null,
  carriesOver: false,
  seed: 1,
});

/** Added to a measured lead time: at least 2 s, or a fifth. */
const LEAST_MARGIN_MS = 2 * SECOND_MS;
const MARGIN = 0.2;

type Starting = Pick<ReplaySettings, 'startup' | 'nodes'>;

/** Within so many seconds of being asked for a pod is ready, 95 times in 100, where it has to wait for a node. */
export function readyWithinS({ startup, nodes }: Starting): number {
  return startup.p95S + (nodes?.startupS ?? 0);
}

/**
 * Lead time as it would be measured: from a decision to Ready pods, 95 times in 100, with the margin that `leadTime: auto`
 * adds. A decision waits for a sync of the HPA, then for a node where there may be no room, then the pod starts.
 */
export function leadTimeMs(starting: Starting, syncPeriodS: number): number {
  const measuredMs = (readyWithinS(starting) + syncPeriodS) * SECOND_MS;
  return measuredMs + Math.max(LEAST_MARGIN_MS, MARGIN * measuredMs);
}
