import { Series } from '../core/series.js';
import type { IgnoreWindow } from '../core/workload.js';

/** The series with every sample inside one of the windows (both ends inclusive) made a gap. */
export function mask(series: Series, windows: readonly IgnoreWindow[]): Series {
  if (windows.length === 0) return series;
  const values = series.values.map((value, i) => {
    const timeMs = series.timeAt(i);
    return windows.some(({ fromMs, toMs }) => timeMs >= fromMs && timeMs <= toMs) ? NaN : value;
  });
  return new Series(series.startMs, series.stepMs, values);
}

/** The series from its first known sample on: a source that is younger than the window is no gap. */
export function trimStart(series: Series): Series {
  const first = series.values.findIndex((value) => !Number.isNaN(value));
  return first <= 0 ? series : series.between(series.timeAt(first), series.endMs);
}

/** The series up to its last known sample. */
export function trimEnd(series: Series): Series {
  const last = series.values.findLastIndex((value) => !Number.isNaN(value));
  return series.between(series.startMs, series.timeAt(last + 1));
}
