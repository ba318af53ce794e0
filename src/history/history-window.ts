import { MINUTE_MS } from '../core/duration.js';
import type { Series } from '../core/series.js';
import { type GridRange, mergeSeries, toGrid } from '../series/grid.js';

/** Samples arrive late by a scrape, a remote write or a rule evaluation: a few steps, or minutes where steps are short. */
const OVERLAP_STEPS = 5;
const OVERLAP_MS = 5 * MINUTE_MS;

/** How far before the last known sample a pull reaches back unless told otherwise: 5 steps or 5 minutes, the longer. */
export function defaultOverlapMs(stepMs: number): number {
  return Math.max(OVERLAP_STEPS * stepMs, OVERLAP_MS);
}

/**
 * The grid times of a window that ends now: the last is the newest multiple of the step that is not in the future, the
 * first lies as many whole steps before it as fit into the window. 7 d at 2 min are 5,041 points.
 */
export function windowAt(nowMs: number, { stepMs, windowMs }: { stepMs: number; windowMs: number }): GridRange {
  const endMs = Math.floor(nowMs / stepMs) * stepMs;
  return { startMs: endMs - Math.floor(windowMs / stepMs) * stepMs, endMs, stepMs };
}

/**
 * What to ask the source for, given what is held: from `overlapMs` before the last known sample to the end of the
 * window, or the whole window when what is held does not reach back to its beginning.
 *
 * It starts from the last *known* sample because a source that lags fills the newest grid points later; an outage of the
 * metric, however long, is asked about again until something is known after it.
 */
export function nextPull(held: Series, window: GridRange, overlapMs: number): GridRange {
  const lastKnownMs = lastKnown(within(held, window));
  if (held.startMs > window.startMs || lastKnownMs === null) return window;
  const fromMs = Math.floor((lastKnownMs - overlapMs) / window.stepMs) * window.stepMs;
  return { ...window, startMs: Math.max(window.startMs, fromMs) };
}

/**
 * Takes a pull into what is held, and drops what is outside the window.
 *
 * @returns exactly the window, gaps included; a series without values when nothing in it is known
 */
export function absorb(held: Series, pulled: Series, window: GridRange): Series {
  const nothing = toGrid([], window);
  const series = mergeSeries(mergeSeries(nothing, within(held, window)), within(pulled, window));
  return series.countKnown() === 0 ? nothing.between(window.startMs, window.startMs) : series;
}

/**
 * Whether a pull changes what is held: it has another value for a known sample, or one for a gap, at a time up to the
 * last known sample held. What comes after that is new, also where a gap was held for it.
 */
export function corrects(held: Series, pulled: Series): boolean {
  const lastMs = lastKnown(held);
  if (lastMs === null) return false;
  const again = pulled.between(held.startMs, lastMs + held.stepMs);
  return again.values.some((value, index) => !Number.isNaN(value) && value !== held.at(again.timeAt(index)));
}

function within(series: Series, { startMs, endMs, stepMs }: GridRange): Series {
  return series.between(startMs, endMs + stepMs);
}

function lastKnown(series: Series): number | null {
  const index = series.values.findLastIndex((value) => !Number.isNaN(value));
  return index === -1 ? null : series.timeAt(index);
}
