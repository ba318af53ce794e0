import { Series } from '../core/series.js';

/**
 * The same series at a coarser step.
 *
 * The new grid times are the multiples of the new step. The value at time T summarises the samples in (T - step, T], the
 * ones known by then: the convention of `avg_over_time(x[step])`, so that coarsening never moves information back in
 * time. A bucket that reaches beyond either end of the series is left out.
 *
 * - `mean`: of the known samples of the bucket; a gap when none is known.
 * - `sum`: a gap when any sample of the bucket is missing, because a partial sum would look like a low load.
 *
 * @param stepMs the new step, a whole multiple of the present one; the same step only moves the series onto its multiples
 * @returns a series without values when it spans no whole bucket
 * @throws {RangeError} any other step
 */
export function resample(series: Series, stepMs: number, how: 'mean' | 'sum'): Series {
  const factor = stepMs / series.stepMs;
  if (!Number.isInteger(factor) || factor < 1) {
    throw new RangeError(`the new step must be a whole multiple of ${series.stepMs} ms, got ${stepMs} ms`);
  }
  const firstMs = Math.ceil((series.startMs - series.stepMs) / stepMs + 1) * stepMs;
  const offset = Math.floor((firstMs - stepMs - series.startMs) / series.stepMs) + 1;
  const buckets = Math.max(0, Math.floor((series.length - offset) / factor));
  const summarise = how === 'mean' ? meanOfKnown : sumOfAll;
  const values = Float64Array.from({ length: buckets }, (_, bucket) => {
    const from = offset + bucket * factor;
    return summarise(series.values.subarray(from, from + factor));
  });
  return new Series(firstMs, stepMs, values);
}

function meanOfKnown(values: Float64Array): number {
  let sum = 0;
  let known = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    known++;
  }
  return known === 0 ? NaN : sum / known;
}

function sumOfAll(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
