import { basename } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { Command } from 'commander';
import { SECOND_MS } from '../core/duration.js';
import type { Series } from '../core/series.js';
import { prepareForecaster } from '../forecast/registry.js';
import { replay, type ReplayOptions, type ReplayProgress } from '../replay/replay.js';
import type { ReplayResult } from '../replay/result.js';
import type { ReplaySettings } from '../replay/settings.js';
import type { ReplayStep } from '../simulate/simulate.js';
import { checkSeasons } from './forecast-times.js';
import { withJson } from './options.js';
import { startProgress } from './output/progress.js';
import { renderReplayHtml } from './output/replay-html/replay-html.js';
import { renderReplay } from './output/replay-report.js';
import { localTimeZone } from './output/time-format.js';
import { asDeployed } from './replay-deployed.js';
import { settingsOf, type IsGiven, type ReplayFlags } from './replay-flags.js';
import { readReplayManifests } from './replay-manifests.js';
import { DECISIONS_HEADER, withAutoscaling, withLoad, withQuestions, withWorkload } from './replay-options.js';
import { asConfigured } from './replay-service.js';
import { readLoad } from './replay-source.js';
import { checkTogether } from './replay-together.js';
import { replayWarnings } from './replay-warnings.js';
import { checkDistinct, checkWritable, RowsFile, writeText } from './rows-file.js';
import { readText, withSource } from './source-options.js';
import { parseStartupSamples } from './startup-samples.js';
import { colorsOf, print, printJson, widthOf, type Terminal } from './terminal.js';

/** How long others wait for this process at most. */
const BREATH_MS = 50;

/** `tidecast replay`: what reactive scaling, tidecast and others would have done on recorded load. */
export function replayCommand(terminal: Terminal, exit: (status: number) => void): Command {
  const command = withJson(withSource(new Command('replay')))
    .summary('replay recorded load through autoscalers: minutes short against pod-hours')
    .description(
      'Replays recorded load through an HPA, tidecast, what else people use, and a clairvoyant with the same start-up time, ' +
        'and says for how long capacity was short and what it cost. Every decision sees only the load before it.',
    );
  return withQuestions(withWorkload(withAutoscaling(withLoad(command)))).action(async (flags: ReplayFlags) => {
    const { stdout, env } = terminal;
    const isGiven: IsGiven = (flag) => command.getOptionValueSource(flag) === 'cli';
    checkTogether(flags, isGiven);
    await checkFiles(flags);
    const settings = await readSettings(flags);
    const manifests = await readReplayManifests(flags, terminal);
    const { series, configured } = await readLoad(flags, terminal);
    const assumed = configured === null ? settings : asConfigured(settings, configured, series, isGiven);
    const deployed = asDeployed(assumed, manifests, isGiven);
    checkSeasons(deployed.seasonality, Math.max(series.stepMs, deployed.queryStepMs));
    const result = await run(series, { ...questionsOf(flags), settings: deployed }, flags.decisions, terminal);
    if (flags.html !== undefined)
      await writeText('--html', flags.html, renderReplayHtml(result, subjectOf(flags), localTimeZone()));
    const layout = { width: widthOf(stdout), colors: colorsOf(stdout, env), zone: localTimeZone() };
    for (const warning of replayWarnings(result, isGiven)) print(terminal.stderr, `warning: ${warning}`);
    if (flags.json === true) printJson(stdout, result);
    else print(stdout, renderReplay(result, layout));
    if (result.assertion?.met === false) exit(1);
  });
}

/** @throws {UsageError} a file that cannot be written, or that is read too */
async function checkFiles({ decisions, html, csv, startupSamples, hpa, scaledObject }: ReplayFlags): Promise<void> {
  const inputs = { '--csv': csv, '--startup-samples': startupSamples, '--hpa': hpa, '--scaled-object': scaledObject };
  await checkDistinct({ '--decisions': decisions, '--html': html }, inputs);
  if (html !== undefined) await checkWritable('--html', html);
}

/** Whose load it is, for the title of a report. */
function subjectOf({ csv, workload, query }: ReplayFlags): string {
  return csv === undefined ? (workload ?? query ?? '') : basename(csv);
}

function questionsOf({ objective, assert: assertion, pareto }: ReplayFlags): Omit<ReplayOptions, 'settings'> {
  return { objective: objective ?? null, assertion: assertion ?? null, pareto };
}

/** @param decisions file for every sync; undefined: none */
async function run(
  series: Series,
  options: ReplayOptions,
  decisions: string | undefined,
  terminal: Terminal,
): Promise<ReplayResult> {
  await prepareForecaster(options.settings.model);
  if (decisions === undefined) return finish(replay(series, options), terminal, () => Promise.resolve());
  const rows = await RowsFile.open('--decisions', decisions, DECISIONS_HEADER);
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

async function readSettings(flags: ReplayFlags): Promise<ReplaySettings> {
  const { startupSamples: path } = flags;
  const samplesS = path === undefined ? null : parseStartupSamples(await readText('--startup-samples', path), path);
  return settingsOf(flags, samplesS);
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
