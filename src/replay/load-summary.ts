import type { Series } from '../core/series.js';
import type { LoadSummary } from './result.js';

/** The load as a report describes it. */
export function summarise(series: Series): LoadSummary {
  const known = series.values.filter((value) => !Number.isNaN(value));
  return {
    startMs: series.startMs,
    endMs: series.endMs,
    stepMs: series.stepMs,
    gaps: series.length - known.length,
    mean: known.reduce((sum, value) => sum + value, 0) / known.length,
    peak: known.reduce((highest, value) => Math.max(highest, value), -Infinity),
  };
}
