/**
 * Crane's predictor: the last day again, freed of everything faster than an hour by a Fourier transform, with a margin.
 *
 *     x(t) = sum over frequencies f <= 1/h of X(f) e^(2 pi i f t),   X the transform of the last seven days
 *
 * The margin is the one that would have predicted the last day best. Served is the larger of the observed metric and of the
 * highest prediction for the next hour. A load whose last days do not resemble each other is not predicted.
 *
 * @see https://gocrane.io, "time series prediction by DSP", whose defaults these are
 */
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/duration.js';
import type { ExternalTarget } from '../metric-target.js';
import type { Policy, PolicyView } from '../policy.js';
import { raisedMetric } from './raised-metric.js';

/** Spacing of its samples: finer ones hold nothing that a limit of an hour lets through. */
const STEP_MS = 5 * MINUTE_MS;
const DAY = DAY_MS / STEP_MS;
const WINDOW = HOUR_MS / STEP_MS;
const MOST_DAYS = 7;
const REFRESH_MS = 12 * HOUR_MS;
const MARGINS = [0.01, 0.1, 0.15, 0.2];
/** Correlation of the history with itself a day earlier that counts as periodic. */
const PERIODIC = 0.5;

export function fourierReplay(target: ExternalTarget): Policy {
  let madeAtMs = -Infinity;
  let nextHours: Float64Array | null = null;
  return raisedMetric('crane', target, (view) => {
    if (view.nowMs >= madeAtMs + REFRESH_MS) {
      madeAtMs = Math.floor(view.nowMs / STEP_MS) * STEP_MS;
      const nextDay = predictDay(historyUpTo(view, madeAtMs));
      nextHours = nextDay === null ? null : highestWithin(nextDay, WINDOW);
    }
    return nextHours?.[Math.floor((view.nowMs - madeAtMs) / STEP_MS)] ?? NaN;
  });
}

/** For each index the largest value among it and the `window - 1` after it, and at least 0. */
function highestWithin(values: Float64Array, window: number): Float64Array {
  return values.map((_, first) => Math.max(0, ...values.subarray(first, first + window)));
}

/** Whole days of samples up to a moment, gaps bridged; shorter by as many days as are not known from their beginning. */
function historyUpTo(view: PolicyView, endMs: number): Float64Array {
  const samples = new Float64Array(MOST_DAYS * DAY);
  let last = NaN;
  let unknown = 0;
  for (let i = 0; i < samples.length; i++) {
    const value = view.valueAt(endMs - (samples.length - 1 - i) * STEP_MS);
    if (!Number.isNaN(value)) last = value;
    if (Number.isNaN(last)) unknown = i + 1;
    samples[i] = last;
  }
  return samples.subarray(Math.ceil(unknown / DAY) * DAY);
}

/** The day after the history; null when its days are too few or do not resemble each other. */
function predictDay(history: Float64Array): Float64Array | null {
  if (history.length < 3 * DAY || !(dailyCorrelation(history) >= PERIODIC)) return null;
  const before = slowPart(history.subarray(0, history.length - DAY));
  const actual = history.subarray(history.length - DAY);
  const errorOf = (margin: number): number =>
    actual.reduce((sum, value, i) => sum + Math.abs(value - before[i]! * (1 + margin)), 0);
  const margin = MARGINS.reduce((best, each) => (errorOf(each) < errorOf(best) ? each : best));
  return slowPart(history).map((value) => value * (1 + margin));
}

/** The last day of the samples, as their frequencies up to one per hour make it, and never below zero. */
function slowPart(samples: Float64Array): Float64Array {
  const { length } = samples;
  const cosines = Float64Array.from({ length }, (_, i) => Math.cos((2 * Math.PI * i) / length));
  const sines = Float64Array.from({ length }, (_, i) => Math.sin((2 * Math.PI * i) / length));
  const result = new Float64Array(DAY);
  const highest = length / WINDOW;
  for (let k = 0; k <= highest; k++) {
    let real = 0;
    let imaginary = 0;
    for (let i = 0; i < length; i++) {
      real += samples[i]! * cosines[(i * k) % length]!;
      imaginary += samples[i]! * sines[(i * k) % length]!;
    }
    const scale = (k === 0 ? 1 : 2) / length;
    for (let i = 0; i < DAY; i++) {
      const phase = ((length - DAY + i) * k) % length;
      result[i]! += scale * (real * cosines[phase]! + imaginary * sines[phase]!);
    }
  }
  return result.map((value) => Math.max(0, value));
}

function dailyCorrelation(samples: Float64Array): number {
  const mean = samples.reduce((sum, value) => sum + value, 0) / samples.length;
  let product = 0;
  let energy = 0;
  for (let i = DAY; i < samples.length; i++) {
    const now = samples[i]! - mean;
    const then = samples[i - DAY]! - mean;
    product += now * then;
    energy += (now * now + then * then) / 2;
  }
  return product / energy;
}
