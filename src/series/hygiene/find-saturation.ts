import { MINUTE_MS, formatDuration } from '../../core/duration.js';
import { formatNumber } from '../../core/format.js';
import type { HistoryMask } from '../../core/history-mask.js';
import type { Series } from '../../core/series.js';
import { runsWhere } from './runs.js';

/** A measurement touches a limit without quite reaching it. */
const AT_LIMIT_SHARE = 0.98;
const SHORTEST_MS = 10 * MINUTE_MS;
const FEWEST_SAMPLES = 3;
/** Where the limit is where the load usually is, it is the best that is known of the demand. */
const MOST_SHARE = 0.1;

/**
 * Finds plateaus at a known limit. There the load is what could be served, not what was asked for, so that a model would
 * learn a demand that is too low.
 *
 * One that reaches the end of the series is left alone, and so are all of them when they are more than a tenth of the
 * known samples: without them nothing would be known about the peaks.
 *
 * @param limit in the unit of the series, > 0
 * @throws {RangeError} any other limit
 */
export function findSaturation(series: Series, limit: number): HistoryMask[] {
  if (!(limit > 0)) throw new RangeError(`the limit of a load must be > 0, got ${limit}`);
  const plateaus = runsWhere(series.values, (value) => value >= AT_LIMIT_SHARE * limit).filter(
    ({ from, to }) => to - from >= FEWEST_SAMPLES && (to - from) * series.stepMs >= SHORTEST_MS,
  );
  const samples = plateaus.reduce((sum, { from, to }) => sum + to - from, 0);
  if (samples > MOST_SHARE * series.countKnown()) return [];
  return plateaus
    .filter(({ to }) => to < series.length)
    .map(({ from, to }) => ({
      fromMs: series.timeAt(from),
      toMs: series.timeAt(to - 1),
      kind: 'saturation',
      reason: `at its limit of ${formatNumber(limit)} for ${formatDuration((to - from) * series.stepMs)}, demand unknown`,
    }));
}
