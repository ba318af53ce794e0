import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/duration.js';
import type { Series } from '../../core/series.js';

/** Noise of single samples averages out, an edge stays sharp. */
const BUCKET_MS = 5 * MINUTE_MS;
/** The sample itself and two others: a single other one cannot tell which of both is unusual. */
const FEWEST_SEASONS = 3;
/** Reach to either side of the median that follows the level: events of some hours do not move it, a new level does. */
const LEVEL_REACH_MS = 12 * HOUR_MS;
const LEVEL_STRIDE_MS = HOUR_MS;
/** Added to both sides of a ratio, as a share of the typical load: next to nothing, multiples mean nothing. */
const RATIO_FLOOR = 0.2;
const NOISE_LEVEL = 0.9;

/** The load and what would have been usual, in buckets of whole steps. */
export interface UsualLoad {
  /** Steps per bucket; bucket `b` starts at sample `b * width`. */
  readonly width: number;
  readonly seasonBuckets: number;
  /** Mean of the known samples of each bucket, NaN where there is none. */
  readonly observed: Float64Array;
  /** What was usual at that time of the season at the level of that day; NaN where nobody can tell. */
  readonly usual: Float64Array;
  /** Observed over usual, both raised by a part of the typical load; 1 is usual, NaN unknown. */
  readonly ratio: Float64Array;
  /** Mean of the profile: the scale of the load. */
  readonly typical: number;
  /** How far the ratio usually strays: nine in ten of its logarithms are closer to 0. */
  readonly noise: number;
}

/**
 * Compares a load with its own seasonal profile.
 *
 * The profile of a bucket is the median of the buckets at the same time in the *other* seasons, so that nothing vouches
 * for itself; it is scaled by the level of the surrounding day, the median of observed over profile, so that growth,
 * quiet weekends and levels that stay are usual.
 *
 * @param seasonSteps season lengths in steps, strongest first; the first one of a day or more that is repeated often
 *   enough is used, else the day, which also serves a load without a season: what it was at any time is usual
 * @returns null when there is no profile: fewer than three repetitions, nothing but zeros, or a load that goes below
 *   zero
 */
export function usualLoad(series: Series, seasonSteps: readonly number[]): UsualLoad | null {
  const season = profileSeason(series, seasonSteps);
  if (series.length < FEWEST_SEASONS * season) return null;
  const width = largestDivisor(season, BUCKET_MS / series.stepMs);
  const seasonBuckets = season / width;
  const observed = bucketMeans(series.values, width);
  const profile = profileWithoutSelf(observed, seasonBuckets);
  const known = profile.filter((value) => !Number.isNaN(value));
  const typical = known.reduce((sum, value) => sum + value, 0) / known.length;
  if (!(typical > 0) || known.some((value) => value < 0)) return null;

  const floor = RATIO_FLOOR * typical;
  const bucketMs = width * series.stepMs;
  const toProfile = observed.map((value, b) => (value + floor) / (profile[b]! + floor));
  const level = rollingMedian(toProfile, LEVEL_REACH_MS / bucketMs, LEVEL_STRIDE_MS / bucketMs);
  const ratio = toProfile.map((value, b) => value / level[b]!);
  const distances = knownSorted(ratio.map((value) => Math.abs(Math.log(value))));
  return {
    width,
    seasonBuckets,
    observed,
    usual: profile.map((value, b) => Math.max(0, (value + floor) * level[b]! - floor)),
    ratio,
    typical,
    noise: distances[Math.floor(NOISE_LEVEL * distances.length)]!,
  };
}

function profileSeason({ length, stepMs }: Series, seasonSteps: readonly number[]): number {
  const day = Math.max(1, Math.round(DAY_MS / stepMs));
  return seasonSteps.find((steps) => steps >= day && length >= FEWEST_SEASONS * steps) ?? day;
}

/** Median of the known values from bucket `from` to before `to`, where these exist; NaN when none is known. */
export function medianBetween(values: Float64Array, from: number, to: number): number {
  return medianOfSorted(knownSorted(values.subarray(Math.max(0, from), Math.max(0, to))));
}

/** The largest divisor not above `most`, at least 1. */
function largestDivisor(steps: number, most: number): number {
  let divisor = Math.max(1, Math.floor(most));
  while (steps % divisor !== 0) divisor--;
  return divisor;
}

function bucketMeans(values: Float64Array, width: number): Float64Array {
  return Float64Array.from({ length: Math.ceil(values.length / width) }, (_, bucket) => {
    const known = values.subarray(bucket * width, (bucket + 1) * width).filter((value) => !Number.isNaN(value));
    return known.length === 0 ? NaN : known.reduce((sum, value) => sum + value, 0) / known.length;
  });
}

/** For each bucket the median of those at the same time in other seasons; NaN where fewer than two are known. */
function profileWithoutSelf(observed: Float64Array, seasonBuckets: number): Float64Array {
  const profile = new Float64Array(observed.length);
  for (let phase = 0; phase < seasonBuckets; phase++) {
    const column: number[] = [];
    for (let b = phase; b < observed.length; b += seasonBuckets) column.push(observed[b]!);
    const sorted = knownSorted(Float64Array.from(column));
    column.forEach((value, season) => {
      const others = Number.isNaN(value) ? sorted : without(sorted, value);
      profile[phase + season * seasonBuckets] = others.length < FEWEST_SEASONS - 1 ? NaN : medianOfSorted(others);
    });
  }
  return profile;
}

/** The median around each bucket, computed every `stride` buckets and held in between; NaN where nothing is known. */
function rollingMedian(values: Float64Array, reach: number, stride: number): Float64Array {
  const held = Math.max(1, Math.round(stride));
  const medians = new Float64Array(values.length);
  for (let from = 0; from < values.length; from += held) {
    const centre = from + held / 2;
    medians.fill(medianBetween(values, Math.floor(centre - reach), Math.ceil(centre + reach)), from, from + held);
  }
  return medians;
}

function knownSorted(values: Float64Array): Float64Array {
  return values.filter((value) => !Number.isNaN(value)).sort();
}

function without(sorted: Float64Array, value: number): Float64Array {
  const at = sorted.indexOf(value);
  return sorted.filter((_, i) => i !== at);
}

function medianOfSorted(sorted: Float64Array): number {
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return NaN;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
