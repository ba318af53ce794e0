import { Type, type Static } from 'typebox';
import type { Decision, DecisionInput, Evidence, Origin, State } from '../../core/decision.js';
import type { Observation } from '../../core/series.js';
import type { Mode } from '../../core/workload.js';
import { Seconds, Time, component, isoTime, isoTimeOrNull, nullable, object, reference, words } from './schema.js';

export const StateSchema = words<State>(['cold', 'fresh', 'degraded', 'stale'], 'How far the decision can be trusted');
export const OriginSchema = words<Origin>(
  ['observed', 'forecast', 'held', 'none'],
  'Which of the inputs the value comes from',
);
export const ModeSchema = words<Mode>(['auto', 'active', 'observe'], 'When a forecast may act');

export const ObservedSchema = object(
  { time: Time, value: Type.Number({ description: 'In the unit of the query' }) },
  'A measurement',
);

export const EvidenceSchema = object(
  {
    origins: Type.Integer({ description: 'Moments of the history at which both were tried' }),
    servedLoss: Type.Number({ description: 'Mean pinball loss of max(observed, forecast); lower is better' }),
    observedLoss: Type.Number({ description: 'Mean pinball loss of the observed value alone' }),
  },
  "What the workload's own history says about serving the forecast",
);

const DecisionFields = {
  workloadId: Type.String(),
  at: Time,
  state: StateSchema,
  origin: OriginSchema,
  value: nullable(Type.Number(), 'In the unit of the query; null: every protocol answers with an error'),
  active: nullable(Type.Boolean(), 'Whether the workload should run at all; null: unknown'),
  reason: Type.String({ description: 'One sentence on which a person can act' }),
};

export const DecisionSchema = component(
  'Decision',
  { ...DecisionFields, observed: nullable(ObservedSchema) },
  'What is served, and why',
);

export const DecisionInputSchema = component(
  'DecisionInput',
  {
    settings: object({
      mode: ModeSchema,
      quantile: Type.Number(),
      leadTimeSeconds: Seconds,
      activationThreshold: Type.Number(),
      targetPerReplica: Type.Number(),
      maxReplicaCount: Type.Integer(),
      freshForSeconds: Seconds,
    }),
    observed: nullable(ObservedSchema),
    sourceProblem: nullable(Type.String(), 'Why the load is not known; null: it is'),
    forecast: nullable(
      object({
        model: Type.String(),
        origin: Time,
        end: Time,
        level: Type.Number({ description: 'Quantile level of the points' }),
        points: Type.Array(ObservedSchema, { description: 'From now to the end of the lead time' }),
        saturatesAt: nullable(Time, 'When the maximum of replicas will not be enough; null: not within the horizon'),
      }),
    ),
    forecastProblem: nullable(Type.String(), 'Why there is no forecast, or why it is not renewed; null: all is well'),
    history: object({ knownSamples: Type.Integer(), neededSamples: Type.Integer(), stepSeconds: Seconds }),
    evidence: nullable(EvidenceSchema),
    heldValue: nullable(Type.Number(), 'Last value decided on an observation'),
  },
  'Everything the decision was made from',
);

export const ExplanationSchema = component(
  'Explanation',
  {
    ...DecisionFields,
    explanation: Type.Array(Type.String(), { description: 'The decision, step by step, in sentences' }),
    input: reference(DecisionInputSchema),
  },
  'A decision with everything it was made from',
);

/** A decision as the REST API shows it. */
export function decisionJson(decision: Decision): Static<typeof DecisionSchema> {
  const { workloadId, atMs, state, origin, value, active, reason, input } = decision;
  const observed = observedJson(input.observation);
  return { workloadId, at: isoTime(atMs), state, origin, value, active, reason, observed };
}

export function observedJson(observation: Observation | null): Static<typeof ObservedSchema> | null {
  return observation && { time: isoTime(observation.timeMs), value: observation.value };
}

export function evidenceJson(evidence: Evidence | null): Static<typeof EvidenceSchema> | null {
  return evidence && { ...evidence };
}

/** The whole input of a decision, with times as strings and durations in seconds. */
export function decisionInputJson(input: DecisionInput): Static<typeof DecisionInputSchema> {
  const { settings, forecast, history } = input;
  return {
    settings: {
      mode: settings.mode,
      quantile: settings.quantile,
      leadTimeSeconds: settings.leadTimeMs / 1_000,
      activationThreshold: settings.activationThreshold,
      targetPerReplica: settings.targetPerReplica,
      maxReplicaCount: settings.maxReplicaCount,
      freshForSeconds: settings.freshForMs / 1_000,
    },
    observed: observedJson(input.observation),
    sourceProblem: input.sourceProblem,
    forecast: forecast && {
      model: forecast.model,
      origin: isoTime(forecast.originMs),
      end: isoTime(forecast.endMs),
      level: forecast.level,
      points: forecast.points.map(({ timeMs, value }) => ({ time: isoTime(timeMs), value })),
      saturatesAt: isoTimeOrNull(forecast.saturatesAtMs),
    },
    forecastProblem: input.forecastProblem,
    history: {
      knownSamples: history.knownSamples,
      neededSamples: history.neededSamples,
      stepSeconds: history.stepMs / 1_000,
    },
    evidence: evidenceJson(input.evidence),
    heldValue: input.heldValue,
  };
}
