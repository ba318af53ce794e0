import { UsageError } from '../core/errors.js';
import { DAY_MS, formatDuration, HOUR_MS, SECOND_MS } from '../core/duration.js';
import type { Series } from '../core/series.js';
import type { ScaledObject } from '../core/scaled-object.js';
import type { Workload } from '../core/workload.js';
import { prepareForecaster } from '../forecast/registry.js';
import { readQuestions } from '../replay/questions.js';
import { replay } from '../replay/replay.js';
import type { PolicyResult, ReplayResult } from '../replay/result.js';
import { DEFAULT_REPLAY, leadTimeMs, type ReplaySettings } from '../replay/settings.js';
import { measuredStartup } from '../replay/startup.js';
import { mask, trimStart } from '../series/mask.js';
import type { ReplayFigures, ReplayFindings, ReplayJob, ReplayRequest, Replays } from '../serve/view.js';
import { DEFAULT_HPA } from '../simulate/hpa/controller.js';
import { DEFAULT_PIPELINE } from '../simulate/metric-pipeline.js';
import { BackgroundJobs, type Work } from './background-jobs.js';

/** Of what is in memory: the rest is replayed. */
const HISTORY_SHARE = 4 / 7;
const PHASES = ['forecasting', 'choosing', 'replaying'] as const;

export interface ReplayJobsProps {
  /** The workload and its history; undefined when there is none of that id. */
  readonly find: (workloadId: string) => { readonly workload: Workload; readonly series: Series } | undefined;
  /** The ScaledObject that a workload is a trigger of; undefined: it came without one. */
  readonly objectOf: (workload: Workload) => ScaledObject | undefined;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Replays asked for over REST: what a workload's own setting would have come to on the history that is in memory. */
export class ReplayJobs extends BackgroundJobs<ReplayRequest, ReplayJob> implements Replays {
  readonly #find: ReplayJobsProps['find'];
  readonly #objectOf: ReplayJobsProps['objectOf'];

  constructor({ find, objectOf, now }: ReplayJobsProps) {
    super({ prefix: 'rp', plural: 'replays' }, now);
    this.#find = find;
    this.#objectOf = objectOf;
  }

  start(request: ReplayRequest): ReplayJob {
    const found = this.#find(request.workloadId);
    if (found === undefined) throw new UsageError(`there is no workload "${request.workloadId}"`);
    readQuestions(request, request.latency !== null);
    const { workload, series } = found;
    const replayed = { workload, series, object: this.#objectOf(workload) };
    return this.begin(request, (job) => ({ ...job, findings: null }), workOf(request, replayed));
  }
}

interface Replayed {
  readonly workload: Workload;
  /** What is in memory. */
  readonly series: Series;
  readonly object: ScaledObject | undefined;
}

function workOf(request: ReplayRequest, { workload, series: held, object }: Replayed): Work<ReplayJob> {
  return async ({ signal, tell }) => {
    const series = mask(trimStart(held), workload.ignoreWindows);
    const { objective, assertion } = request;
    await prepareForecaster(workload.model);
    const steps = replay(series, {
      settings: settingsFor(request, { workload, series, object }),
      objective,
      assertion,
      pareto: false,
    });
    for (;;) {
      signal.throwIfAborted();
      const step = steps.next();
      if (step.done === true) return { findings: findingsOf(step.value) };
      const { phase, done, total } = step.value;
      await tell((PHASES.indexOf(phase) + done / total) / PHASES.length);
    }
  };
}

/** The workload as it is configured, but for its lead time: what a start of its pods takes is asked for. */
function settingsFor(request: ReplayRequest, { workload, series, object }: Replayed): ReplaySettings {
  const { targetUtilization } = request;
  const spanMs = series.length * series.stepMs;
  const historyMs = Math.floor((HISTORY_SHARE * spanMs) / HOUR_MS) * HOUR_MS;
  if (historyMs < DAY_MS) {
    throw new UsageError(
      `the history in memory spans ${formatDuration(spanMs)}; expected at least ${formatDuration(DAY_MS / HISTORY_SHARE)} ` +
        'for a replay: try again later',
    );
  }
  const { minReplicaCount, maxReplicaCount } = workload.bounds;
  const assumed = assumptionsOf(request);
  const measuredMs = leadTimeMs(assumed, DEFAULT_HPA.syncPeriodS);
  const leadMarginMs = workload.leadTimeMs === 'auto' ? 0 : Math.max(0, workload.leadTimeMs - measuredMs);
  return {
    ...DEFAULT_REPLAY,
    ...assumed,
    reportMs: spanMs,
    historyMs,
    horizonMs: workload.horizonMs,
    queryStepMs: workload.stepMs,
    model: workload.model,
    seasonality: workload.seasonalityMs,
    mode: workload.mode === 'active' ? 'active' : 'auto',
    setting: {
      quantile: workload.quantile,
      targetUtilization,
      leadMarginMs,
      holdS: object?.behavior?.scaleDown?.stabilizationWindowS ?? DEFAULT_REPLAY.setting.holdS,
    },
    pollingIntervalMs: workload.pollingIntervalMs,
    capacityPerReplica: workload.targetPerReplica / targetUtilization,
    hpaUtilization: targetUtilization,
    bounds: { min: minReplicaCount, max: maxReplicaCount },
    ...clusterOf(workload, object),
  };
}

/** What KEDA and the HPA that it makes are told; the same HPA is what tidecast is compared with. */
function clusterOf(
  { activationThreshold, metricType: targetType }: Workload,
  object: ScaledObject | undefined,
): Pick<ReplaySettings, 'hpa' | 'scaledObject'> {
  const { hpa, scaledObject } = DEFAULT_REPLAY;
  if (object === undefined) {
    return { hpa: { ...hpa, targetType }, scaledObject: { ...scaledObject, activationThreshold, targetType } };
  }
  const rules = { targetType, behavior: object.behavior, cpuUtilization: cpuUtilizationOf(object) };
  return {
    hpa: { ...hpa, ...rules },
    scaledObject: {
      ...scaledObject,
      ...rules,
      activationThreshold,
      cooldownPeriodS: object.cooldownMs / SECOND_MS,
      initialCooldownPeriodS: object.initialCooldownMs / SECOND_MS,
      idleReplicaCount: object.bounds.idleReplicaCount,
    },
  };
}

/** Of its `cpu` trigger; null: it has none that can be replayed, see `docs/replay.md`. */
function cpuUtilizationOf({ triggers }: ScaledObject): number | null {
  const onCpu = triggers.find(
    (trigger) => trigger.kind === 'resource' && trigger.resource === 'cpu' && trigger.targetType === 'Utilization',
  );
  const percent = onCpu?.kind === 'resource' ? onCpu.target : NaN;
  return percent >= 1 && percent <= 100 ? percent / 100 : null;
}

/** What nobody has configured: what the pods and their load are like. */
function assumptionsOf(request: ReplayRequest) {
  const { startup, nodes, terminationMs, latency, queue, noise, seed, hpaMetric, pipeline } = request;
  return {
    startup:
      'samplesS' in startup
        ? measuredStartup(startup.samplesS)
        : { p50S: startup.p50Ms / SECOND_MS, p95S: startup.p95Ms / SECOND_MS },
    nodes: nodes && { podsPerNode: nodes.podsPerNode, startupS: nodes.startupMs / SECOND_MS },
    terminationS: Math.round(terminationMs / SECOND_MS),
    latency: latency && { serviceS: latency.requestTimeMs / SECOND_MS, serversPerReplica: latency.concurrency },
    carriesOver: queue,
    noise: noise && { relativeDeviation: noise.deviation, correlationS: noise.correlationMs / SECOND_MS },
    pipeline: {
      ...DEFAULT_PIPELINE,
      scrapeIntervalS: pipeline.scrapeIntervalMs / SECOND_MS,
      rateWindowS: pipeline.rateWindowMs / SECOND_MS,
      delayS: pipeline.adapterDelayMs / SECOND_MS,
    },
    seed,
    hpaMetric,
  } satisfies Partial<ReplaySettings>;
}

function findingsOf({ report, policies, objective, assertion }: ReplayResult): ReplayFindings {
  return {
    ...report,
    policies: policies.map(figuresOf),
    objective: objective && { text: objective.text, met: objective.reported.met, yaml: objective.yaml },
    assertion: assertion && { text: assertion.text, met: assertion.met },
  };
}

function figuresOf({ name, description, outcome, short, podHoursVsOracle }: PolicyResult): ReplayFigures {
  const { minutesShort, depth, longestShortMinutes, podHours, scaleUps, scaleDowns, latency } = outcome;
  return {
    policy: name,
    description,
    minutesShort,
    shareShort: short,
    depth,
    longestShortMinutes,
    podHours,
    podHoursVsOracle,
    scaleUps,
    scaleDowns,
    latency,
  };
}
