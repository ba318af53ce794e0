import { Series } from '../core/series.js';
import type { IgnoreWindow } from '../core/workload.js';
import { mask, trimEnd, trimStart } from '../series/mask.js';
import type { HistoryData } from './request.js';

/** What a model may learn from: from the first known sample to the last, without the samples in ignored windows. */
export function usableHistory(series: Series, ignoreWindows: readonly IgnoreWindow[]): Series {
  return mask(trimEnd(trimStart(series)), ignoreWindows);
}

export function seriesOf({ startMs, stepMs, values }: HistoryData): Series {
  return new Series(startMs, stepMs, values);
}
