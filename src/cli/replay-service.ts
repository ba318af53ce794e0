import { hideCredentials } from '../config/prometheus-address.js';
import { behaviorOf, type BehaviorManifest } from '../core/behavior-manifest.js';
import { HOUR_MS, SECOND_MS } from '../core/duration.js';
import { CommandError, UsageError } from '../core/errors.js';
import { Series } from '../core/series.js';
import type { MetricType } from '../core/trigger.js';
import { leadTimeMs, type ReplaySettings } from '../replay/settings.js';
import { DEFAULT_HPA } from '../simulate/hpa/controller.js';
import { findWorkload } from './find-workload.js';
import { get, request } from './service-client.js';
import { capacityWords, type IsGiven } from './replay-flags.js';

/** Of what a service has in memory: the rest is replayed. */
const HISTORY_SHARE = 4 / 7;

/** The parts of the REST answers that are read. */
export interface WorkloadSettings {
  readonly stepSeconds: number;
  readonly historyWindowSeconds: number;
  readonly horizonSeconds: number;
  readonly pollingIntervalSeconds: number;
  readonly metricType: MetricType;
  readonly targetPerReplica: number;
  readonly activationThreshold: number;
  readonly minReplicaCount: number;
  readonly maxReplicaCount: number;
  readonly mode: 'auto' | 'active' | 'observe';
  readonly leadTimeSeconds: number | null;
  readonly quantile: number;
  readonly model: string;
  readonly seasonalitySeconds: readonly number[] | null;
}

/** What the ScaledObject of a workload says beyond its triggers, as REST answers it. */
export interface ScaledObjectSettings {
  readonly cooldownSeconds: number;
  readonly initialCooldownSeconds: number;
  readonly idleReplicaCount: number | null;
  readonly behavior: BehaviorManifest | null;
}

/** How a workload of a service is configured. */
export interface ConfiguredWorkload {
  readonly settings: WorkloadSettings;
  /** null: the service has the workload without a ScaledObject. */
  readonly scaledObject: ScaledObjectSettings | null;
}

interface ForecastAnswer {
  readonly history: { readonly times: readonly string[]; readonly values: readonly (number | null)[] };
}

/**
 * What a running service has of a workload in memory, and how it is configured.
 *
 * @param name NAMESPACE/SCALEDOBJECT, with /METRIC where it has several
 * @throws {CommandError} the service cannot be reached, has no such workload, or has nothing of it in memory
 */
export async function readServiceLoad(
  url: string,
  name: string,
  signal: AbortSignal,
): Promise<{ series: Series; configured: ConfiguredWorkload }> {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new UsageError(
      `--service: "${hideCredentials(url)}" is not an http address; expected one such as http://127.0.0.1:8190`,
    );
  }
  const id = await findWorkload(url, name, signal);
  const path = `/api/v1/workloads/${id.split('/').map(encodeURIComponent).join('/')}`;
  const { settings } = (await request(url, path, signal, {})) as { readonly settings: WorkloadSettings };
  const params = { history: `${settings.historyWindowSeconds}s` };
  const { history } = (await request(url, `${path}/forecast`, signal, params)) as ForecastAnswer;
  const [first] = history.times;
  if (first === undefined) {
    throw new CommandError(`${hideCredentials(url)} has no history of "${id}" in memory yet; try again later`);
  }
  const values = Float64Array.from(history.values, (value) => value ?? NaN);
  const series = new Series(Date.parse(first), settings.stepSeconds * SECOND_MS, values);
  return { series, configured: { settings, scaledObject: await readScaledObject(url, id, signal) } };
}

/** @param workloadId NAMESPACE/SCALEDOBJECT/METRIC */
async function readScaledObject(
  url: string,
  workloadId: string,
  signal: AbortSignal,
): Promise<ScaledObjectSettings | null> {
  const id = workloadId.split('/').slice(0, 2).join('/');
  const list = await get<{ readonly scaledObjects: readonly { readonly id: string; readonly href: string }[] }>(
    url,
    '/api/v1/scaledobjects',
    'scaledObjects',
    signal,
    {},
  );
  const found = list.scaledObjects.find((each) => each.id === id);
  if (found === undefined) return null;
  const { settings } = (await request(url, found.href, signal, {})) as { readonly settings: ScaledObjectSettings };
  return settings;
}

/**
 * The workload as it is configured, but for what flags say.
 *
 * @param settings what all flags come to, defaults included
 */
export function asConfigured(
  settings: ReplaySettings,
  { settings: configured, scaledObject: object }: ConfiguredWorkload,
  series: Series,
  isGiven: IsGiven,
): ReplaySettings {
  const { setting, bounds } = settings;
  const { targetPerReplica } = configured;
  const told = settings.capacityPerReplica;
  const aim = (flag: 'target' | 'hpaTarget', utilization: number): number =>
    told === null || isGiven(flag) ? utilization : targetPerReplica / told;
  const { leadTimeSeconds, seasonalitySeconds, mode } = configured;
  const measuredMs = leadTimeMs(settings, DEFAULT_HPA.syncPeriodS);
  const marginMs = leadTimeSeconds === null ? 0 : Math.max(0, leadTimeSeconds * SECOND_MS - measuredMs);
  const periodsMs = seasonalitySeconds?.map((seconds) => seconds * SECOND_MS) ?? 'auto';
  const behavior = object?.behavior ? behaviorOf(object.behavior) : null;
  const holdS = behavior?.scaleDown?.stabilizationWindowS;
  const rules = { behavior, targetType: configured.metricType };
  return {
    ...settings,
    hpa: { ...settings.hpa, ...rules },
    scaledObject: {
      ...settings.scaledObject,
      ...rules,
      activationThreshold: configured.activationThreshold,
      ...(object !== null && {
        cooldownPeriodS: object.cooldownSeconds,
        initialCooldownPeriodS: object.initialCooldownSeconds,
        idleReplicaCount: object.idleReplicaCount,
      }),
    },
    historyMs: isGiven('history') ? settings.historyMs : historyOf(series),
    horizonMs: configured.horizonSeconds * SECOND_MS,
    queryStepMs: isGiven('step') ? settings.queryStepMs : configured.stepSeconds * SECOND_MS,
    pollingIntervalMs: configured.pollingIntervalSeconds * SECOND_MS,
    model: isGiven('model') ? settings.model : configured.model,
    seasonality: isGiven('seasonality') ? settings.seasonality : periodsMs,
    mode: isGiven('mode') || mode === 'observe' ? settings.mode : mode,
    capacityPerReplica: told ?? targetPerReplica / setting.targetUtilization,
    capacitySource: told === null ? capacityWords('the workload', setting.targetUtilization) : settings.capacitySource,
    hpaUtilization: aim('hpaTarget', settings.hpaUtilization),
    bounds: {
      min: isGiven('min') ? bounds.min : configured.minReplicaCount,
      max: isGiven('max') ? bounds.max : configured.maxReplicaCount,
    },
    setting: {
      ...setting,
      targetUtilization: aim('target', setting.targetUtilization),
      holdS: isGiven('hold') ? setting.holdS : (holdS ?? setting.holdS),
      quantile: isGiven('quantile') ? setting.quantile : configured.quantile,
      leadMarginMs: isGiven('leadMargin') ? setting.leadMarginMs : marginMs,
    },
  };
}

/** A service has no more in memory than its models see: the first part of it is history, the rest is replayed. */
function historyOf(series: Series): number {
  const spanMs = series.length * series.stepMs;
  return Math.floor((HISTORY_SHARE * spanMs) / HOUR_MS) * HOUR_MS;
}
