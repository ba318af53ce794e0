import type { Evidence } from '../core/decision.js';
import { formatDuration } from '../core/duration.js';
import type { Forecast } from '../core/forecast.js';
import type { HistoryMask } from '../core/history-mask.js';
import type { Series } from '../core/series.js';
import { evidenceIsGood } from '../scaling/decide.js';
import { masksJson } from './hygiene-options.js';
import { renderBandPlot } from './output/band-plot.js';
import { maskLines } from './output/mask-lines.js';
import { formatNumber } from './output/number-format.js';
import { sparkline } from './output/sparkline.js';
import { renderTable } from './output/table.js';
import { formatTime, localTimeZone } from './output/time-format.js';
import { colorsOf, widthOf, type Terminal } from './terminal.js';

/** What was found out about a query. */
export interface Outlook {
  readonly query: string;
  /** As it was read. */
  readonly series: Series;
  /** What of it was not learnt from. */
  readonly masks: readonly HistoryMask[];
  readonly seasonSteps: readonly number[];
  readonly forecast: Forecast;
  readonly evidence: Evidence | null;
  readonly leadTimeMs: number;
}

/** Level that the judgement is about. */
export const EVIDENCE_QUANTILE = 0.9;
const SHADED: readonly [number, number] = [0.1, 0.9];
const PLOT_HEIGHT = 18;
const TABLE_ROWS = 8;

/** The outlook as text: what is known, the plot, the quantiles and the judgement. */
export function renderOutlook(outlook: Outlook, terminal: Terminal): string {
  const { query, series, masks, seasonSteps, forecast, evidence, leadTimeMs } = outlook;
  const colors = colorsOf(terminal.stdout, terminal.env);
  const zone = localTimeZone();
  const { stepMs } = series;
  const gaps = series.length - series.countKnown();
  const seasons = seasonSteps.map((steps) => formatDuration(steps * stepMs)).join(', ') || 'none found';
  const spanMs = forecast.endMs - forecast.originMs;
  return [
    colors.bold(query),
    `${series.length} samples every ${formatDuration(stepMs)} (${gaps} missing), seasons: ${seasons}, model: ${forecast.model}`,
    ...maskLines(masks, zone),
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

/** The outlook as `--json` prints it. */
export function outlookJson({ query, series, masks, seasonSteps, forecast, evidence }: Outlook): object {
  const iso = (timeMs: number): string => new Date(timeMs).toISOString();
  return {
    query,
    model: forecast.model,
    origin: iso(forecast.originMs),
    stepSeconds: series.stepMs / 1_000,
    samples: { total: series.length, known: series.countKnown(), from: iso(series.startMs) },
    masks: masksJson(masks),
    seasonsSeconds: seasonSteps.map((steps) => (steps * series.stepMs) / 1_000),
    levels: forecast.levels,
    points: Array.from({ length: forecast.horizonSteps }, (_, k) => ({
      time: iso(forecast.targetMs(k)),
      values: forecast.values.map((row) => row[k]!),
    })),
    evidence,
  };
}
