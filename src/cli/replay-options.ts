import { Option, type Command } from 'commander';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../core/duration.js';
import { DEFAULT_REPLAY } from '../replay/settings.js';
import { MOST_CONCURRENT } from '../simulate/service/latency.js';
import { duration, durationOption, modelOption, positiveInteger, seasonality, step } from './options.js';
import {
  atLeast,
  atMost,
  hold,
  level,
  margin,
  positive,
  replicas,
  share,
  upTo,
  utilization,
  wholeNumber,
  wholeSeconds,
} from './replay-values.js';

/** First line of `--decisions`. */
export const DECISIONS_HEADER = 'policy,time,served,ready,desired';

/** The longest durations that are taken, as over REST. Those of a start are bounded by what is forecast. */
const MOST_MS = {
  pod: 6 * HOUR_MS,
  scrape: HOUR_MS,
  rateWindow: 6 * HOUR_MS,
  request: 10 * MINUTE_MS,
  noise: HOUR_MS,
} as const;

/** As often as the service does at the most. */
const LEAST_REFIT_MS = HOUR_MS;

/** Adds the load to replay, and what part of it. */
export function withLoad(command: Command): Command {
  return command
    .option('--csv <file>', 'recorded load: header timestamp,value; epoch seconds or ISO 8601')
    .option('--service <url>', 'base URL of a running tidecast: the history it has in memory')
    .option('--workload <name>', 'which of its workloads: NAMESPACE/SCALEDOBJECT, with /METRIC where it has several')
    .addOption(
      durationOption(
        '--report <duration>',
        'how much of the end is replayed',
        DEFAULT_REPLAY.reportMs,
        atLeast(HOUR_MS, duration),
      ),
    )
    .addOption(durationOption('--history <duration>', 'history that a model sees', DEFAULT_REPLAY.historyMs))
    .addOption(durationOption('--step <duration>', 'spacing of that history', DEFAULT_REPLAY.queryStepMs, step));
}

/** Adds what tidecast is set to, and what it is compared with. */
export function withAutoscaling(command: Command): Command {
  const { setting, bounds, hpaUtilization, hpaMetric } = DEFAULT_REPLAY;
  return command
    .addOption(modelOption(['auto'], 'forecasting model'))
    .addOption(
      durationOption(
        '--refit <duration>',
        'how often the model is fitted anew; the service: 6h',
        DEFAULT_REPLAY.refitMs,
        atLeast(LEAST_REFIT_MS, duration),
      ),
    )
    .option('--seasonality <periods>', '"auto", or season lengths such as 1d,7d', seasonality, 'auto')
    .addOption(new Option('--mode <mode>', 'when a forecast acts').choices(['auto', 'active']).default('auto'))
    .option('--quantile <level>', 'level of the forecast that is served', level, setting.quantile)
    .option(
      '--target <share>',
      "share of a replica's capacity that tidecast aims at",
      utilization,
      setting.targetUtilization,
    )
    .addOption(
      durationOption('--lead-margin <duration>', 'how much further than the lead time', setting.leadMarginMs, margin),
    )
    .addOption(
      durationOption('--hold <duration>', 'scale-down stabilisation of its HPA', setting.holdS * SECOND_MS, hold),
    )
    .option('--hpa-target <share>', 'share at which all other policies aim', share, hpaUtilization)
    .addOption(new Option('--hpa-metric <metric>', 'what the HPA looks at').choices(['load', 'cpu']).default(hpaMetric))
    .option(
      '--hpa <file>',
      'manifest of the HPA that runs now: bounds, behavior and targets, unless flags say otherwise',
    )
    .option('--scaled-object <file>', 'manifest of the ScaledObject that runs now: the same, idling and cooldown')
    .option('--min <n>', 'minReplicaCount', replicas(0), bounds.min)
    .option('--max <n>', 'maxReplicaCount', replicas(1), bounds.max);
}

/** Adds what the workload is taken to be like. */
export function withWorkload(command: Command): Command {
  const { startup, terminationS, pipeline } = DEFAULT_REPLAY;
  const [scrapeMs, delayMs] = [pipeline.scrapeIntervalS * SECOND_MS, pipeline.delayS * SECOND_MS];
  return command
    .option('--capacity <load>', 'load one ready replica can serve (default: the mean load is worth 20)', positive)
    .addOption(durationOption('--startup <duration>', 'time a pod takes to be ready: median', startup.p50S * SECOND_MS))
    .option('--startup-p95 <duration>', 'its 95th percentile (default: 8/3 of the median)', duration)
    .addOption(
      new Option('--startup-samples <file>', 'measured start-up times instead: a number of seconds per line').conflicts(
        ['startup', 'startupP95'],
      ),
    )
    .option('--pods-per-node <n>', 'pods that a node has room for: more wait for a new node', positiveInteger)
    .option('--node-startup <duration>', 'time a new node takes until it takes pods', duration)
    .addOption(
      durationOption(
        '--termination <duration>',
        'time a pod takes to be gone',
        terminationS * SECOND_MS,
        atMost(MOST_MS.pod, margin),
      ),
    )
    .addOption(
      durationOption(
        '--scrape-interval <duration>',
        'how often the load is scraped',
        scrapeMs,
        atMost(MOST_MS.scrape, wholeSeconds),
      ),
    )
    .option(
      '--rate-window <duration>',
      'window of rate(), 0 for a gauge (default: four scrapes)',
      atMost(MOST_MS.rateWindow, margin),
    )
    .addOption(
      durationOption(
        '--adapter-delay <duration>',
        'from a scrape to an answer with it',
        delayMs,
        atMost(MOST_MS.scrape, margin),
      ),
    )
    .option(
      '--request-time <duration>',
      'mean time of one request: adds response times (M/M/c)',
      atMost(MOST_MS.request, duration),
    )
    .option(
      '--concurrency <n>',
      'requests that one replica serves at a time',
      upTo(MOST_CONCURRENT, positiveInteger),
      1,
    )
    .option('--queue', 'what finds no capacity waits, instead of being lost')
    .option('--noise <share>', 'deviation of the load within the steps of the record, relative to it', share)
    .addOption(
      durationOption(
        '--noise-correlation <duration>',
        'how long such a deviation lasts',
        10_000,
        atMost(MOST_MS.noise, margin),
      ),
    )
    .option('--seed <n>', 'for the start-up times and the noise', wholeNumber, DEFAULT_REPLAY.seed);
}

/** Adds what is asked of the replay, and where its answers go. */
export function withQuestions(command: Command): Command {
  return command
    .option(
      '--objective <condition>',
      'find the setting that is best by it: "short<=0.5%" (fewest pod-hours), "short where pod_hours<=hpa"',
    )
    .option('--assert <condition>', 'exit with 1 unless tidecast meets it, such as "pod_hours<=1.05*hpa"')
    .option('--no-pareto', 'leave out the curves over quantile and target')
    .option('--decisions <file>', `write every sync as CSV: ${DECISIONS_HEADER}`)
    .option('--html <file>', 'write a report for a browser, or for paper: one file that needs nothing else');
}
