import { Type, type Static } from 'typebox';
import { behaviorManifest } from '../../core/behavior-manifest.js';
import type {
  CompositeOutcome,
  Composition,
  MetricOutcome,
  MetricState,
  QueueDrain,
  TriggerOutcome,
} from '../../core/composition.js';
import type { Fallback, ScaledObject } from '../../core/scaled-object.js';
import type { MetricType } from '../../core/trigger.js';
import type { ScaledObjectStatus } from '../view.js';
import { Seconds, Time, component, isoTime, isoTimeOrNull, nullable, object, reference, words } from './schema.js';

const STATES: readonly MetricState[] = ['known', 'waiting', 'failing', 'held', 'fallback', 'delegated'];
const StateSchema = words<MetricState>(STATES, 'Where the value comes from; see docs/fail-safe.md');
const Active = Type.Boolean();
const MetricTypeSchema = words<MetricType>(['AverageValue', 'Value'], 'Type of the external metric');

const MetricSchema = object(
  {
    name: Type.String({ description: 'As the HPA asks for it', examples: ['s1-rabbitmq-orders'] }),
    metricType: MetricTypeSchema,
    target: Type.Number(),
    value: nullable(Type.Number(), 'null: the API answers with an error'),
  },
  'One external metric',
);

const DrainSchema = object(
  {
    arrivalRate: nullable(Type.Number(), 'Messages per second to be kept up with; null: unknown'),
    backlog: Type.Number({ description: 'Messages that wait' }),
    drainTimeSeconds: Seconds,
    perReplica: Type.Number({ description: 'Messages per second that one replica works off' }),
    mostConsumers: nullable(Type.Integer(), 'More replicas have nothing to read; null: no such limit'),
    load: Type.Number({ description: 'Messages per second that have to be worked off' }),
  },
  'How the queue is to be worked off, to which the value is raised',
);

const TriggerSchema = object(
  {
    index: Type.Integer({ description: 'Position in spec.triggers' }),
    type: Type.String(),
    name: nullable(Type.String()),
    state: StateSchema,
    metrics: Type.Array(MetricSchema),
    active: nullable(Active, 'Whether it wants the workload to run; null: unknown, or not its business'),
    answeredAt: nullable(Time, 'When the source last answered; null: never'),
    ageSeconds: nullable(Seconds, 'Time since then'),
    failures: Type.Integer({ description: 'Polls that failed in a row' }),
    drain: nullable(DrainSchema, 'null: not asked for, or what waits is not known'),
    reason: Type.String({ description: 'One sentence on which a person can act' }),
  },
  'One trigger',
);

const CompositeSchema = object(
  {
    state: StateSchema,
    metric: MetricSchema,
    active: nullable(Active, 'null: unknown'),
    reason: Type.String(),
  },
  'What the formula makes of the triggers',
);

const CompositionFields = {
  active: nullable(Active, 'Whether the workload should run at all; null: unknown, so it is to stay as it is'),
  requiredReplicas: nullable(
    Type.Integer(),
    'What an HPA would propose, CPU and memory not counted; while a metric is unknown not below what it was; null: unknown',
  ),
  reason: Type.String({ description: 'One sentence on which a person can act' }),
};

export const ScaledObjectSummarySchema = component(
  'ScaledObjectSummary',
  {
    id: Type.String({ examples: ['shop/checkout'] }),
    namespace: Type.String(),
    name: Type.String(),
    href: Type.String({ description: 'Path of the ScaledObject in this API' }),
    ...CompositionFields,
    composedAt: nullable(Time, 'null: not yet'),
    triggers: Type.Integer({ description: 'How many triggers it has' }),
    triggersWithoutAnswer: Type.Integer({ description: 'Triggers whose value is not known, fallbacks included' }),
  },
  'What one ScaledObject is doing',
);

export const CompositionSchema = component(
  'Composition',
  {
    at: Time,
    ...CompositionFields,
    triggers: Type.Array(TriggerSchema, { description: 'In the order of spec.triggers' }),
    composite: nullable(CompositeSchema, 'null: without a formula'),
  },
  'All triggers of a ScaledObject at one moment',
);

const RulesSchema = object(
  {
    stabilizationWindowSeconds: Type.Optional(Type.Integer()),
    selectPolicy: Type.Optional(words<'Max' | 'Min' | 'Disabled'>(['Max', 'Min', 'Disabled'], 'Which policy counts')),
    policies: Type.Optional(
      Type.Array(
        object({
          type: words<'Pods' | 'Percent'>(['Pods', 'Percent'], 'What the value counts'),
          value: Type.Integer(),
          periodSeconds: Type.Integer(),
        }),
      ),
    ),
    tolerance: Type.Optional(Type.String({ description: 'A quantity: a share of the target' })),
  },
  'One direction; what is not given has the default of Kubernetes',
);

export const ScaledObjectDetailSchema = component(
  'ScaledObjectDetail',
  {
    id: Type.String(),
    namespace: Type.String(),
    name: Type.String(),
    target: object({ kind: Type.String(), name: Type.String() }, 'What is scaled'),
    settings: object({
      pollingIntervalSeconds: Seconds,
      cooldownSeconds: Seconds,
      initialCooldownSeconds: Seconds,
      minReplicaCount: Type.Integer(),
      maxReplicaCount: Type.Integer(),
      idleReplicaCount: nullable(Type.Integer(), 'null: not set'),
      behavior: nullable(
        object({ scaleUp: Type.Optional(RulesSchema), scaleDown: Type.Optional(RulesSchema) }),
        'Of the HPA that is made for it, as it is given; null: not set',
      ),
      fallback: nullable(
        object({
          failureThreshold: Type.Integer(),
          replicas: Type.Integer(),
          behavior: words<Fallback['behavior']>(
            ['static', 'currentReplicas', 'currentReplicasIfHigher', 'currentReplicasIfLower', 'scalingModifiers'],
            'How the replicas are found',
          ),
        }),
        'null: none',
      ),
      formula: nullable(Type.String(), 'null: none'),
    }),
    composition: nullable(reference(CompositionSchema), 'The one in force; null: none yet'),
  },
  'All about one ScaledObject',
);

/** The address of a ScaledObject in the REST API, percent-encoded. */
function scaledObjectPath({ namespace, name }: ScaledObject): string {
  return `/api/v1/scaledobjects/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`;
}

/** One row of the list. */
export function scaledObjectSummary(status: ScaledObjectStatus): Static<typeof ScaledObjectSummarySchema> {
  const { object: scaledObject, composition } = status;
  const { id, namespace, name, triggers } = scaledObject;
  const known = composition?.triggers.filter(({ state }) => state === 'known' || state === 'delegated') ?? [];
  return {
    id,
    namespace,
    name,
    href: scaledObjectPath(scaledObject),
    active: composition?.active ?? null,
    requiredReplicas: composition?.requiredReplicas ?? null,
    reason: composition?.reason ?? 'Its triggers have not been asked yet.',
    composedAt: isoTimeOrNull(composition?.atMs ?? null),
    triggers: triggers.length,
    triggersWithoutAnswer: triggers.length - known.length,
  };
}

/** Everything about one ScaledObject but its credentials, which are in no configuration. */
export function scaledObjectDetail(
  { object: scaledObject, composition }: ScaledObjectStatus,
  nowMs: number,
): Static<typeof ScaledObjectDetailSchema> {
  const { id, namespace, name, target, bounds, behavior, fallback, modifiers } = scaledObject;
  return {
    id,
    namespace,
    name,
    target: { kind: target.kind, name: target.name },
    settings: {
      pollingIntervalSeconds: scaledObject.pollingIntervalMs / 1_000,
      cooldownSeconds: scaledObject.cooldownMs / 1_000,
      initialCooldownSeconds: scaledObject.initialCooldownMs / 1_000,
      minReplicaCount: bounds.minReplicaCount,
      maxReplicaCount: bounds.maxReplicaCount,
      idleReplicaCount: bounds.idleReplicaCount,
      behavior: behavior && behaviorManifest(behavior),
      fallback: fallback && { ...fallback },
      formula: modifiers?.formula ?? null,
    },
    composition: composition && compositionJson(composition, nowMs),
  };
}

/** @param nowMs what ages are counted to */
export function compositionJson(composition: Composition, nowMs: number): Static<typeof CompositionSchema> {
  const { atMs, active, requiredReplicas, reason, triggers, composite } = composition;
  return {
    at: isoTime(atMs),
    active,
    requiredReplicas,
    reason,
    triggers: triggers.map((trigger) => triggerJson(trigger, nowMs)),
    composite: composite && compositeJson(composite),
  };
}

function triggerJson(trigger: TriggerOutcome, nowMs: number): Static<typeof TriggerSchema> {
  const { index, type, name, state, metrics, active, answeredAtMs, failures, reason } = trigger;
  const ageSeconds = answeredAtMs === null ? null : (nowMs - answeredAtMs) / 1_000;
  const answeredAt = isoTimeOrNull(answeredAtMs);
  return {
    index,
    type,
    name,
    state,
    metrics: metrics.map(metricJson),
    active,
    answeredAt,
    ageSeconds,
    failures,
    drain: trigger.drain === undefined ? null : drainJson(trigger.drain),
    reason,
  };
}

function drainJson({ drainTimeMs, ...drain }: QueueDrain): Static<typeof DrainSchema> {
  return { ...drain, drainTimeSeconds: drainTimeMs / 1_000 };
}

function compositeJson({ state, metric, active, reason }: CompositeOutcome): Static<typeof CompositeSchema> {
  return { state, metric: metricJson(metric), active, reason };
}

function metricJson({ name, metricType, target, value }: MetricOutcome): Static<typeof MetricSchema> {
  return { name, metricType, target, value };
}
