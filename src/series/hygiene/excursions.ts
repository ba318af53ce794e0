import { HOUR_MS, MINUTE_MS } from '../../core/duration.js';
import { medianBetween, type UsualLoad } from './usual-load.js';

/** A stretch of buckets, `to` exclusive, far from what is usual. */
export interface Excursion {
  readonly kind: 'outage' | 'surge';
  readonly from: number;
  readonly to: number;
}

/** "Drops to about 0": at most this share of the usual load ... */
const OUTAGE_SHARE = 0.1;
/** ... where that is at least this share of the typical load: a quiet hour may well be empty. */
const OUTAGE_LEAST_USUAL = 0.2;
/** "Multiples": at least so many times the usual load. */
const SURGE_RATIO = 3;
/** And further from usual than noise by this factor: about four standard deviations. */
const NOISE_FACTOR = 2.5;
/** Between these the load is as usual. */
const USUAL_FROM = 0.6;
const USUAL_TO = 1.7;
/** Parts of one event are no further apart, and its edges reach no further. */
const MERGE_MS = 30 * MINUTE_MS;
/** Shorter ones are noise, which models cope with. */
const SHORTEST_MS = 15 * MINUTE_MS;
/** What lasts longer is a day that is different, or a new level: information. */
const LONGEST_MS = 6 * HOUR_MS;

/** All excursions that are long enough to be events, in order, whether or not they are anomalies. */
export function findExcursions(load: UsualLoad, bucketMs: number): Excursion[] {
  const reach = Math.max(1, Math.round(MERGE_MS / bucketMs));
  const runs: { from: number; to: number; low: number; high: number }[] = [];
  load.observed.forEach((_, b) => {
    const low = isLow(load, b);
    if (!low && !(load.ratio[b]! >= SURGE_RATIO)) return;
    if (Math.abs(Math.log(load.ratio[b]!)) < NOISE_FACTOR * load.noise) return;
    let run = runs.at(-1);
    if (run === undefined || b - run.to > reach) runs.push((run = { from: b, to: b, low: 0, high: 0 }));
    run.to = b + 1;
    if (low) run.low++;
    else run.high++;
  });
  return runs
    .filter(({ low, high }) => Math.max(low, high) * bucketMs >= SHORTEST_MS)
    .map(({ from, to, low, high }) => ({ kind: low > high ? 'outage' : 'surge', ...grown(load, from, to, reach) }));
}

/** Whether it has lasted no longer than an incident or a test does. */
export function isBrief({ from, to }: Excursion, bucketMs: number): boolean {
  return (to - from) * bucketMs <= LONGEST_MS;
}

/**
 * Whether the load was as usual just before and just after, and the step between there and the excursion is in the load
 * itself: a load that was nothing before a dip fell out of nothing, and a slow hill has no foot.
 */
export function isIsolated(load: UsualLoad, { kind, from, to }: Excursion, bucketMs: number): boolean {
  const reach = Math.max(2, Math.round(MERGE_MS / bucketMs));
  const inside = medianBetween(load.observed, from, to);
  const usual = medianBetween(load.usual, from, to);
  return [
    [from - reach, from],
    [to, to + reach],
  ].every(([first, last]) => {
    if (first! < 0 || last! > load.ratio.length || countKnown(load.ratio, first!, last!) * 2 < reach) return false;
    const ratio = medianBetween(load.ratio, first!, last!);
    const beside = medianBetween(load.observed, first!, last!);
    if (!(ratio >= USUAL_FROM && ratio <= USUAL_TO)) return false;
    return kind === 'outage' ? beside >= usual / 3 : inside >= 2 * beside;
  });
}

/** Whether the same happened in another season at about the same time: then it is what the load does. */
export function recurs(load: UsualLoad, { kind, from, to }: Excursion, bucketMs: number): boolean {
  const reach = Math.round(MERGE_MS / bucketMs);
  const needed = (to - from) / 2;
  for (let shift = (from % load.seasonBuckets) - from; from + shift < load.ratio.length; shift += load.seasonBuckets) {
    if (shift === 0) continue;
    let alike = 0;
    for (let b = Math.max(0, from + shift - reach); b < to + shift + reach; b++) {
      const ratio = load.ratio[b] ?? NaN;
      if (kind === 'outage' ? ratio <= 0.5 : ratio >= 2) alike++;
    }
    if (alike >= needed) return true;
  }
  return false;
}

function isLow({ observed, usual, typical }: UsualLoad, b: number): boolean {
  return usual[b]! >= OUTAGE_LEAST_USUAL * typical && observed[b]! <= OUTAGE_SHARE * usual[b]!;
}

/** Takes in the buckets beside it in which the load was on its way, such as a retry storm after an outage. */
function grown({ ratio }: UsualLoad, from: number, to: number, reach: number): { from: number; to: number } {
  const isUsual = (b: number): boolean => !(ratio[b]! < USUAL_FROM || ratio[b]! > USUAL_TO);
  let first = from;
  let last = to;
  while (first > 0 && from - first < reach && !isUsual(first - 1)) first--;
  while (last < ratio.length && last - to < reach && !isUsual(last)) last++;
  return { from: first, to: last };
}

function countKnown(values: Float64Array, from: number, to: number): number {
  return values.subarray(from, to).filter((value) => !Number.isNaN(value)).length;
}
