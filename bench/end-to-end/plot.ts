import { DAY_MS, HOUR_MS } from '../../src/core/duration.js';
import type { Burst } from './load.js';
import { needed, type Tick } from './run.js';

const WIDTH = 960;
const LEFT = 46;
const RIGHT = 8;
/** For the half of the last hour that stands beside the panels. */
const MARGIN = 14;
const PANEL = 170;
const GAP = 40;
/** Steps that are one point of the drawing: the highest value of each. */
const EVERY = 4;

const COLORS = { load: '#d94801', forecast: '#08519c', queue: '#238b45', ready: '#08519c', light: '#9ecae1' };

interface Line {
  readonly name: string;
  readonly color: string;
  readonly valueOf: (tick: Tick) => number;
}

interface Panel {
  readonly title: string;
  readonly lines: readonly Line[];
  /** Hours of the day that are drawn, step by step; absent: the whole run. */
  readonly within?: readonly [number, number];
}

const CONSUMERS: readonly Line[] = [
  { name: 'asked for by the HPA', color: COLORS.light, valueOf: ({ replicas }) => replicas },
  { name: 'ready', color: COLORS.ready, valueOf: ({ ready }) => ready },
  { name: 'needed for the daily load', color: COLORS.load, valueOf: needed },
];

const PANELS: readonly Panel[] = [
  {
    title: 'messages per second',
    lines: [{ name: 'published', color: COLORS.load, valueOf: ({ arriving }) => arriving }],
  },
  {
    title: 'replicas that each trigger asks for',
    lines: [
      { name: 'forecast', color: COLORS.forecast, valueOf: ({ askedByForecast }) => askedByForecast ?? 0 },
      { name: 'queue', color: COLORS.queue, valueOf: ({ askedByQueue }) => askedByQueue ?? 0 },
      { name: 'needed for the daily load', color: COLORS.load, valueOf: needed },
    ],
  },
  { title: 'consumers', lines: CONSUMERS },
  { title: 'consumers, the rise alone', lines: CONSUMERS, within: [7.75, 8.75] },
  {
    title: 'longest wait of a message, seconds',
    lines: [{ name: 'wait', color: COLORS.queue, valueOf: ({ longestAgeS }) => longestAgeS ?? 0 }],
  },
];

/** A run as SVG: panels below one another, over the hours of the day in UTC. */
export function drawRun(ticks: readonly Tick[], burst: Burst): string {
  const height = PANELS.length * (PANEL + GAP) + 10;
  const panels = PANELS.map((panel, i) => drawPanel(panel, shownOf(ticks, panel), i * (PANEL + GAP) + 24, burst));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH + MARGIN} ${height}" font-family="sans-serif" font-size="12">`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    ...panels,
    '</svg>\n',
  ].join('\n');
}

/** The steps behind each point of a panel. */
function shownOf(ticks: readonly Tick[], { within }: Panel): Tick[][] {
  const hourOf = ({ atMs }: Tick): number => (atMs % DAY_MS) / HOUR_MS;
  const shown = within === undefined ? ticks : ticks.filter((t) => hourOf(t) >= within[0] && hourOf(t) <= within[1]);
  const every = within === undefined ? EVERY : 1;
  const points: Tick[][] = [];
  for (let i = 0; i < shown.length; i += every) points.push(shown.slice(i, i + every));
  return points;
}

function drawPanel({ title, lines }: Panel, points: readonly (readonly Tick[])[], top: number, burst: Burst): string {
  const [fromMs, toMs] = [points[0]![0]!.atMs, points.at(-1)![0]!.atMs];
  const x = (atMs: number): number => LEFT + ((atMs - fromMs) / (toMs - fromMs)) * (WIDTH - LEFT - RIGHT);
  const values = lines.map(({ valueOf }) => points.map((bin) => Math.max(...bin.map(valueOf))));
  const step = niceStep(Math.max(...values.flat()));
  const highest = step * Math.ceil(Math.max(...values.flat()) / step);
  const y = (value: number): number => top + PANEL - (value / highest) * PANEL;
  const grid = Array.from({ length: Math.round(highest / step) + 1 }, (_, i) => i * step);
  const atBurst = x(burst.atMs).toFixed(1);
  return [
    ...grid.map(
      (value) =>
        `<path d="M${LEFT} ${y(value).toFixed(1)}H${WIDTH - RIGHT}" stroke="#ddd"/>` +
        `<text x="${LEFT - 5}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end" fill="#555">${value}</text>`,
    ),
    ...marksOf(fromMs, toMs).map(
      (atMs) =>
        `<text x="${x(atMs).toFixed(1)}" y="${top + PANEL + 14}" text-anchor="middle" fill="#555">` +
        `${new Date(atMs).toISOString().slice(11, 16)}</text>`,
    ),
    ...(burst.atMs < fromMs || burst.atMs > toMs
      ? []
      : [
          `<path d="M${atBurst} ${top}V${top + PANEL}" stroke="#888" stroke-dasharray="3 3"/>`,
          `<text x="${x(burst.atMs) + 6}" y="${top + 12}" fill="#555">burst</text>`,
        ]),
    `<text x="${LEFT}" y="${top - 8}" font-weight="bold">${title}</text>`,
    ...legend(lines, top - 8),
    ...lines.map(({ color }, i) => {
      const path = points.map((bin, k) => `${x(bin[0]!.atMs).toFixed(1)},${y(values[i]![k]!).toFixed(1)}`).join(' ');
      return `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="1.4"/>`;
    }),
  ].join('\n');
}

function legend(lines: readonly Line[], y: number): string[] {
  let right = WIDTH - RIGHT;
  return [...lines].reverse().flatMap(({ name, color }) => {
    const text = `<text x="${right}" y="${y}" text-anchor="end" fill="${color}">${name}</text>`;
    right -= 14 + 6 * name.length;
    return [text];
  });
}

/** Full hours, or quarters of them where few are shown. */
function marksOf(fromMs: number, toMs: number): number[] {
  const everyMs = [HOUR_MS / 4, HOUR_MS, 2 * HOUR_MS].find((each) => (toMs - fromMs) / each <= 10) ?? 4 * HOUR_MS;
  const marks: number[] = [];
  for (let atMs = Math.ceil(fromMs / everyMs) * everyMs; atMs <= toMs; atMs += everyMs) marks.push(atMs);
  return marks;
}

/** About four lines of the grid. */
function niceStep(highest: number): number {
  const rough = highest / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough)!;
}
