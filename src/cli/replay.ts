import { setImmediate as breathe } from 'node:timers/promises';
import { Command, Option } from 'commander';
import { SECOND_MS } from '../core/duration.js';
import type { Series } from '../core/series.js';
import { replay, type ReplayOptions, type ReplayProgress } from '../replay/replay.js';
import type { ReplayResult } from '../replay/result.js';
import { DEFAULT_REPLAY } from '../replay/settings.js';
import type { ReplayStep } from '../simulate/simulate.js';
import { duration, durationOption, modelOption, positiveInteger, seasonality, step, withJson } from './options.js';
import { startProgress } from './output/progress.js';
import { renderReplayHtml } from './output/replay-html/replay-html.js';
import { renderReplay } from './output/replay-report.js';
import { localTimeZone } from './output/time-format.js';
import { level, margin, positive, settingsOf, share, wholeNumber, type ReplayFlags } from './replay-flags.js';
import { RowsFile, writeText } from './rows-file.js';
import { historyOf, readLoad } from './replay-source.js';
import { withSource } from './source-options.js';
import { colorsOf, print, printJson, widthOf, type Terminal } from './terminal.js';

/** How long others wait for this process at most. */
const BREATH_MS = 50;

const DECISIONS_HEADER = 'policy,time,served,ready,desired';

/** `tidecast replay`: what reactive scaling, tidecast and others would have done on recorded load. */
export function replayCommand(terminal: Terminal, exit: (status: number) => void): Command {
  const { setting, bounds, startup } = DEFAULT_REPLAY;
  return withJson(withSource(new Command('replay')))
    .summary('replay recorded load through autoscalers: minutes short against pod-hours')
    .description(
      'Replays recorded load through an HPA, tidecast, what else people use, and a clairvoyant with the same start-up time, ' +
        'and says for how long capacity was short and what it cost. Every decision sees only the load before it.',
    )
    .option('--csv <file>', 'recorded load: header timestamp,value; epoch seconds or ISO 8601')
    .option('--service <url>', 'base URL of a running tidecast: the history it has in memory')
    .option('--workload <name>', 'which of its workloads: NAMESPACE/SCALEDOBJECT, with /METRIC where it has several')
    .addOption(durationOption('--report <duration>', 'how much of the end is replayed', DEFAULT_REPLAY.reportMs))
    .addOption(durationOption('--history <duration>', 'history that a model sees', DEFAULT_REPLAY.historyMs))
    .addOption(durationOption('--step <duration>', 'spacing of that history', DEFAULT_REPLAY.queryStepMs, step))
    .addOption(modelOption('auto', 'forecasting model'))
    .option('--seasonality <periods>', '"auto", or season lengths such as 1d,7d', seasonality, 'auto')
    .addOption(new Option('--mode <mode>', 'when a forecast acts').choices(['auto', 'active']).default('auto'))
    .option('--quantile <level>', 'level of the forecast that is served', level, setting.quantile)
    .option('--target <share>', "share of a replica's capacity that tidecast aims at", share, setting.targetUtilization)
    .addOption(
      durationOption('--lead-margin <duration>', 'how much further than the lead time', setting.leadMarginMs, margin),
    )
    .addOption(durationOption('--hold <duration>', 'scale-down stabilisation of its HPA', setting.holdS * SECOND_MS))
    .option('--capacity <load>', 'load one ready replica can serve (default: the mean load is worth 20)', positive)
    .option('--hpa-target <share>', 'share at which all other policies aim', share, DEFAULT_REPLAY.hpaUtilization)
    .option('--min <n>', 'minReplicaCount', wholeNumber, bounds.min)
    .option('--max <n>', 'maxReplicaCount', positiveInteger, bounds.max)
    .addOption(durationOption('--startup <duration>', 'time a pod takes to be ready: median', startup.p50S * SECOND_MS))
    .option('--startup-p95 <duration>', 'its 95th percentile (default: 8/3 of the median)', duration)
    .option('--request-time <duration>', 'mean time of one request: adds response times (M/M/c)', duration)
    .option('--concurrency <n>', 'requests that one replica serves at a time', positiveInteger, 1)
    .option('--queue', 'what finds no capacity waits, instead of being lost')
    .option('--seed <n>', 'for the start-up times', wholeNumber, DEFAULT_REPLAY.seed)
    .option(
      '--objective <condition>',
      'find the setting that is best by it: "short<=0.5%" (fewest pod-hours), "short where pod_hours<=hpa"',
    )
    .option('--assert <condition>', 'exit with 1 unless tidecast meets it, such as "pod_hours<=1.05*hpa"')
    .option('--no-pareto', 'leave out the curves over quantile and target')
    .option('--decisions <file>', `write every sync as CSV: ${DECISIONS_HEADER}`)
    .option('--html <file>', 'write a report for a browser, or for paper: one file that needs nothing else')
    .action(async (given: ReplayFlags, command: Command) => {
      const series = await readLoad(given, terminal);
      const isOpen = given.service !== undefined && command.getOptionValueSource('history') === 'default';
      const flags = isOpen ? { ...given, history: historyOf(series) } : given;
      const result = await run(series, flags, terminal);
      if (flags.html !== undefined) await writeText('--html', flags.html, renderReplayHtml(result, localTimeZone()));
      const { stdout, env } = terminal;
      const layout = { width: widthOf(stdout), colors: colorsOf(stdout, env), zone: localTimeZone() };
      if (flags.json === true) printJson(stdout, result);
      else print(stdout, renderReplay(result, layout));
      if (result.assertion?.met === false) exit(1);
    });
}

async function run(series: Series, flags: ReplayFlags, terminal: Terminal): Promise<ReplayResult> {
  const options: ReplayOptions = {
    settings: settingsOf(flags),
    objective: flags.objective ?? null,
    assertion: flags.assert ?? null,
    pareto: flags.pareto,
  };
  if (flags.decisions === undefined) return finish(replay(series, options), terminal, () => Promise.resolve());
  const rows = await RowsFile.open('--decisions', flags.decisions, DECISIONS_HEADER);
  const onSync = (policy: string, at: ReplayStep): void => {
    rows.add(decisionRow(policy, at));
  };
  let result: ReplayResult;
  try {
    result = await finish(replay(series, { ...options, onSync }), terminal, () => rows.flush());
  } catch (error) {
    await rows.discard();
    throw error;
  }
  await rows.close();
  return result;
}

/** @param save called now and then, and at the end */
async function finish(
  steps: Generator<ReplayProgress, ReplayResult, void>,
  { signal, stderr }: Terminal,
  save: () => Promise<void>,
): Promise<ReplayResult> {
  let phase = '';
  let progress = startProgress(stderr, phase);
  let breathedMs = performance.now();
  try {
    for (;;) {
      signal.throwIfAborted();
      const next = steps.next();
      if (next.done === true) {
        await save();
        return next.value;
      }
      if (next.value.phase !== phase) {
        progress.end();
        phase = next.value.phase;
        progress = startProgress(stderr, phase);
      }
      progress.update(next.value.done, next.value.total);
      if (performance.now() < breathedMs + BREATH_MS) continue;
      await save();
      await breathe();
      breathedMs = performance.now();
    }
  } finally {
    progress.end();
  }
}

function decisionRow(policy: string, { timeMs, served, ready, desired }: ReplayStep): string {
  return [policy, timeMs / SECOND_MS, served ?? '', ready, desired].join(',');
}
