import { Type } from 'typebox';
import type { TimeRange } from '../../core/store.js';
import { invalidRequest } from './problem.js';
import { TIME_SYNTAX, readTime } from './request-values.js';
import { isoTime, object } from './schema.js';

/** Entries of a ledger in one answer, where none are asked for. */
export const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 10_000;

/** Which part of a ledger is wanted. */
export const RangeQuery = object({
  from: Type.Optional(
    Type.String({ maxLength: 64, description: `First time wanted, ${TIME_SYNTAX}; by default the oldest kept` }),
  ),
  to: Type.Optional(
    Type.String({
      maxLength: 64,
      description: `Time to stop before, ${TIME_SYNTAX}; by default the newest is included`,
    }),
  ),
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_LIMIT,
      default: DEFAULT_LIMIT,
      description: 'The newest so many of the range',
    }),
  ),
});

/** @param nowMs the end where none is given; what was recorded in that very millisecond is included */
export function readRange(query: { from?: string; to?: string }, nowMs: number): TimeRange {
  // The decision made in this very millisecond is the newest.
  const toMs = query.to === undefined ? nowMs + 1 : readTime(query.to, { in: 'query', field: 'to' });
  const fromMs = query.from === undefined ? 0 : readTime(query.from, { in: 'query', field: 'from' });
  if (query.from !== undefined && fromMs > toMs) {
    throw invalidRequest([
      { in: 'query', field: 'from', received: query.from, accepted: `a time not after the end, ${isoTime(toMs)}` },
    ]);
  }
  return { fromMs, toMs };
}
