import { DURATION_SYNTAX, parseDuration, SECOND_MS } from '../core/duration.js';
import type { DemoWorkload } from './workloads.js';

/** What the queries are answered from. */
export interface QueryableData {
  readonly workloads: readonly DemoWorkload[];
  /** There is nothing before. */
  readonly dataStartMs: number;
  /** There is nothing after. */
  readonly nowMs: number;
}

/** A sample as Prometheus sends it: seconds since the epoch, and the value as text. */
type Sample = readonly [number, string];

export type QueryResult =
  | { readonly resultType: 'vector'; readonly result: readonly { metric: object; value: Sample }[] }
  | { readonly resultType: 'matrix'; readonly result: readonly { metric: object; values: readonly Sample[] }[] };

/** A query that Prometheus would refuse with status 400 and `errorType` `bad_data`. */
export class BadDataError extends Error {
  override readonly name = 'BadDataError';
}

/** Prometheus' own limit on the answer to a range query. */
const MOST_POINTS = 11_000;

/**
 * Answers `/api/v1/query`: the value at `time`, which is now by default.
 *
 * @throws {BadDataError} an unknown query, or a time that cannot be read
 */
export function instantQuery(params: URLSearchParams, data: QueryableData): QueryResult {
  const time = params.get('time');
  const timeMs = time === null ? data.nowMs : parseTime('time', time);
  const workload = findWorkload(params, data.workloads);
  if (timeMs < data.dataStartMs || timeMs > data.nowMs) return { resultType: 'vector', result: [] };
  return { resultType: 'vector', result: [{ metric: {}, value: sampleAt(workload, timeMs) }] };
}

/**
 * Answers `/api/v1/query_range`: the values at `start`, `start + step` and so on, up to and including `end`, as far as
 * there are data.
 *
 * @throws {BadDataError} an unknown query, a parameter that is missing or cannot be read, a range that ends before it
 *   starts, or more than 11,000 points
 */
export function rangeQuery(params: URLSearchParams, data: QueryableData): QueryResult {
  const startMs = parseTime('start', params.get('start') ?? '');
  const endMs = parseTime('end', params.get('end') ?? '');
  if (endMs < startMs) throw invalid('end', 'end timestamp must not be before start time');
  const stepMs = parseStep(params.get('step') ?? '');
  if (Math.floor((endMs - startMs) / stepMs) > MOST_POINTS) {
    throw new BadDataError(
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    );
  }
  const workload = findWorkload(params, data.workloads);
  const values: Sample[] = [];
  const first = Math.max(0, Math.ceil((data.dataStartMs - startMs) / stepMs));
  const last = Math.floor((Math.min(endMs, data.nowMs) - startMs) / stepMs);
  for (let i = first; i <= last; i++) values.push(sampleAt(workload, startMs + i * stepMs));
  return { resultType: 'matrix', result: values.length === 0 ? [] : [{ metric: {}, values }] };
}

function findWorkload(params: URLSearchParams, workloads: readonly DemoWorkload[]): DemoWorkload {
  const query = oneLine(params.get('query') ?? '');
  if (query === '') throw invalid('query', '1:1: parse error: no expression found in input');
  const found = workloads.find((workload) => oneLine(workload.query) === query);
  if (found !== undefined) return found;
  const known = workloads.map((workload) => workload.query).join(' | ');
  throw invalid('query', `the demo source does not evaluate PromQL; it knows only these queries: ${known}`);
}

function sampleAt(workload: DemoWorkload, timeMs: number): Sample {
  return [timeMs / SECOND_MS, String(workload.valueAt(timeMs))];
}

/** Seconds since the epoch with decimals, or RFC 3339. */
function parseTime(name: string, text: string): number {
  const ms = isDecimal(text) ? Math.round(Number(text) * SECOND_MS) : Date.parse(text);
  if (!Number.isFinite(ms)) throw invalid(name, `cannot parse "${text}" to a valid timestamp`);
  return ms;
}

/** Seconds with decimals, or a duration. */
function parseStep(text: string): number {
  const ms = isDecimal(text) ? Number(text) * SECOND_MS : parseDurationText(text);
  if (ms > 0) return ms;
  throw invalid('step', 'zero or negative query resolution step widths are not accepted. Try a positive integer');
}

function parseDurationText(text: string): number {
  try {
    return parseDuration(text);
  } catch {
    throw invalid('step', `cannot parse "${text}" to a valid duration; expected seconds or ${DURATION_SYNTAX}`);
  }
}

function isDecimal(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}

function invalid(parameter: string, problem: string): BadDataError {
  return new BadDataError(`invalid parameter "${parameter}": ${problem}`);
}

function oneLine(query: string): string {
  return query.trim().replace(/\s+/g, ' ');
}
