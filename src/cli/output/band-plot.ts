import type { Forecast } from '../../core/forecast.js';
import { Series } from '../../core/series.js';
import { BrailleCanvas } from './braille-canvas.js';
import { spansOf, type Span } from './curve.js';
import { formatPercent } from './number-format.js';
import { PlotFrame } from './plot-frame.js';
import { PlotGrid, type Paint } from './plot-grid.js';
import { plain, type Colors } from './style.js';
import { pad, textWidth } from './text.js';

/** A further line in a plot, such as the capacity over time. */
export interface PlotLine {
  readonly series: Series;
  /** Stands at the right of the plot, at the height of the last value. */
  readonly label: string;
  readonly paint: Paint;
  /** Sets it apart where there are no colours. */
  readonly dotted?: boolean;
}

export interface BandPlot {
  /** What was measured; gaps stay open. */
  readonly history: Series;
  /** null: none yet. */
  readonly forecast: Forecast | null;
  /** The two quantile levels between which the forecast is shaded. */
  readonly shaded: readonly [number, number];
  /** First time shown. */
  readonly fromMs: number;
  /** Last time shown, after `fromMs`. */
  readonly toMs: number;
  /** Marked by a vertical line, if it is shown. */
  readonly nowMs: number;
  readonly lines?: readonly PlotLine[];
  /** Horizontal lines, such as a limit, in the unit of the series. */
  readonly markers?: readonly { readonly value: number; readonly label: string }[];
  readonly unit: string;
  /** IANA name of the zone of the time axis, such as `UTC`. */
  readonly zone: string;
  /** Size in characters, axes and labels included; at least 40 by 8 is drawn. */
  readonly width: number;
  readonly height: number;
  readonly colors?: Colors;
}

/** The curve of one stretch of the plot per column of dots. */
type Curve = readonly (Span | null)[];

/**
 * Draws what was measured, what is forecast (the median as a line, the range between two quantiles shaded), the present
 * and any limits, as text.
 *
 * @returns `height` lines separated by `\n`, none wider than `width`
 * @throws {RangeError} the median or a level in `shaded` is outside the levels that the forecast holds
 */
export function renderBandPlot(plot: BandPlot): string {
  const { history, forecast, lines = [], markers = [], colors = plain } = plot;
  const rightMargin = Math.max(0, ...[...lines, ...markers].map(({ label }) => textWidth(label) + 1));
  const frame = new PlotFrame({ ...plot, colors, rightMargin, values: visibleValues(plot) });
  const grid = new PlotGrid(frame.columns, frame.rows);
  const curve = (series: Series): Curve => spansOf(series, plot.fromMs, plot.toMs, frame.columns * 2);
  const forecastCurve = (level: number): Curve => (forecast === null ? [] : curve(quantileSeries(forecast, level)));

  const [low, high] = plot.shaded;
  grid.stamp(shading(frame, forecastCurve(low), forecastCurve(high)), colors.blue);
  for (const { value } of markers) drawMarker(grid, frame.rowOf(value), colors.yellow);
  for (let row = 0; row < frame.rows; row++) grid.put(frame.columnOf(plot.nowMs), row, '│', colors.dim);
  for (const { series, paint, dotted } of lines) grid.stamp(stroke(frame, curve(series), dotted), paint);
  grid.stamp(stroke(frame, forecastCurve(0.5)), (text) => colors.bold(colors.cyan(text)));
  grid.stamp(stroke(frame, curve(history)), colors.bold);

  const labels = rightLabels(plot, frame, colors);
  const rows = grid.lines().map((line, row) => `${frame.valueAxis(row)}${line}${labels.get(row) ?? ''}`);
  return [heading(plot, frame, colors), ...rows, ...frame.timeAxis()].map((line) => line.trimEnd()).join('\n');
}

function visibleValues({ history, forecast, shaded, fromMs, toMs, lines = [], markers = [] }: BandPlot): number[] {
  const drawn = [history, ...lines.map(({ series }) => series)];
  if (forecast !== null) drawn.push(...shaded.map((level) => quantileSeries(forecast, level)));
  const seen = drawn.flatMap((series) => [...series.between(fromMs, toMs).values]);
  return [...seen, ...markers.map(({ value }) => value)].filter((value) => !Number.isNaN(value));
}

function quantileSeries(forecast: Forecast, level: number): Series {
  return new Series(forecast.targetMs(0), forecast.stepMs, forecast.quantile(level));
}

function stroke(frame: PlotFrame, curve: Curve, dotted = false): BrailleCanvas {
  const canvas = new BrailleCanvas(frame.columns, frame.rows);
  curve.forEach((span, x) => {
    if (span === null || (dotted && x % 3 === 2)) return;
    canvas.vertical(x, frame.dotOf(span.high), frame.dotOf(span.low));
  });
  return canvas;
}

function shading(frame: PlotFrame, lower: Curve, upper: Curve): BrailleCanvas {
  const canvas = new BrailleCanvas(frame.columns, frame.rows);
  upper.forEach((span, x) => {
    const under = lower[x];
    if (span === null || !under) return;
    for (let y = frame.dotOf(span.high); y <= frame.dotOf(under.low); y++) {
      // Every other dot, like a chessboard: lighter than any line.
      if ((x + y) % 2 === 0) canvas.vertical(x, y, y);
    }
  });
  return canvas;
}

function drawMarker(grid: PlotGrid, row: number, paint: Paint): void {
  for (let column = 0; column < grid.columns; column++) {
    if (grid.isBlank(column, row)) grid.put(column, row, '╌', paint);
  }
}

/** Labels at the right edge, each at the height of its value or in the nearest free row. */
function rightLabels(plot: BandPlot, frame: PlotFrame, colors: Colors): Map<number, string> {
  const { lines = [], markers = [], fromMs, nowMs } = plot;
  const wanted = [
    ...markers.map(({ value, label }) => ({ value, label, paint: colors.yellow })),
    ...lines.map(({ series, label, paint }) => ({ value: lastKnown(series.between(fromMs, nowMs + 1)), label, paint })),
  ].filter(({ value }) => !Number.isNaN(value));
  const labels = new Map<number, string>();
  for (const { value, label, paint } of wanted.sort((a, b) => a.value - b.value)) {
    const row = nearestRow(frame.rowOf(value), frame.rows, labels);
    if (row !== undefined) labels.set(row, ` ${paint(label)}`);
  }
  return labels;
}

/** The row nearest to `wanted` that is not taken, the upper one of two; undefined when all are. */
function nearestRow(wanted: number, rows: number, taken: ReadonlyMap<number, string>): number | undefined {
  const free = Array.from({ length: rows }, (_, row) => row).filter((row) => !taken.has(row));
  return free.sort((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted))[0];
}

function lastKnown(series: Series): number {
  return series.values.findLast((value) => !Number.isNaN(value)) ?? NaN;
}

/** What is left and right of the present, in as many words as there is room for. */
function heading({ nowMs, forecast, shaded }: BandPlot, frame: PlotFrame, colors: Colors): string {
  const now = frame.columnOf(nowMs);
  if (now < 0 || now >= frame.columns) return frame.heading('');
  const [low, high] = shaded.map(formatPercent);
  const right = forecast === null ? ['no forecast yet'] : [`forecast, shaded ${low} to ${high}`, 'forecast'];
  const left = pad(now > 'measured'.length ? 'measured ' : '', now, 'right');
  const room = frame.columns - now - 2;
  const fitting = right.find((text) => textWidth(text) <= room) ?? '';
  return frame.heading(`${left}${colors.dim('│')} ${colors.cyan(fitting)}`);
}
