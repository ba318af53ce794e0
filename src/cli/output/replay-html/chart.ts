import { escapeHtml } from './html.js';
import { formatNumber } from '../number-format.js';

/** Where values lie in a drawing: `at` turns one into a coordinate with one decimal. */
export interface Scale {
  readonly from: number;
  readonly to: number;
  readonly at: (value: number) => number;
}

/** A straight scale from the values `from` to `to` onto the coordinates `start` to `end`. */
export function linearScale(from: number, to: number, start: number, end: number): Scale {
  const length = to > from ? to - from : 1;
  return { from, to, at: (value) => Math.round(10 * (start + ((value - from) / length) * (end - start))) / 10 };
}

const ROUND_FACTORS = [1, 2, 2.5, 5, 10];

/** Round numbers from 0 to the first one at or above `highest`, about `count` of them. */
export function roundTicks(highest: number, count: number): number[] {
  const least = (highest > 0 ? highest : 1) / count;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = ROUND_FACTORS.find((factor) => factor * power >= least * (1 - 1e-9))! * power;
  const steps = Math.max(1, Math.ceil(highest / step - 1e-9));
  return Array.from({ length: steps + 1 }, (_, i) => Number((i * step).toPrecision(12)));
}

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A mark on an axis. */
export interface Tick {
  readonly at: number;
  readonly label: string;
}

/** A drawing that fits its column, with a description for those who do not see it; `body` is SVG. */
export function svg({ width, height }: Pick<Frame, 'width' | 'height'>, description: string, body: string): string {
  return (
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(description)}">` +
    `<title>${escapeHtml(description)}</title>${body}</svg>`
  );
}

/** Horizontal lines with their values at the left. */
export function valueAxis(frame: Frame, scale: Scale, ticks: readonly number[], title: string): string {
  const lines = ticks.map((tick) => {
    const y = scale.at(tick);
    return (
      `<line class="grid" x1="${frame.left}" x2="${frame.width - frame.right}" y1="${y}" y2="${y}"/>` +
      `<text class="tick" x="${frame.left - 6}" y="${y + 4}" text-anchor="end">${formatNumber(tick)}</text>`
    );
  });
  return `${lines.join('')}<text class="tick" x="${frame.left - 6}" y="${frame.top - 8}" text-anchor="end">${escapeHtml(title)}</text>`;
}

/** Labels below the drawing. */
export function bottomAxis(frame: Frame, ticks: readonly Tick[], title = ''): string {
  const y = frame.height - frame.bottom;
  const labels = ticks.map(
    ({ at, label }) =>
      `<line class="grid" x1="${at}" x2="${at}" y1="${y}" y2="${y + 4}"/>` +
      `<text class="tick" x="${at}" y="${y + 17}" text-anchor="middle">${escapeHtml(label)}</text>`,
  );
  const middle = (frame.left + frame.width - frame.right) / 2;
  const below =
    title === ''
      ? ''
      : `<text class="tick" x="${middle}" y="${y + 34}" text-anchor="middle">${escapeHtml(title)}</text>`;
  return labels.join('') + below;
}

/**
 * A line through points that hold until the next one, as replicas do; broken where a value is not known.
 *
 * @param endX where the last one ends
 */
export function stepPath(xs: readonly number[], ys: readonly number[], endX: number): string {
  let path = '';
  let before = NaN;
  xs.forEach((x, i) => {
    const y = ys[i]!;
    if (!Number.isNaN(y) && y !== before) path += Number.isNaN(before) ? `M${x} ${y}` : `H${x}V${y}`;
    if (Number.isNaN(y) && !Number.isNaN(before)) path += `H${x}`;
    before = y;
  });
  return Number.isNaN(before) ? path : `${path}H${endX}`;
}

/** The area below such a line, down to `base`. */
export function stepArea(xs: readonly number[], ys: readonly number[], endX: number, base: number): string {
  return stepPath(xs, ys, endX)
    .split('M')
    .filter((run) => run !== '')
    .map((run) => `M${run.split(/[ HV]/, 1)[0]!} ${base}V${run.slice(run.indexOf(' ') + 1)}V${base}Z`)
    .join('');
}
