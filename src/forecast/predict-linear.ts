/**
 * Linear extrapolation, as Prometheus' `predict_linear(v[range], t)` defines it: ordinary least squares through the
 * samples of the range, evaluated at the origin plus t.
 *
 *     forecast(t + h) = a + b h,   (a, b) = argmin sum over the range of (y(t - i) - a + b i)^2
 *
 * The range is as long as the horizon, the proportion usual in alert rules. Here for comparison and for loads that only
 * grow, such as disks. Not for anything with a daily curve: at the foot of the morning rise it predicts a calm day, and
 * near the peak a catastrophe.
 *
 * @see promql/functions.go, linearRegression and funcPredictLinear, in prometheus/prometheus
 */
import { calibrated, type PointModel } from './calibrated.js';

/** Prometheus answers nothing for fewer. */
const FEWEST_SAMPLES = 2;

const rule: PointModel = {
  name: 'predict-linear',
  warmupSteps: ({ horizonSteps }) => Math.max(horizonSteps, FEWEST_SAMPLES),
  from(values, origin, { horizonSteps }) {
    const lineTo = (end: number): Line => linearRegression(values, Math.max(0, end - horizonSteps + 1), end);
    // Prometheus answers nothing when the range has too few samples; a forecast then goes on from the last one known.
    let end = origin;
    let line = lineTo(end);
    if (Number.isNaN(line.slope)) {
      while (end >= 0 && Number.isNaN(values[end]!)) end--;
      line = lineTo(end);
    }
    const { intercept, slope } = line;
    if (Number.isNaN(slope)) return () => values[end] ?? NaN;
    return (stepsAhead) => intercept + slope * (origin - end + stepsAhead);
  },
};

export const predictLinear = calibrated(rule);

export interface Line {
  readonly intercept: number;
  /** Per step. */
  readonly slope: number;
}

/**
 * Least-squares line through the known samples from index `first` to `origin`, both inclusive.
 *
 * @returns the value of the line at `origin` and its change per step; NaN with fewer than two known samples. Equal
 *   samples give exactly their value and slope 0, as Prometheus does.
 */
export function linearRegression(values: Float64Array, first: number, origin: number): Line {
  let count = 0;
  let sumX = 0;
  let sumY = 0;
  let sumXY = 0;
  let sumXX = 0;
  let constant = true;
  let reference = NaN;
  for (let i = first; i <= origin; i++) {
    const y = values[i]!;
    if (Number.isNaN(y)) continue;
    if (count === 0) reference = y;
    else if (y !== reference) constant = false;
    const x = i - origin;
    count++;
    sumX += x;
    sumY += y;
    sumXY += x * y;
    sumXX += x * x;
  }
  if (count < FEWEST_SAMPLES) return { intercept: NaN, slope: NaN };
  if (constant) return { intercept: reference, slope: 0 };
  const covariance = sumXY - (sumX * sumY) / count;
  const variance = sumXX - (sumX * sumX) / count;
  const slope = covariance / variance;
  return { intercept: sumY / count - (slope * sumX) / count, slope };
}
