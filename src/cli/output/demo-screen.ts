import { formatDuration, HOUR_MS } from '../../core/duration.js';
import { renderBandPlot } from './band-plot.js';
import type { DemoScreen } from './demo-data.js';
import { demoClaim, renderDemoLine } from './demo-line.js';
import { WIDE_TABLE, workloadTable } from './demo-table.js';
import { plain, type Colors } from './style.js';
import { pad, textWidth, truncate, wrap } from './text.js';
import { formatDateTime, formatTime } from './time-format.js';

export interface ScreenSize {
  readonly width: number;
  readonly height: number;
}

const SMALLEST: ScreenSize = { width: 80, height: 24 };
const PLOT_HISTORY_MS = HOUR_MS;
const PLOT_FUTURE_MS = HOUR_MS;
const SHADED = [0.1, 0.9] as const;
const LARGEST_PLOT_ROWS = 24;
/** With fewer, some of the text below gives way to the plot. */
const COMFORTABLE_PLOT_ROWS = 12;

/**
 * The demo's screen: what it is, the plot of one workload, and for each workload what is served, why, and how that compares
 * with an HPA on the observed load. On a small terminal the plot comes first: links that are longer than a row, then the
 * explanations and the reasons of the other workloads, are left out.
 *
 * On a terminal narrower than 80 columns, where the table has no room, each workload is a line of text instead.
 *
 * @returns lines separated by `\n` that fill at most `height` rows of `width` columns, from 80 by 24 on with four workloads
 *   and three short links. Links are never cut, so that they can be copied; a longer one wraps.
 */
export function renderDemoScreen(screen: DemoScreen, size: ScreenSize, colors: Colors = plain): string {
  if (size.width < SMALLEST.width) return narrowScreen(screen, size);
  const { width } = size;
  const height = Math.max(SMALLEST.height, size.height);
  const { links } = screen;
  const shortLinks = links.filter((link) => textWidth(link) <= width);
  const texts = [
    fullTexts(screen, links, width, colors),
    fullTexts(screen, shortLinks, width, colors),
    compactTexts(screen, shortLinks, width, colors),
  ];
  const room = ({ above, below }: ScreenTexts): number => height - terminalRows([...above, ...below], width);
  const text = texts.find((candidate) => room(candidate) >= COMFORTABLE_PLOT_ROWS) ?? texts.at(-1)!;
  const plotRows = Math.min(LARGEST_PLOT_ROWS, room(text));
  return [...text.above, plot(screen, width, plotRows, colors), ...text.below].join('\n');
}

/** For each workload its numbers as text; what has no room is cut off. */
function narrowScreen(screen: DemoScreen, { width, height }: ScreenSize): string {
  const texts = [
    demoClaim(screen),
    `The plot and the table need ${SMALLEST.width} columns; this terminal has ${width}.`,
    ...screen.rows.map((row) => renderDemoLine(screen, row)),
  ];
  const lines = texts.flatMap((text) => wrap(text, width));
  return lines.slice(0, Math.max(1, height)).join('\n');
}

/** What stands above and below the plot. */
interface ScreenTexts {
  readonly above: readonly string[];
  readonly below: readonly string[];
}

function fullTexts(screen: DemoScreen, links: readonly string[], width: number, colors: Colors): ScreenTexts {
  const table = workloadTable(screen, width, true, colors);
  return {
    above: [title(screen, width, colors), '', focusLine(screen, width, colors)],
    below: ['', ...table, '', meaning(screen, width, colors), ...links],
  };
}

function compactTexts(screen: DemoScreen, links: readonly string[], width: number, colors: Colors): ScreenTexts {
  const table = workloadTable(screen, width, false, colors);
  return {
    above: [title(screen, width, colors), focusLine(screen, width, colors)],
    below: ['', ...table, ...links],
  };
}

function terminalRows(lines: readonly string[], width: number): number {
  return lines.reduce((rows, line) => rows + Math.max(1, Math.ceil(textWidth(line) / width)), 0);
}

function title(screen: DemoScreen, width: number, colors: Colors): string {
  const left = ` ${demoClaim(screen)}`;
  const right = `${formatDateTime(screen.nowMs, screen.zone)} ${screen.zone} `;
  return colors.inverse(colors.bold(left + pad(right, width - textWidth(left), 'right')));
}

function focusLine({ rows, focus }: DemoScreen, width: number, colors: Colors): string {
  const { name, description, leadTimeMs } = rows[focus]!;
  const about = truncate(
    `  a pod takes ${formatDuration(leadTimeMs)} to start; ${description}`,
    width - textWidth(name),
  );
  return colors.bold(name) + colors.dim(about);
}

function plot(screen: DemoScreen, width: number, height: number, colors: Colors): string {
  const { nowMs, zone, rows, focus } = screen;
  const { history, forecast, tidecastCapacity, hpaCapacity } = screen.plot;
  const { unit, tidecast, hpaAlone } = rows[focus]!;
  const pods = width >= WIDE_TABLE ? ' pods' : '';
  return renderBandPlot({
    history,
    forecast,
    shaded: SHADED,
    fromMs: nowMs - PLOT_HISTORY_MS,
    toMs: nowMs + PLOT_FUTURE_MS,
    nowMs,
    lines: [
      { series: hpaCapacity, label: `HPA ${hpaAlone.ready}${pods}`, paint: colors.red, dotted: true },
      { series: tidecastCapacity, label: `tidecast ${tidecast.ready}${pods}`, paint: colors.green },
    ],
    unit,
    zone,
    width,
    height,
    colors,
  });
}

function meaning({ startMs, zone }: DemoScreen, width: number, colors: Colors): string {
  const since = formatTime(startMs, zone);
  const text = `min short: load beyond what the ready pods can carry, since ${since}; HPA: the same without a forecast`;
  return colors.dim(truncate(text, width));
}
