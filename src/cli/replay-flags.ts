import { formatDuration, SECOND_MS } from '../core/duration.js';
import { UsageError } from '../core/errors.js';
import { DEFAULT_REPLAY, type HpaMetric, type NodeRoom, type ReplaySettings } from '../replay/settings.js';
import { measuredStartup, type Startup } from '../replay/startup.js';
import { DEFAULT_PIPELINE, RATE_WINDOW_SCRAPES, type PipelineSettings } from '../simulate/metric-pipeline.js';
import type { SourceFlags } from './source-options.js';

/** What `tidecast replay` is told, durations in milliseconds. */
export interface ReplayFlags extends SourceFlags {
  readonly csv?: string;
  readonly service?: string;
  readonly workload?: string;
  readonly report: number;
  readonly history: number;
  readonly step: number;
  readonly refit: number;
  readonly model: string;
  readonly seasonality: 'auto' | readonly number[];
  readonly mode: 'auto' | 'active';
  readonly quantile: number;
  readonly target: number;
  readonly leadMargin: number;
  readonly hold: number;
  readonly capacity?: number;
  readonly hpaTarget: number;
  readonly hpaMetric: HpaMetric;
  readonly hpa?: string;
  readonly scaledObject?: string;
  readonly min: number;
  readonly max: number;
  readonly startup: number;
  readonly startupP95?: number;
  readonly startupSamples?: string;
  readonly podsPerNode?: number;
  readonly nodeStartup?: number;
  readonly termination: number;
  readonly scrapeInterval: number;
  readonly rateWindow?: number;
  readonly adapterDelay: number;
  readonly requestTime?: number;
  readonly concurrency: number;
  readonly queue?: boolean;
  readonly noise?: number;
  readonly noiseCorrelation: number;
  readonly seed: number;
  readonly objective?: string;
  readonly assert?: string;
  readonly pareto: boolean;
  readonly decisions?: string;
  readonly html?: string;
  readonly json?: boolean;
}

/**
 * Where a capacity comes from that nobody has told.
 *
 * @param whose target it is
 * @param utilization share of the capacity that the target is taken for
 */
export function capacityWords(whose: string, utilization: number): string {
  return `as the target of ${whose} is taken for ${Number((100 * utilization).toPrecision(3))} % of it`;
}

/** Whether a flag is on the command line, and no default. */
export type IsGiven = (flag: keyof ReplayFlags) => boolean;

/**
 * @param samplesS measured start-up times; null: none
 * @throws {UsageError} flags that contradict each other
 */
export function settingsOf(flags: ReplayFlags, samplesS: readonly number[] | null): ReplaySettings {
  const { requestTime, min, max, noise, noiseCorrelation } = flags;
  if (min > max) throw new UsageError(`--min is ${min} and --max ${max}; expected a minimum that is not above it`);
  const setting = {
    quantile: flags.quantile,
    targetUtilization: flags.target,
    leadMarginMs: flags.leadMargin,
    holdS: Math.round(flags.hold / SECOND_MS),
  };
  return {
    ...DEFAULT_REPLAY,
    reportMs: flags.report,
    historyMs: flags.history,
    queryStepMs: flags.step,
    refitMs: flags.refit,
    model: flags.model,
    seasonality: flags.seasonality,
    mode: flags.mode,
    setting,
    capacityPerReplica: flags.capacity ?? null,
    capacitySource: flags.capacity === undefined ? null : 'as --capacity says',
    hpaUtilization: flags.hpaTarget,
    hpaMetric: flags.hpaMetric,
    bounds: { min, max },
    pipeline: pipelineOf(flags),
    startup: samplesS === null ? assumedStartup(flags) : measuredStartup(samplesS),
    nodes: nodesOf(flags),
    terminationS: Math.round(flags.termination / SECOND_MS),
    noise: noise === undefined ? null : { relativeDeviation: noise, correlationS: noiseCorrelation / SECOND_MS },
    latency:
      requestTime === undefined ? null : { serviceS: requestTime / SECOND_MS, serversPerReplica: flags.concurrency },
    carriesOver: flags.queue === true,
    seed: flags.seed,
  };
}

function pipelineOf({ scrapeInterval, rateWindow, adapterDelay }: ReplayFlags): PipelineSettings {
  const scrapeIntervalS = scrapeInterval / SECOND_MS;
  const rateWindowS = rateWindow === undefined ? RATE_WINDOW_SCRAPES * scrapeIntervalS : rateWindow / SECOND_MS;
  if (rateWindowS !== 0 && rateWindowS < 2 * scrapeIntervalS) {
    throw new UsageError(
      `--rate-window is ${formatDuration(rateWindowS * SECOND_MS)}; expected 0 for a gauge, or at least two scrapes: ` +
        `${formatDuration(2 * scrapeInterval)} with --scrape-interval ${formatDuration(scrapeInterval)}`,
    );
  }
  return { ...DEFAULT_PIPELINE, scrapeIntervalS, rateWindowS, delayS: adapterDelay / SECOND_MS };
}

function assumedStartup({ startup, startupP95 }: ReplayFlags): Startup {
  const p95 = startupP95 ?? startup * (DEFAULT_REPLAY.startup.p95S / DEFAULT_REPLAY.startup.p50S);
  if (p95 < startup)
    throw new UsageError('--startup-p95 is shorter than --startup; expected it to be at least as long');
  return { p50S: startup / SECOND_MS, p95S: p95 / SECOND_MS };
}

function nodesOf({ podsPerNode, nodeStartup }: ReplayFlags): NodeRoom | null {
  if (podsPerNode === undefined && nodeStartup === undefined) return null;
  if (podsPerNode === undefined) throw new UsageError('--node-startup needs --pods-per-node N: who waits for a node');
  if (nodeStartup === undefined)
    throw new UsageError('--pods-per-node needs --node-startup DURATION: how long a new node takes');
  return { podsPerNode, startupS: nodeStartup / SECOND_MS };
}
