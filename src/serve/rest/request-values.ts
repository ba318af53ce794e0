import { DURATION_SYNTAX, formatDuration, parseDuration } from '../../core/duration.js';
import { invalidRequest, type FieldProblem } from './problem.js';

/** What a time in a query string may look like, for messages and the OpenAPI document. */
export const TIME_SYNTAX = 'an RFC 3339 time such as 2026-03-01T12:00:00Z, or epoch seconds such as 1772366400';

/** Last moment with a four-digit year, in epoch seconds. Milliseconds given by mistake lie beyond it. */
const MAX_EPOCH_SECONDS = 253_402_300_799;

const EPOCH_SECONDS = /^\d{1,15}(\.\d{1,9})?$/;
/** A `+` that was not percent-encoded arrives as a space. */
const RFC_3339 =
  /^(\d{4}-\d{2}-\d{2})T((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?)(Z|[+\- ](?:[01]\d|2[0-3]):[0-5]\d)$/i;

type Place = Pick<FieldProblem, 'in' | 'field'>;

/**
 * Reads a moment out of a request.
 *
 * @returns epoch milliseconds
 * @throws {ProblemError} 400: anything else than {@link TIME_SYNTAX}, a day that the calendar does not have
 */
export function readTime(text: string, place: Place): number {
  const ms = EPOCH_SECONDS.test(text) ? epochMs(Number(text)) : rfc3339Ms(text);
  if (Number.isNaN(ms)) throw invalidRequest([{ ...place, received: text, accepted: TIME_SYNTAX }]);
  return ms;
}

/**
 * Reads a duration out of a request.
 *
 * @returns milliseconds, from `minMs` to `maxMs`
 * @throws {ProblemError} 400: not a duration, or outside the range
 */
export function readDuration(text: string, range: { minMs: number; maxMs: number }, place: Place): number {
  const accepted = `${DURATION_SYNTAX}, from ${formatDuration(range.minMs) || '0'} to ${formatDuration(range.maxMs)}`;
  let ms = NaN;
  try {
    ms = parseDuration(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  if (!(ms >= range.minMs && ms <= range.maxMs)) throw invalidRequest([{ ...place, received: text, accepted }]);
  return ms;
}

function epochMs(seconds: number): number {
  return seconds <= MAX_EPOCH_SECONDS ? Math.round(seconds * 1_000) : NaN;
}

function rfc3339Ms(text: string): number {
  const match = RFC_3339.exec(text);
  if (match === null) return NaN;
  const [, day, time, offset] = match as unknown as [string, string, string, string];
  // Date.parse moves the 30th of February into March.
  const midnight = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(day)) return NaN;
  return Date.parse(`${day}T${time}${offset.replace(' ', '+').toUpperCase()}`);
}
