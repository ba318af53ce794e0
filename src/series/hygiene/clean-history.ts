import type { HistoryMask } from '../../core/history-mask.js';
import type { Series } from '../../core/series.js';
import type { IgnoreWindow } from '../../core/workload.js';
import { mask } from '../mask.js';
import { findAnomalies } from './find-anomalies.js';
import { findCounterResets } from './find-counter-resets.js';
import { findSaturation } from './find-saturation.js';

export interface HygieneOptions {
  readonly ignoreWindows: readonly IgnoreWindow[];
  /** Season lengths in steps, strongest first; may be empty. */
  readonly seasonSteps: readonly number[];
  /** Value at which the measured load is cut off; absent: not known. */
  readonly saturation?: number;
}

export interface CleanHistory {
  /** On the same grid; masked samples are gaps. */
  readonly series: Series;
  /** In order of time. */
  readonly masks: readonly HistoryMask[];
}

/**
 * The history as a model should see it: what would teach it something false becomes gaps, each with its reason.
 *
 * For training only: a decision is made on what is observed, whatever hygiene thinks of it. Nothing but the series is
 * looked at, so that a backtest that passes the history before an origin masks what was known to be wrong then.
 */
export function cleanHistory(series: Series, options: HygieneOptions): CleanHistory {
  const masks: HistoryMask[] = [];
  let clean = series;
  const apply = (found: readonly HistoryMask[]): void => {
    masks.push(...found);
    clean = mask(clean, found);
  };
  apply(ignored(series, options.ignoreWindows));
  apply(findCounterResets(clean));
  if (options.saturation !== undefined) apply(findSaturation(clean, options.saturation));
  apply(findAnomalies(clean, options.seasonSteps));
  return { series: clean, masks: masks.sort((a, b) => a.fromMs - b.fromMs) };
}

function ignored(series: Series, windows: readonly IgnoreWindow[]): HistoryMask[] {
  return windows
    .filter(({ fromMs, toMs }) => fromMs <= series.lastMs && toMs >= series.startMs)
    .map(({ fromMs, toMs }) => ({ fromMs, toMs, kind: 'ignored', reason: 'configured in ignoreWindows' }));
}
