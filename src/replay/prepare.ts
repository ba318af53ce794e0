import { DAY_MS, formatDuration, HOUR_MS, SECOND_MS } from '../core/duration.js';
import { UsageError } from '../core/errors.js';
import { Series } from '../core/series.js';
import { demandFromSeries, type Demand } from '../simulate/demand.js';
import { DEFAULT_HPA } from '../simulate/hpa/controller.js';
import { DEFAULT_PIPELINE, MetricPipeline } from '../simulate/metric-pipeline.js';
import { fixedDelay, logNormalDelay } from '../simulate/pods/delay.js';
import { DEFAULT_PODS } from '../simulate/pods/pod-fleet.js';
import { simulationSettings, type SimulationSettings } from '../simulate/settings.js';
import { leadTimeMs, REPLICAS_AT_MEAN, type ReplaySettings } from './settings.js';

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

/** What runs before a period counts: longer than any stabilisation that a replay starts with. */
const RUN_UP_MS = HOUR_MS;
/** With less, nothing would be left to learn from before a setting is chosen. */
const LEAST_HISTORY_MS = DAY_MS;
/** Of the time before the report: the rest is what the first models learn from. */
const TUNING_SHARE = 4 / 7;

/** @throws {UsageError} a load that is too short, or a setting that makes no sense, with what would be accepted */
export function prepareReplay(series: Series, settings: ReplaySettings): ReplayCase {
  const demand = demandFromSeries(series);
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
  const pipeline = new MetricPipeline(demand, DEFAULT_PIPELINE);
  return {
    settings,
    demand,
    pipeline,
    samples: samplesOf(pipeline, demand, Math.max(series.stepMs, settings.queryStepMs)),
    capacityPerReplica: capacityOf(demand, settings),
    leadTimeMs: leadTimeMs(settings.startup, DEFAULT_HPA.syncPeriodS),
    report: { fromMs: reportFromMs, toMs: demand.endMs },
    tuning: { fromMs: wholeSecond(reportFromMs - tuningMs), toMs: reportFromMs },
  };
}

/** When the decisions for a period have to begin. */
export function runUpFromMs({ fromMs }: Period): number {
  return fromMs - RUN_UP_MS;
}

/** The simulation of one period. */
export function simulationOf(replay: ReplayCase, period: Period): SimulationSettings {
  const { settings, capacityPerReplica } = replay;
  const { startup, latency, carriesOver } = settings;
  const { p50S, p95S } = startup;
  return simulationSettings({
    bounds: { min: Math.max(1, settings.bounds.min), max: settings.bounds.max },
    service: { capacityPerReplica, latency, carriesOver },
    pods: { ...DEFAULT_PODS, startup: p50S === p95S ? fixedDelay(p50S) : logNormalDelay(startup) },
    startMs: runUpFromMs(period),
    reportFromMs: period.fromMs,
    endMs: period.toMs,
  });
}

function samplesOf(pipeline: MetricPipeline, demand: Demand, stepMs: number): Series {
  const startMs = Math.ceil(demand.startMs / stepMs) * stepMs;
  const length = Math.max(0, Math.floor((demand.endMs - startMs) / stepMs) + 1);
  const values = Float64Array.from({ length }, (_, i) => pipeline.valueAt(startMs + i * stepMs));
  return new Series(startMs, stepMs, values);
}

function capacityOf(demand: Demand, { capacityPerReplica }: ReplaySettings): number {
  const capacity = capacityPerReplica ?? demand.mean(0, demand.seconds) / REPLICAS_AT_MEAN;
  if (capacity > 0 && Number.isFinite(capacity)) return capacity;
  throw new UsageError(
    capacityPerReplica === null
      ? `the mean load is ${capacity * REPLICAS_AT_MEAN}; expected one above 0, or a capacity per replica`
      : `the capacity per replica is ${capacityPerReplica}; expected a number above 0`,
  );
}

function wholeSecond(timeMs: number): number {
  return Math.round(timeMs / SECOND_MS) * SECOND_MS;
}
