import { DAY_MS, formatDuration, parseDuration } from '../core/duration.js';

/** What a forecast needs and a reactive trigger or an alert does not say. Those of the samples in deploy/. */
export const FORECAST_DEFAULTS = { predictHorizon: '2h', historyTimeWindow: '7d', queryStep: '2m' } as const;

/** Seasons of a day need several of them. */
export const LEAST_HISTORY_MS = 7 * DAY_MS;

/** The duration as text that reads back as exactly as many milliseconds. */
export function exactDuration(ms: number): string {
  const text = formatDuration(ms);
  return parseDuration(text) === ms ? text : `${ms}ms`;
}
