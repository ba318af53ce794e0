import { SECOND_MS } from '../core/duration.js';
import { Series } from '../core/series.js';

/**
 * The per-second rate of a cumulative counter: at each grid time, the increase since the grid time before.
 *
 * A value below the one before it is a reset, as in Prometheus' `rate`: the counter started again from 0, so the new
 * value is the increase. Nothing is extrapolated. The first grid time has no rate, and neither has the first one after a
 * gap: when within the gap the increase happened is not known.
 *
 * @returns a series on the same grid, in units of the counter per second
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#rate
 */
export function counterToRate(series: Series): Series {
  const stepSeconds = series.stepMs / SECOND_MS;
  const rates = series.values.map((value, index, values) => {
    const before = values[index - 1] ?? NaN;
    const increase = value < before ? value : value - before;
    return Number.isNaN(before) ? NaN : increase / stepSeconds;
  });
  return new Series(series.startMs, series.stepMs, rates);
}
