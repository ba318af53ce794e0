import type { DrainRule, Fallback, ScaledObject, ScalingModifiers } from './scaled-object.js';
import type { MetricType, QueueDepth, TriggerMetric } from './trigger.js';

/** Replicas of a scale target. */
export interface TargetReplicas {
  /** Asked for: `spec.replicas`. */
  readonly replicas: number;
  /** Pods that are running and ready. */
  readonly readyReplicas: number;
}

interface TriggerIdentity {
  /** Position in `spec.triggers`, zero-based. */
  readonly index: number;
  /** KEDA's trigger type. */
  readonly type: string;
  readonly name: string | null;
}

/** What a trigger's source answered, by position of the metrics it belongs to. */
export interface MetricReading {
  readonly atMs: number;
  readonly active: boolean;
  readonly values: readonly number[];
  /** As in `TriggerReading`. */
  readonly queue?: QueueDepth;
}

/** What is known of a trigger that has metrics, at the moment of a composition. */
export interface MetricTriggerInput extends TriggerIdentity {
  readonly kind: 'forecast' | 'reactive';
  readonly metricType: MetricType;
  /** By the names that the HPA asks for, with `s{index}-`; empty while only the source could tell. */
  readonly metrics: readonly TriggerMetric[];
  /** The newest answer, however long ago; null: there was never one. */
  readonly reading: MetricReading | null;
  /** Why the newest poll had no answer; null: it had one, or there has been no poll yet. */
  readonly problem: string | null;
  /** Polls that failed in a row, up to the newest. */
  readonly failures: number;
  /** What else there is to say of the reading, such as the reason of a decision. */
  readonly remark: string | null;
  /** As in `ReactiveTrigger`. */
  readonly drain?: DrainRule;
}

/** A trigger that the HPA reads by itself. */
export interface ResourceTriggerInput extends TriggerIdentity {
  readonly kind: 'resource';
}

export type TriggerInput = MetricTriggerInput | ResourceTriggerInput;

/** Everything a composition is made from. Plain data: the ledger keeps it, so any composition can be made again. */
export interface CompositionInput {
  readonly atMs: number;
  /** In the order of `spec.triggers`. */
  readonly triggers: readonly TriggerInput[];
  readonly fallback: Fallback | null;
  readonly modifiers: ScalingModifiers | null;
  readonly bounds: ScaledObject['bounds'];
  /** null: nobody can tell. */
  readonly target: TargetReplicas | null;
  /** null: there is nothing to hold on to. */
  readonly held: Held | null;
}

/** What a composition does not fall below while it does not know better. */
export interface Held {
  /** Of the last composition in which every metric had a value; null: there was none. */
  readonly requiredReplicas: number | null;
  readonly compositeValue: number | null;
  /** The last {@link QueueDrain.load} that was made of known arrivals, by position of the trigger. */
  readonly drainLoads?: Readonly<Record<number, number>>;
}

/**
 * - `known`: the value is what the source answered last, raised to what draining the queue needs where that is asked for.
 * - `waiting`: it has not been asked yet.
 * - `failing`: the newest poll had no answer, and nothing may stand in for it: an error on the wire.
 * - `held`: it is not known, and does not fall below what was last known for a while.
 * - `fallback`: `spec.fallback` stands in.
 * - `delegated`: the HPA reads it by itself.
 */
export type MetricState = 'known' | 'waiting' | 'failing' | 'held' | 'fallback' | 'delegated';

/** How a queue is to be worked off; the value of its trigger is raised to what that needs. */
export interface QueueDrain {
  /** Messages per second that the forecast trigger says are to be kept up with; null: unknown. */
  readonly arrivalRate: number | null;
  /** Messages that wait. */
  readonly backlog: number;
  /** More replicas have nothing to read; null: no such limit. */
  readonly mostConsumers: number | null;
  readonly perReplica: number;
  readonly drainTimeMs: number;
  /** Messages per second that have to be worked off: the arrivals, and the backlog in time; held while arrivals are unknown. */
  readonly load: number;
}

/** One external metric as the HPA is given it. */
export interface MetricOutcome {
  readonly name: string;
  readonly metricType: MetricType;
  readonly target: number;
  /** null: answer with an error. */
  readonly value: number | null;
}

export interface TriggerOutcome extends TriggerIdentity {
  readonly kind: TriggerInput['kind'];
  readonly state: Exclude<MetricState, 'held'>;
  readonly metrics: readonly MetricOutcome[];
  /** Whether it asks for the workload to run; null: unknown, or not its business. */
  readonly active: boolean | null;
  /** When its source last answered, epoch milliseconds; null: never, or the HPA asks it. */
  readonly answeredAtMs: number | null;
  readonly failures: number;
  /** Absent: not asked for, or what waits is not known. */
  readonly drain?: QueueDrain;
  /** One sentence on which a person can act. */
  readonly reason: string;
}

/** The metric that the formula makes of all triggers. */
export interface CompositeOutcome {
  readonly state: Exclude<MetricState, 'delegated'>;
  readonly metric: MetricOutcome;
  /** null: unknown. */
  readonly active: boolean | null;
  readonly reason: string;
}

/** All triggers of one ScaledObject at one moment: what is served of each, and what they ask for together. */
export interface Composition {
  /** `{namespace}/{name}` */
  readonly objectId: string;
  readonly atMs: number;
  readonly triggers: readonly TriggerOutcome[];
  /** null: the ScaledObject has no formula. */
  readonly composite: CompositeOutcome | null;
  /** Whether the workload should run at all; null: unknown, so it is to stay as it is. */
  readonly active: boolean | null;
  /**
   * What an HPA would propose, without its tolerance and behaviour; CPU and memory not counted. While a metric is unknown,
   * not below what it was when all were known. null: unknown.
   */
  readonly requiredReplicas: number | null;
  readonly reason: string;
  readonly input: CompositionInput;
}
