import { SECOND_MS } from '../core/duration.js';

/** What {@link parseTimestamp} accepts, for use in messages. */
export const TIMESTAMP_SYNTAX = 'epoch seconds or ISO 8601 with a zone, such as 1700000000 or 2023-11-14T22:13:20Z';

const EPOCH_SECONDS = /^\d+(?:\.\d+)?$/;
const ISO_8601 = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:?\d{2})$/i;

/** The year 10000. A larger number of seconds is a number of milliseconds. */
const END_OF_TIME_S = 253_402_300_800;

/**
 * Reads a point in time. A time without a zone is refused: it would mean another moment on another machine.
 *
 * @returns epoch milliseconds, rounded; null for anything else, a day that the month does not have included
 */
export function parseTimestamp(text: string): number | null {
  if (EPOCH_SECONDS.test(text)) {
    const seconds = Number(text);
    return seconds < END_OF_TIME_S ? Math.round(seconds * SECOND_MS) : null;
  }
  const [, year, month, day, time, zone] = ISO_8601.exec(text) ?? [];
  if (year === undefined || Number(day) > daysInMonth(Number(year), Number(month))) return null;
  const timeMs = Date.parse(`${year}-${month!}-${day!}T${time!}${zone!.toUpperCase()}`);
  return Number.isNaN(timeMs) ? null : timeMs;
}

function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
