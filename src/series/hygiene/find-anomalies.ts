import { DAY_MS, formatDuration } from '../../core/duration.js';
import type { HistoryMask } from '../../core/history-mask.js';
import type { Series } from '../../core/series.js';
import { formatNumber } from '../../core/format.js';
import { findExcursions, isBrief, isIsolated, recurs, type Excursion } from './excursions.js';
import { medianBetween, usualLoad, type UsualLoad } from './usual-load.js';

/** A profile that explains less of the load than this, within a factor of two, says nothing about what is usual. */
const EXPLAINED_SHARE = 0.93;
/** What happens more often than this is what the load does. */
const MOST_PER_DAY = 1 / 3;
const ALWAYS_ALLOWED = 2;

/**
 * Finds outages and surges: brief, rare departures from the load's own seasonal profile after which it came back.
 *
 * Made to err on the side of doing nothing. No anomaly is: what lasts more than 6 h, what stays (a new level), what
 * happens at the same time in another season (a weekly peak), what happens often (bursts), a zero where little is
 * usual, and anything where there is no profile that holds (see {@link usualLoad}). What is still going on at the end
 * of the series, or ended less than half an hour before it, is left alone too: it is not known how it ends.
 *
 * @param seasonSteps season lengths in steps, strongest first
 * @returns masks in order of time, not overlapping
 */
export function findAnomalies(series: Series, seasonSteps: readonly number[]): HistoryMask[] {
  const load = usualLoad(series, seasonSteps);
  if (load === null || !explains(load)) return [];
  const bucketMs = load.width * series.stepMs;
  const excursions = findExcursions(load, bucketMs).filter((excursion) => !recurs(load, excursion, bucketMs));
  const most = Math.max(ALWAYS_ALLOWED, (series.length * series.stepMs * MOST_PER_DAY) / DAY_MS);
  return excursions
    .filter(({ kind }) => excursions.filter((other) => other.kind === kind).length <= most)
    .filter((excursion) => isBrief(excursion, bucketMs))
    .filter((excursion) => isIsolated(load, excursion, bucketMs))
    .map((excursion) => toMask(series, load, excursion));
}

function explains({ ratio }: UsualLoad): boolean {
  const known = ratio.filter((value) => !Number.isNaN(value));
  const close = known.filter((value) => value >= 0.5 && value <= 2);
  return close.length >= EXPLAINED_SHARE * known.length;
}

/** One bucket more on either side: within it lies the edge. */
function toMask(series: Series, load: UsualLoad, { kind, from, to }: Excursion): HistoryMask {
  const usual = medianBetween(load.usual, from, to);
  const inside = load.observed.subarray(from, to).filter((value) => !Number.isNaN(value));
  const extreme = kind === 'outage' ? Math.min(...inside) : Math.max(...inside);
  const multiple = formatNumber(Number((extreme / usual).toPrecision(2)));
  const lasted = formatDuration((to - from) * load.width * series.stepMs);
  return {
    fromMs: series.timeAt((from - 1) * load.width),
    toMs: series.timeAt(Math.min((to + 1) * load.width, series.length) - 1),
    kind,
    reason: `${kind === 'outage' ? 'down' : 'up'} to ${multiple} times the usual ${formatNumber(usual)}, for ${lasted}`,
  };
}
