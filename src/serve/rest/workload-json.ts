import { Type, type Static } from 'typebox';
import type { PrometheusEndpoint, Workload } from '../../core/workload.js';
import type { WorkloadStatus } from '../view.js';
import {
  EvidenceSchema,
  ModeSchema,
  ObservedSchema,
  OriginSchema,
  StateSchema,
  evidenceJson,
  observedJson,
} from './decision-json.js';
import { ModelSchema, RecentCoverageSchema, modelJson, recentCoverageJson } from './model-json.js';
import { Seconds, Time, component, isoTime, isoTimeOrNull, nullable, object, reference, words } from './schema.js';

const SummaryFields = {
  id: Type.String({ examples: ['shop/checkout/s0-predictkube-predictkube_metric'] }),
  namespace: Type.String(),
  scaledObject: Type.String(),
  metricName: Type.String(),
  href: Type.String({ description: 'Path of the workload in this API' }),
  state: nullable(StateSchema, 'How far the decision can be trusted; null: none has been made yet'),
  value: nullable(Type.Number(), 'What is served, in the unit of the query; null: nothing'),
  active: nullable(Type.Boolean(), 'Whether the workload should run at all; null: unknown'),
  origin: nullable(OriginSchema, 'Which of the inputs the value comes from'),
  reason: Type.String({ description: 'Why, or why there is no decision yet' }),
  observed: nullable(ObservedSchema, 'The load the decision was made on; null: unknown'),
  model: nullable(ModelSchema, 'The model in use; null while cold'),
  decidedAt: nullable(Time),
  decisionAgeSeconds: nullable(Seconds),
  sourceAnsweredAt: nullable(Time, 'When the source last answered; null: never'),
  sourceAgeSeconds: nullable(Seconds),
};

export const WorkloadSummarySchema = component('WorkloadSummary', SummaryFields, 'What one workload is doing');

export const WorkloadSettingsSchema = component(
  'WorkloadSettings',
  {
    prometheusAddress: Type.String({ description: 'Without credentials and query string' }),
    prometheusAuthentication: Type.Array(
      words(['basic', 'bearer', 'client-certificate', 'headers'], 'A kind of credential'),
      { description: 'Kinds of credentials sent, never the credentials' },
    ),
    query: Type.String({ description: 'PromQL' }),
    triggerIndex: Type.Integer(),
    metricType: words<Workload['metricType']>(['AverageValue', 'Value'], 'Type of the external metric'),
    stepSeconds: Seconds,
    historyWindowSeconds: Seconds,
    horizonSeconds: Seconds,
    pollingIntervalSeconds: Seconds,
    targetPerReplica: Type.Number(),
    activationThreshold: Type.Number(),
    minReplicaCount: Type.Integer(),
    maxReplicaCount: Type.Integer(),
    mode: ModeSchema,
    leadTimeSeconds: nullable(Seconds, 'null: measured'),
    quantile: Type.Number(),
    model: Type.String(),
    seasonalitySeconds: nullable(Type.Array(Seconds), 'null: found from the data'),
    ignoreWindows: Type.Array(object({ from: Time, to: Time })),
    saturation: nullable(Type.Number(), 'Value at which the measured load is cut off; null: none is known'),
    timeZone: nullable(Type.String(), 'By whose clock the load lives; null: seasons are counted in UTC'),
  },
  'Every setting, with its default filled in',
);

export const WorkloadDetailSchema = component(
  'WorkloadDetail',
  {
    ...SummaryFields,
    settings: reference(WorkloadSettingsSchema),
    leadTimeSeconds: nullable(Seconds, 'Lead time in force; null: no decision yet'),
    forecast: nullable(object({ model: Type.String(), origin: Time, end: Time }), 'The newest forecast; null: none'),
    saturatesAt: nullable(Time, 'When the maximum of replicas will not be enough; null: not within the horizon'),
    evidence: nullable(EvidenceSchema),
    coverage: nullable(reference(RecentCoverageSchema), 'null: nothing has been judged since the start'),
  },
  'All about one workload',
);

/** The address of a workload in the REST API, percent-encoded. */
export function workloadPath({ namespace, scaledObject, metricName }: Workload): string {
  return `/api/v1/workloads/${[namespace, scaledObject, metricName].map(encodeURIComponent).join('/')}`;
}

/** One row of the list of workloads. */
export function workloadSummary(status: WorkloadStatus, nowMs: number): Static<typeof WorkloadSummarySchema> {
  const { workload, decision, model, sourceAnsweredAtMs } = status;
  return {
    id: workload.id,
    namespace: workload.namespace,
    scaledObject: workload.scaledObject,
    metricName: workload.metricName,
    href: workloadPath(workload),
    state: decision?.state ?? null,
    value: decision?.value ?? null,
    active: decision?.active ?? null,
    origin: decision?.origin ?? null,
    reason: decision?.reason ?? status.notReadyReason ?? 'no decision has been made yet',
    observed: observedJson(decision?.input.observation ?? null),
    model: model && modelJson(model),
    decidedAt: isoTimeOrNull(decision?.atMs ?? null),
    decisionAgeSeconds: decision && (nowMs - decision.atMs) / 1_000,
    sourceAnsweredAt: isoTimeOrNull(sourceAnsweredAtMs),
    sourceAgeSeconds: sourceAnsweredAtMs === null ? null : (nowMs - sourceAnsweredAtMs) / 1_000,
  };
}

/** Everything about one workload but its secrets. */
export function workloadDetail(status: WorkloadStatus, nowMs: number): Static<typeof WorkloadDetailSchema> {
  const { workload, decision, forecast, coverage } = status;
  return {
    ...workloadSummary(status, nowMs),
    settings: settingsJson(workload),
    leadTimeSeconds: decision && decision.input.settings.leadTimeMs / 1_000,
    forecast: forecast && {
      model: forecast.model,
      origin: isoTime(forecast.originMs),
      end: isoTime(forecast.endMs),
    },
    saturatesAt: isoTimeOrNull(decision?.input.forecast?.saturatesAtMs ?? null),
    evidence: evidenceJson(decision?.input.evidence ?? null),
    coverage: coverage && recentCoverageJson(coverage),
  };
}

function settingsJson(workload: Workload): Static<typeof WorkloadSettingsSchema> {
  const { leadTimeMs, seasonalityMs } = workload;
  return {
    prometheusAddress: addressWithoutSecrets(workload.endpoint.address),
    prometheusAuthentication: authentication(workload.endpoint),
    query: workload.query,
    triggerIndex: workload.triggerIndex,
    metricType: workload.metricType,
    stepSeconds: workload.stepMs / 1_000,
    historyWindowSeconds: workload.historyWindowMs / 1_000,
    horizonSeconds: workload.horizonMs / 1_000,
    pollingIntervalSeconds: workload.pollingIntervalMs / 1_000,
    targetPerReplica: workload.targetPerReplica,
    activationThreshold: workload.activationThreshold,
    minReplicaCount: workload.bounds.minReplicaCount,
    maxReplicaCount: workload.bounds.maxReplicaCount,
    mode: workload.mode,
    leadTimeSeconds: leadTimeMs === 'auto' ? null : leadTimeMs / 1_000,
    quantile: workload.quantile,
    model: workload.model,
    seasonalitySeconds: seasonalityMs === 'auto' ? null : seasonalityMs.map((ms) => ms / 1_000),
    ignoreWindows: workload.ignoreWindows.map(({ fromMs, toMs }) => ({ from: isoTime(fromMs), to: isoTime(toMs) })),
    saturation: workload.saturation ?? null,
    timeZone: workload.timeZone ?? null,
  };
}

function authentication(endpoint: PrometheusEndpoint): ('basic' | 'bearer' | 'client-certificate' | 'headers')[] {
  return [
    ...(endpoint.basic ? (['basic'] as const) : []),
    ...(endpoint.bearerToken !== undefined ? (['bearer'] as const) : []),
    ...(endpoint.tls?.cert !== undefined ? (['client-certificate'] as const) : []),
    ...(endpoint.headers && Object.keys(endpoint.headers).length > 0 ? (['headers'] as const) : []),
  ];
}

/** User names, passwords, query strings and fragments of a URL may be credentials; only the rest is shown. */
function addressWithoutSecrets(address: string): string {
  if (!URL.canParse(address)) return '(not a URL)';
  const { protocol, host, pathname } = new URL(address);
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
}
