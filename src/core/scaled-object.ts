import type { Behavior } from './hpa-behavior.js';
import type { MetricType, OpenTrigger, TriggerMetric } from './trigger.js';
import type { ScaleBounds, Workload } from './workload.js';

/** What stands in for a trigger that keeps failing; KEDA's `spec.fallback`. */
export interface Fallback {
  /** In effect when more polls than this have failed in a row. */
  readonly failureThreshold: number;
  readonly replicas: number;
  readonly behavior:
    'static' | 'currentReplicas' | 'currentReplicasIfHigher' | 'currentReplicasIfLower' | 'scalingModifiers';
}

/** One metric made of several triggers; KEDA's `advanced.scalingModifiers`. */
export interface ScalingModifiers {
  readonly formula: string;
  readonly target: number;
  readonly activationTarget: number;
  readonly metricType: MetricType;
}

interface TriggerBase {
  /** Position in `spec.triggers`, zero-based. */
  readonly index: number;
  /** KEDA's trigger type, such as `rabbitmq`. */
  readonly type: string;
  /** `name` of the trigger, by which a formula refers to it; null: it has none. */
  readonly name: string | null;
}

/** A trigger that is forecast. */
export interface ForecastTrigger extends TriggerBase {
  readonly kind: 'forecast';
  readonly workload: Workload;
}

/** How the queue that a trigger watches is to be worked off, while the arrivals that another trigger forecasts are kept up with. */
export interface DrainRule {
  /** Position of the forecast trigger whose value is the arrivals, in messages per second. */
  readonly arrivalsIndex: number;
  /** Messages per second that one replica works off, > 0. */
  readonly perReplica: number;
  /** What waits now is to be gone within this time, > 0. */
  readonly drainTimeMs: number;
}

/** A trigger whose source is asked at each poll. */
export interface ReactiveTrigger extends TriggerBase {
  readonly kind: 'reactive';
  readonly metricType: MetricType;
  /** Its metrics as far as they are known without asking; null: only the source knows (`external`). */
  readonly metrics: readonly TriggerMetric[] | null;
  /** Absent: its value alone says how many replicas its queue needs. */
  readonly drain?: DrainRule;
  readonly open: OpenTrigger;
}

/** A trigger that the HPA reads by itself (`cpu`, `memory`); it is passed on, never polled. */
export interface ResourceTrigger extends TriggerBase {
  readonly kind: 'resource';
  readonly resource: 'cpu' | 'memory';
  readonly targetType: 'Utilization' | 'AverageValue';
  /** Percent of requests, or a quantity in cores or bytes. */
  readonly target: number;
  /** null: of the whole pod. */
  readonly container: string | null;
}

export type Trigger = ForecastTrigger | ReactiveTrigger | ResourceTrigger;

/** One ScaledObject with every default filled in. Immutable; made by `config/`. */
export interface ScaledObject {
  /** `{namespace}/{name}` */
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly target: { readonly kind: string; readonly name: string };
  readonly pollingIntervalMs: number;
  readonly cooldownMs: number;
  readonly initialCooldownMs: number;
  readonly bounds: ScaleBounds & { readonly idleReplicaCount: number | null };
  /** `behavior` of the HPA that is made for it; null: not set. */
  readonly behavior: Behavior | null;
  /** In the order of `spec.triggers`. */
  readonly triggers: readonly Trigger[];
  readonly fallback: Fallback | null;
  readonly modifiers: ScalingModifiers | null;
}
