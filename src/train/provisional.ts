import { DAY_MS } from '../core/duration.js';
import type { Series } from '../core/series.js';

/** A daily curve is known when it has come twice; see `series/seasonality`. */
const LEARNING_MS = 2 * DAY_MS;
/** Part of a shorter window that is as good as all of it: its edge may be a gap. */
const NEARLY_ALL = 0.9;

/**
 * Until when forecasts are made without what two days teach: they are wide, and know no daily curve.
 *
 * @param history from the first known sample on
 * @param windowMs the history window: what does not fit into it is never learnt
 * @returns epoch milliseconds; null when that is over
 */
export function provisionalUntilMs(history: Series, windowMs: number): number | null {
  if (history.length === 0) return null;
  const untilMs = history.startMs + Math.min(LEARNING_MS, NEARLY_ALL * windowMs);
  return history.lastMs < untilMs ? untilMs : null;
}
