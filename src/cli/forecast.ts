import { Command } from 'commander';
import type { Evidence } from '../core/decision.js';
import { DAY_MS, HOUR_MS, MINUTE_MS, formatDuration } from '../core/duration.js';
import { InsufficientHistoryError, UsageError } from '../core/errors.js';
import { DEFAULT_LEVELS, type Forecast } from '../core/forecast.js';
import type { FitOptions, Forecaster } from '../core/forecaster.js';
import type { Series } from '../core/series.js';
import { horizonSteps } from '../core/workload.js';
import { measureEvidence } from '../evaluate/evidence.js';
import { candidatesFor } from '../forecast/registry.js';
import { evidenceIsGood } from '../scaling/decide.js';
import { DEFAULT_LEAD_TIME_MS } from '../scaling/settings.js';
import { findSeasons } from '../series/seasonality.js';
import { durationOption, modelOption, seasonality, step, withJson } from './options.js';
import { renderBandPlot } from './output/band-plot.js';
import { formatNumber } from './output/number-format.js';
import { sparkline } from './output/sparkline.js';
import { renderTable } from './output/table.js';
import { formatTime, localTimeZone } from './output/time-format.js';
import { readHistory, withSource, type SourceFlags } from './source-options.js';
import { colorsOf, print, printJson, widthOf, type Terminal } from './terminal.js';

interface ForecastFlags extends SourceFlags {
  readonly history: number;
  readonly step: number;
  readonly horizon: number;
  readonly leadTime: number;
  readonly model: string;
  readonly seasonality: 'auto' | readonly number[];
  readonly json?: boolean;
}

/** What was found out about a query. */
interface Outlook {
  readonly query: string;
  readonly series: Series;
  readonly seasonSteps: readonly number[];
  readonly forecast: Forecast;
  readonly evidence: Evidence | null;
  readonly leadTimeMs: number;
}

/** A week at a minute, as for a trigger. */
const MOST_POINTS = 10_080;
const SHADED: readonly [number, number] = [0.1, 0.9];
const EVIDENCE_QUANTILE = 0.9;
const PLOT_HEIGHT = 18;
const TABLE_ROWS = 8;

/** `tidecast forecast`: one query, one forecast, without configuration. */
export function forecastCommand(terminal: Terminal): Command {
  return withJson(withSource(new Command('forecast')))
    .summary('forecast one Prometheus query and show the band')
    .description('Pulls the history of one query, forecasts it, and prints the forecast with its uncertainty.')
    .addOption(durationOption('--history <duration>', 'how much history to learn from', 7 * DAY_MS))
    .addOption(durationOption('--step <duration>', 'spacing of the samples', 2 * MINUTE_MS, step))
    .addOption(durationOption('--horizon <duration>', 'how far to forecast', 2 * HOUR_MS))
    .addOption(
      durationOption(
        '--lead-time <duration>',
        'start-up time of a pod, for the judgement below the plot',
        DEFAULT_LEAD_TIME_MS,
      ),
    )
    .option('--seasonality <periods>', '"auto", or season lengths such as 1d,7d', seasonality, 'auto')
    .addOption(modelOption('auto', 'forecasting model'))
    .action(async (flags: ForecastFlags) => {
      const outlook = await lookAhead(flags, terminal);
      if (flags.json === true) printJson(terminal.stdout, outlookJson(outlook));
      else print(terminal.stdout, renderOutlook(outlook, terminal));
    });
}

async function lookAhead(flags: ForecastFlags, terminal: Terminal): Promise<Outlook> {
  if (flags.horizon / flags.step > MOST_POINTS) {
    throw new UsageError(
      `--horizon ${formatDuration(flags.horizon)} makes more than ${MOST_POINTS} points at a step of ` +
        `${formatDuration(flags.step)}; expected a shorter horizon or a longer step`,
    );
  }
  const series = await readHistory(flags, { rangeMs: flags.history, stepMs: flags.step }, terminal);
  const seasonSteps =
    flags.seasonality === 'auto'
      ? findSeasons(series)
      : flags.seasonality.map((ms) => Math.max(1, Math.round(ms / flags.step)));
  const options: FitOptions = {
    horizonSteps: horizonSteps({ horizonMs: flags.horizon, stepMs: flags.step }),
    levels: DEFAULT_LEVELS,
    seasonSteps,
  };
  const forecaster = choose(flags.model, series, options);
  return {
    query: flags.query!,
    series,
    seasonSteps,
    forecast: forecaster.fit(series, options).forecast(),
    evidence: measureEvidence(series, forecaster, options, {
      quantile: EVIDENCE_QUANTILE,
      leadTimeMs: flags.leadTime,
      targetPerReplica: 1,
      maxReplicaCount: Infinity,
    }),
    leadTimeMs: flags.leadTime,
  };
}

/** @throws {InsufficientHistoryError} none of the candidates can do with so little */
function choose(model: string, series: Series, options: FitOptions): Forecaster {
  const candidates = candidatesFor(model);
  const known = series.countKnown();
  const found = candidates.find((candidate) => candidate.minSamples(options) <= known);
  if (found !== undefined) return found;
  const last = candidates.at(-1)!;
  throw new InsufficientHistoryError(known, last.minSamples(options), last.name);
}

function renderOutlook(outlook: Outlook, terminal: Terminal): string {
  const { query, series, seasonSteps, forecast, evidence, leadTimeMs } = outlook;
  const colors = colorsOf(terminal.stdout, terminal.env);
  const zone = localTimeZone();
  const { stepMs } = series;
  const gaps = series.length - series.countKnown();
  const seasons = seasonSteps.map((steps) => formatDuration(steps * stepMs)).join(', ') || 'none found';
  const spanMs = forecast.endMs - forecast.originMs;
  return [
    colors.bold(query),
    `${series.length} samples every ${formatDuration(stepMs)} (${gaps} missing), seasons: ${seasons}, model: ${forecast.model}`,
    sparkline(series.values, widthOf(terminal.stdout)),
    '',
    renderBandPlot({
      history: series,
      forecast,
      shaded: SHADED,
      fromMs: forecast.originMs - 3 * spanMs,
      toMs: forecast.endMs,
      nowMs: forecast.originMs,
      unit: '',
      zone,
      width: widthOf(terminal.stdout),
      height: PLOT_HEIGHT,
      colors,
    }),
    '',
    quantileTable(outlook, zone, terminal),
    '',
    judgement(evidence, leadTimeMs),
  ].join('\n');
}

function quantileTable({ forecast, leadTimeMs }: Outlook, zone: string, terminal: Terminal): string {
  const every = Math.max(1, Math.ceil(forecast.horizonSteps / TABLE_ROWS));
  const leadSteps = Math.ceil(leadTimeMs / forecast.stepMs);
  // The end of the lead time is what a decision looks at.
  const shown = Array.from({ length: forecast.horizonSteps }, (_, k) => k).filter(
    (k) => (k + 1) % every === 0 || k + 1 === leadSteps,
  );
  return renderTable(
    [
      { title: 'TIME' },
      { title: 'AHEAD', align: 'right' },
      ...forecast.levels.map((level) => ({ title: `Q${level}`, align: 'right' as const })),
    ],
    shown.map((k) => [
      formatTime(forecast.targetMs(k), zone),
      formatDuration((k + 1) * forecast.stepMs),
      ...forecast.values.map((row) => formatNumber(row[k]!)),
    ]),
    colorsOf(terminal.stdout, terminal.env),
  );
}

function judgement(evidence: Evidence | null, leadTimeMs: number): string {
  const setting = `Serving quantile ${EVIDENCE_QUANTILE} at a lead time of ${formatDuration(leadTimeMs)}`;
  if (evidence === null) return `${setting}: too little history to tell whether it would have helped.`;
  const change = 1 - evidence.servedLoss / evidence.observedLoss;
  const verdict = evidenceIsGood(evidence)
    ? `would have lost ${formatNumber(100 * change)} % less than reactive scaling`
    : 'would not have helped';
  return `${setting} ${verdict} (pinball loss of the peak within the lead time, ${evidence.origins} rolling origins).`;
}

function outlookJson({ query, series, seasonSteps, forecast, evidence }: Outlook): object {
  const iso = (timeMs: number): string => new Date(timeMs).toISOString();
  return {
    query,
    model: forecast.model,
    origin: iso(forecast.originMs),
    stepSeconds: series.stepMs / 1_000,
    samples: { total: series.length, known: series.countKnown(), from: iso(series.startMs) },
    seasonsSeconds: seasonSteps.map((steps) => (steps * series.stepMs) / 1_000),
    levels: forecast.levels,
    points: Array.from({ length: forecast.horizonSteps }, (_, k) => ({
      time: iso(forecast.targetMs(k)),
      values: forecast.values.map((row) => row[k]!),
    })),
    evidence,
  };
}
