import { DAY_MS, HOUR_MS, MINUTE_MS } from '../core/duration.js';
import type { Series } from '../core/series.js';

/** Coarser than the samples, finer than any season of interest: noise averages out, the shape stays. */
const BUCKET_MS = 10 * MINUTE_MS;
const SHORTEST_SEASON_MS = HOUR_MS;
/** People and schedulers keep these. */
const CALENDAR_MS = [1, 2, 3, 4, 6, 8, 12, 24, 168].map((hours) => hours * HOUR_MS);
/** A noisy peak within this share of a calendar period whose own correlation is nearly as high is that period. */
const SNAP = 0.12;
const NEARLY = 0.85;
/** With a smaller share of the buckets known, what repeats is mostly the gaps. */
const LEAST_KNOWN = 0.1;
/** A local maximum is the largest within this share of its lag to either side. */
const REACH = 0.04;
/** Repetitions within the series: two of a calendar period, three of any other, which is more likely chance. */
const CALENDAR_REPETITIONS = 2;
const OTHER_REPETITIONS = 3;
/** A season is repeated by at least this correlation ... */
const LEAST_CORRELATION = 0.2;
/** ... and stands out from the lags between its repetitions by this much ... */
const LEAST_PROMINENCE = 0.15;
/** ... and exceeds what chance makes of a series with such a memory by this many standard errors. */
const CALENDAR_SIGNIFICANCE = 1;
const OTHER_SIGNIFICANCE = 3;
/** A longer season counts only if it explains this much more than the shorter one it contains. */
const LEAST_GAIN = 0.02;

/**
 * Finds the season lengths of a series from its autocorrelation.
 *
 * The series is averaged to 10 min, square-rooted, and freed of its linear trend; a season is a local maximum of the
 * autocorrelation that is high enough, prominent enough, repeated often enough and unlikely to be chance. A longer
 * season counts beside a shorter one only where it adds (a week on top of a day). Nothing is assumed: a load without a
 * daily curve has no season of a day.
 *
 * @returns season lengths in steps of the series, strongest first; empty when there is none
 */
export function findSeasons(series: Series): number[] {
  const width = Math.max(1, Math.round(BUCKET_MS / series.stepMs));
  const bucketMs = width * series.stepMs;
  const means = bucketMeans(series.values, width);
  const known = means.reduce((count, mean) => (Number.isNaN(mean) ? count : count + 1), 0);
  if (known < LEAST_KNOWN * means.length) return [];
  const correlation = autocorrelation(detrend(means));
  const seasons: { ms: number; strength: number }[] = [];
  for (const lag of peaks(correlation, Math.max(2, Math.ceil(SHORTEST_SEASON_MS / bucketMs)))) {
    const ms = snapToCalendar(lag, bucketMs, correlation);
    const isCalendar = CALENDAR_MS.includes(ms);
    const repetitions = isCalendar ? CALENDAR_REPETITIONS : OTHER_REPETITIONS;
    if (ms * repetitions > series.length * series.stepMs) continue;
    if (!isCalendar && seasons.some((season) => isMultiple(ms, season.ms))) continue;
    const strength = correlation[lag]!;
    const significance = isCalendar ? CALENDAR_SIGNIFICANCE : OTHER_SIGNIFICANCE;
    if (strength < significance * standardError(correlation, lag)) continue;
    const best = Math.max(0, ...seasons.map((season) => season.strength));
    if (seasons.every((season) => season.ms !== ms) && strength > best + LEAST_GAIN) seasons.push({ ms, strength });
  }
  // Each is stronger than those before it, or it would not have been added.
  return fundamental(seasons.reverse()).map(({ ms }) => Math.round(ms / series.stepMs));
}

/** Whether a season is a shorter one over again. A week is too, but people keep weeks; nobody keeps two days. */
function isMultiple(ms: number, shorterMs: number): boolean {
  return Math.abs(ms / shorterMs - Math.round(ms / shorterMs)) <= REACH * (ms / shorterMs);
}

/** A short ripple that is weak beside a longer season is part of its shape, not a season of its own. */
function fundamental(seasons: { ms: number; strength: number }[]): { ms: number; strength: number }[] {
  const strongest = Math.max(0, ...seasons.map((season) => season.strength));
  return seasons.filter(({ ms, strength }) => strength >= strongest / 2 || ms >= DAY_MS);
}

function bucketMeans(values: Float64Array, width: number): Float64Array {
  const offset = values.length % width;
  return Float64Array.from({ length: Math.floor(values.length / width) }, (_, bucket) => {
    let sum = 0;
    let known = 0;
    for (let i = 0; i < width; i++) {
      const value = values[offset + bucket * width + i]!;
      if (Number.isNaN(value)) continue;
      sum += Math.sign(value) * Math.sqrt(Math.abs(value));
      known++;
    }
    return known === 0 ? NaN : sum / known;
  });
}

/** Residuals of the least-squares line; gaps become 0, the mean. */
function detrend(values: Float64Array): Float64Array {
  let count = 0;
  let sumX = 0;
  let sumY = 0;
  let sumXX = 0;
  let sumXY = 0;
  values.forEach((y, x) => {
    if (Number.isNaN(y)) return;
    count++;
    sumX += x;
    sumY += y;
    sumXX += x * x;
    sumXY += x * y;
  });
  const spread = sumXX - (sumX * sumX) / count;
  const slope = spread > 0 ? (sumXY - (sumX * sumY) / count) / spread : 0;
  const intercept = (sumY - slope * sumX) / count;
  return values.map((y, x) => (Number.isNaN(y) ? 0 : y - intercept - slope * x));
}

/**
 * Autocorrelation at lags 0 to half the length, each normalised by the energy of the two stretches it compares, so that
 * long lags are not shrunk.
 */
function autocorrelation(values: Float64Array): Float64Array {
  const most = Math.floor(values.length / 2);
  const result = new Float64Array(most + 1);
  for (let lag = 0; lag <= most; lag++) {
    let product = 0;
    let left = 0;
    let right = 0;
    for (let i = lag; i < values.length; i++) {
      product += values[i]! * values[i - lag]!;
      left += values[i]! ** 2;
      right += values[i - lag]! ** 2;
    }
    const energy = Math.sqrt(left * right);
    result[lag] = energy > 0 ? product / energy : 0;
  }
  return result;
}

/**
 * Standard error of the autocorrelation at a lag where there is none, for a series that remembers: the slower it
 * wanders, the fewer independent stretches the lag compares (Bartlett 1946). The memory is the part of the
 * autocorrelation before it first falls to 0.
 */
function standardError(correlation: Float64Array, lag: number): number {
  let memory = 0;
  for (let near = 1; near < correlation.length && correlation[near]! > 0; near++) memory += correlation[near]! ** 2;
  const samples = 2 * (correlation.length - 1);
  return Math.sqrt((1 + 2 * memory) / (samples - lag));
}

/** Lags of local maxima that are high and prominent, ascending. */
function peaks(correlation: Float64Array, firstLag: number): number[] {
  const found: number[] = [];
  let lowest = Infinity;
  for (let lag = 1; lag < correlation.length; lag++) {
    const value = correlation[lag]!;
    lowest = Math.min(lowest, value);
    const reach = Math.max(1, Math.round(lag * REACH));
    if (lag < firstLag || value < LEAST_CORRELATION || value - lowest < LEAST_PROMINENCE) continue;
    let isMaximum = true;
    for (let near = Math.max(1, lag - reach); near <= Math.min(correlation.length - 1, lag + reach); near++) {
      if (correlation[near]! > value) isMaximum = false;
    }
    if (isMaximum) found.push(lag);
  }
  return found;
}

function snapToCalendar(lag: number, bucketMs: number, correlation: Float64Array): number {
  const ms = lag * bucketMs;
  const calendar = CALENDAR_MS.find(
    (period) =>
      Math.abs(ms - period) <= SNAP * period &&
      (correlation[Math.round(period / bucketMs)] ?? 0) >= NEARLY * correlation[lag]!,
  );
  return calendar ?? ms;
}
