import type { Series } from '../../core/series.js';

/** Smallest and largest value of a curve within a stretch of time. */
export interface Span {
  readonly low: number;
  readonly high: number;
}

/**
 * The curve through a series, with straight lines between neighbouring samples, cut into `count` equal stretches. Drawn as
 * one stroke per stretch it looks connected, and no peak is lost however many samples share a stretch.
 *
 * @returns null where the stretch holds nothing: outside the series, and next to gaps
 */
export function spansOf(series: Series, fromMs: number, toMs: number, count: number): (Span | null)[] {
  const widthMs = (toMs - fromMs) / count;
  return Array.from({ length: count }, (_, i) => spanWithin(series, fromMs + i * widthMs, fromMs + (i + 1) * widthMs));
}

/** The curve at one moment; NaN outside the series and next to gaps. */
export function valueAt(series: Series, timeMs: number): number {
  const position = (timeMs - series.startMs) / series.stepMs;
  const left = Math.floor(position);
  const weight = position - left;
  const value = series.values[left] ?? NaN;
  return weight === 0 ? value : value + weight * ((series.values[left + 1] ?? NaN) - value);
}

function spanWithin(series: Series, fromMs: number, toMs: number): Span | null {
  const inside = series.between(fromMs, toMs).values;
  const known = [valueAt(series, fromMs), ...inside, valueAt(series, toMs)].filter((value) => !Number.isNaN(value));
  return known.length === 0 ? null : { low: Math.min(...known), high: Math.max(...known) };
}
