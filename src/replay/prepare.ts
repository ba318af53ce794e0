import { DAY_MS, formatDuration, SECOND_MS } from '../core/duration.js';
import { UsageError } from '../core/errors.js';
import { Series } from '../core/series.js';
import { ACCEPTED_TARGET, targetFault } from '../core/target.js';
import { demandFromSeries, type Demand } from '../simulate/demand.js';
import { DEFAULT_HPA } from '../simulate/hpa/controller.js';
import { MetricPipeline } from '../simulate/metric-pipeline.js';
import { withNoise } from '../simulate/noise.js';
import { fixedDelay } from '../simulate/pods/delay.js';
import type { PodSettings } from '../simulate/pods/pod-fleet.js';
import { seededRandom } from '../core/random.js';
import { simulationSettings, type SimulationSettings } from '../simulate/settings.js';
import { checkLoad } from './load.js';
import { leadTimeMs, REPLICAS_AT_MEAN, RUN_UP_MS, TUNING_SHARE, type ReplaySettings } from './settings.js';
import { startupDelay } from './startup.js';
import { checkSteps } from './steps.js';

/** A stretch of time, end exclusive. */
export interface Period {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Everything that all policies of a replay share. */
export interface ReplayCase {
  readonly settings: ReplaySettings;
  readonly demand: Demand;
  /** What the query of a trigger answers, over and over. */
  readonly pipeline: MetricPipeline;
  /** The same on the grid of the query step: what a model learns from. */
  readonly samples: Series;
  readonly capacityPerReplica: number;
  readonly leadTimeMs: number;
  /** What is reported. */
  readonly report: Period;
  /** Before the report: where an objective chooses the setting. */
  readonly tuning: Period;
}

/** With less, nothing would be left to learn from before a setting is chosen. */
const LEAST_HISTORY_MS = DAY_MS;
/** Cluster Autoscaler: `--scale-down-unneeded-time`. */
const NODE_UNNEEDED_S = 600;
/** Added to the seed for the noise, so that it has nothing to do with the start-up times. */
const NOISE_STREAM = 2 ** 32;

/** @throws {UsageError} a load that is too short, or a setting that makes no sense, with what would be accepted */
export function prepareReplay(series: Series, settings: ReplaySettings): ReplayCase {
  checkLoad(series);
  const leadMs = leadTimeMs(settings, DEFAULT_HPA.syncPeriodS);
  checkSteps(series.stepMs, settings, leadMs);
  const recorded = demandFromSeries(series);
  const demand = noisy(recorded, settings);
  const spanMs = demand.seconds * SECOND_MS;
  if (settings.historyMs < LEAST_HISTORY_MS) {
    throw new UsageError(
      `the history is ${formatDuration(settings.historyMs)}; expected at least ${formatDuration(LEAST_HISTORY_MS)}`,
    );
  }
  if (spanMs < settings.historyMs + RUN_UP_MS) {
    throw new UsageError(
      `the load spans ${formatDuration(spanMs)}; expected more than a history of ${formatDuration(settings.historyMs)} ` +
        `and an hour to replay after it: give more load, or a shorter history`,
    );
  }
  const reportFromMs = Math.max(demand.startMs + settings.historyMs, demand.endMs - settings.reportMs);
  const beforeMs = reportFromMs - demand.startMs;
  const tuningMs = Math.min(settings.reportMs, TUNING_SHARE * beforeMs);
  const pipeline = new MetricPipeline(demand, settings.pipeline);
  const report = { fromMs: reportFromMs, toMs: demand.endMs };
  checkReport(demand, report);
  return {
    settings,
    demand,
    pipeline,
    samples: samplesOf(pipeline, demand, Math.max(series.stepMs, settings.queryStepMs)),
    capacityPerReplica: capacityOf(recorded, settings),
    leadTimeMs: leadMs,
    report,
    tuning: { fromMs: wholeSecond(reportFromMs - tuningMs), toMs: reportFromMs },
  };
}

/** @throws {UsageError} a lead time, with a margin, of which a forecast covers only a part */
export function checkLeadTime({ leadTimeMs, settings: { horizonMs } }: ReplayCase, marginMs: number): void {
  if (leadTimeMs + marginMs <= horizonMs) return;
  throw new UsageError(
    `the lead time is ${formatDuration(leadTimeMs + marginMs)}, from a start to Ready and with its margin; ` +
      `expected at most the ${formatDuration(horizonMs)} that are forecast`,
  );
}

/** When the decisions for a period have to begin. */
export function runUpFromMs({ fromMs }: Period): number {
  return fromMs - RUN_UP_MS;
}

/** The simulation of one period. */
export function simulationOf(replay: ReplayCase, period: Period): SimulationSettings {
  const { settings, capacityPerReplica } = replay;
  const { latency, carriesOver } = settings;
  return simulationSettings({
    bounds: { min: Math.max(1, settings.bounds.min), max: settings.bounds.max },
    service: { capacityPerReplica, latency, carriesOver },
    pipeline: settings.pipeline,
    pods: podsOf(settings),
    startMs: runUpFromMs(period),
    reportFromMs: period.fromMs,
    endMs: period.toMs,
  });
}

/** A node takes as long as any other, so that the nth pod is given the nth draw whatever the nodes do. */
function podsOf({ startup, terminationS, nodes }: ReplaySettings): PodSettings {
  const pool = nodes && {
    podsPerNode: nodes.podsPerNode,
    startup: fixedDelay(nodes.startupS),
    removeAfterS: NODE_UNNEEDED_S,
  };
  return { startup: startupDelay(startup), terminationS, nodes: pool };
}

function noisy(demand: Demand, { noise, seed }: ReplaySettings): Demand {
  return noise === null ? demand : withNoise(demand, noise, seededRandom(seed + NOISE_STREAM));
}

function samplesOf(pipeline: MetricPipeline, demand: Demand, stepMs: number): Series {
  const startMs = Math.ceil(demand.startMs / stepMs) * stepMs;
  const length = Math.max(0, Math.floor((demand.endMs - startMs) / stepMs) + 1);
  const values = Float64Array.from({ length }, (_, i) => pipeline.valueAt(startMs + i * stepMs));
  return new Series(startMs, stepMs, values);
}

function capacityOf(demand: Demand, { capacityPerReplica, setting, hpaUtilization }: ReplaySettings): number {
  const capacity = capacityPerReplica ?? demand.mean(0, demand.seconds) / REPLICAS_AT_MEAN;
  if (!(capacity > 0 && Number.isFinite(capacity))) {
    throw new UsageError(
      capacityPerReplica === null
        ? `the mean load is ${capacity * REPLICAS_AT_MEAN}; expected one above 0, or a capacity per replica`
        : `the capacity per replica is ${capacityPerReplica}; expected a number above 0`,
    );
  }
  for (const utilization of [setting.targetUtilization, hpaUtilization]) checkTarget(utilization * capacity);
  return capacity;
}

function checkTarget(target: number): void {
  const fault = targetFault(target);
  if (fault === undefined) return;
  throw new UsageError(
    `the target is ${target} per replica: ${fault}; expected ${ACCEPTED_TARGET}: count the load in another unit`,
  );
}

function checkReport(demand: Demand, { fromMs, toMs }: Period): void {
  const second = (timeMs: number): number => Math.round((timeMs - demand.startMs) / SECOND_MS);
  if (!Number.isNaN(demand.mean(second(fromMs), second(toMs)))) return;
  const span = `${new Date(fromMs).toISOString()} to ${new Date(toMs).toISOString()}`;
  throw new UsageError(`the load is unknown in all of the time to replay, ${span}; expected some samples there`);
}

function wholeSecond(timeMs: number): number {
  return Math.round(timeMs / SECOND_MS) * SECOND_MS;
}
