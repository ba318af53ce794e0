import { formatNumber } from '../../core/format.js';
import type { HistoryMask } from '../../core/history-mask.js';
import type { Series } from '../../core/series.js';
import { runsWhere } from './runs.js';

/** A restart spoils one interval, two where it falls on a grid time. */
const LONGEST_SAMPLES = 2;
/** A series that is below zero more often than this is one that may be. */
const MOST_SHARE = 0.01;

/**
 * Finds what a restarted counter leaves in a rate computed without `rate()` or `increase()`, by `deriv` or `delta`:
 * one or two negative samples in a series that is otherwise never negative. One at the end of the series is left alone.
 */
export function findCounterResets(series: Series): HistoryMask[] {
  const negative = runsWhere(series.values, (value) => value < 0);
  const samples = negative.reduce((sum, { from, to }) => sum + to - from, 0);
  if (samples > MOST_SHARE * series.countKnown()) return [];
  if (negative.some(({ from, to }) => to - from > LONGEST_SAMPLES)) return [];
  return negative
    .filter(({ to }) => to < series.length)
    .map(({ from, to }) => ({
      fromMs: series.timeAt(from),
      toMs: series.timeAt(to - 1),
      kind: 'counter-reset',
      reason: `${formatNumber(Math.min(...series.values.subarray(from, to)))} in a load that is never below 0`,
    }));
}
