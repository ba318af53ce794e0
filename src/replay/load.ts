import { HOUR_MS, SECOND_MS } from '../core/duration.js';
import { UsageError } from '../core/errors.js';
import { LARGEST_LOAD, Series } from '../core/series.js';
import { RUN_UP_MS, TUNING_SHARE, type ReplaySettings } from './settings.js';

/** More than any rule but the models looks back. */
const ROOM_MS = HOUR_MS;

/**
 * The part of a load that a replay can make use of: what is reported, what a setting is chosen on, and the history before
 * it. A replay holds it second by second, and years of it would not fit in memory.
 */
export function recentLoad(series: Series, { reportMs, historyMs, pipeline }: ReplaySettings): Series {
  const beforeMs = Math.max(reportMs / TUNING_SHARE, reportMs + historyMs + RUN_UP_MS) + ROOM_MS;
  let first = series.length - 1 - Math.ceil((reportMs + beforeMs) / series.stepMs);
  if (first <= 0) return series;
  // Scrapes are counted from the beginning: they stay where they are.
  while ((first * series.stepMs) % (pipeline.scrapeIntervalS * SECOND_MS) !== 0) first--;
  return new Series(series.timeAt(first), series.stepMs, series.values.subarray(first));
}

/** @throws {UsageError} nothing known, or a sample that is no load, with the time and what would be accepted */
export function checkLoad(series: Series): void {
  if (series.countKnown() === 0) throw new UsageError('the load has no known sample; expected at least some');
  const wrong = series.values.findIndex((value) => value < 0 || value > LARGEST_LOAD);
  if (wrong < 0) return;
  const value = series.values[wrong]!;
  const hint = value < 0 ? '; in PromQL, clamp_min(QUERY, 0)' : '';
  const time = new Date(series.timeAt(wrong)).toISOString();
  throw new UsageError(`the load is ${value} at ${time}; expected 0 to ${LARGEST_LOAD}${hint}`);
}
