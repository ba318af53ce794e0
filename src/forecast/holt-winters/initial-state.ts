import type { SmoothingState } from './smoothing.js';

/**
 * The state after the first season: its mean as the level, no trend, and what its samples differ from the mean, smoothed
 * along the season, as seasonal terms. Smoothed, because one noisy sample each would stand for every phase until several
 * seasons have averaged it out. Unlike the usual two-season decomposition this needs one season only.
 *
 * @param samples one season; NaN for gaps, but at least one is known
 * @param halfWidth of the moving mean, in steps; the season is taken as a circle
 */
export function initialState(samples: Float64Array, halfWidth: number): SmoothingState {
  const level = meanOfKnown(samples, 0, samples.length - 1);
  const season = samples.map((_, phase) => meanOfKnown(samples, phase - halfWidth, phase + halfWidth) - level);
  fillCircle(season);
  return { level, trend: 0, error: 0, season, phase: 0 };
}

/** Mean of the known values at the indices from `first` to `last`, taken as a circle; NaN when none is known. */
function meanOfKnown(values: Float64Array, first: number, last: number): number {
  const { length } = values;
  let sum = 0;
  let known = 0;
  for (let i = first; i <= last; i++) {
    const value = values[((i % length) + length) % length]!;
    if (Number.isNaN(value)) continue;
    sum += value;
    known++;
  }
  return known === 0 ? NaN : sum / known;
}

/** Replaces each NaN by linear interpolation between its known neighbours on the circle, at least one of which exists. */
function fillCircle(values: Float64Array): void {
  const { length } = values;
  const start = values.findIndex((value) => !Number.isNaN(value));
  let left = start;
  for (let i = start + 1; i <= start + length; i++) {
    const right = values[i % length]!;
    if (Number.isNaN(right)) continue;
    const from = values[left % length]!;
    for (let j = left + 1; j < i; j++) values[j % length] = from + ((right - from) * (j - left)) / (i - left);
    left = i;
  }
}
