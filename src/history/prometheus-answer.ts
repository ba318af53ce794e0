import { SECOND_MS } from '../core/duration.js';
import { LARGEST_LOAD, type Observation } from '../core/series.js';
import type { HttpReply } from './http-transport.js';
import type { Labels } from './labels.js';
import { excerpt } from './excerpt.js';
import type { Problems } from './problems.js';

/** One series of an answer. A value that Prometheus calls NaN or infinite, or that no load has, is NaN: not known. */
export interface AnswerSeries {
  readonly labels: Labels;
  readonly samples: readonly Observation[];
}

export interface Answer {
  readonly series: readonly AnswerSeries[];
  /** What the server says about the answer, such as that a part of its storage did not take part. */
  readonly warnings: readonly string[];
}

/** What Prometheus says in an answer of its own when the fault is not the query's. */
const SERVER_ERROR_TYPES: readonly string[] = ['timeout', 'canceled', 'internal', 'unavailable'];

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const NOT_FINITE = /^(?:nan|[+-]?inf(?:inity)?)$/i;

/**
 * Reads the answer to a range query.
 *
 * @throws {HistoryQueryError} 4xx, with Prometheus' own words where it has any
 * @throws {HistoryUnavailableError} 429 and 5xx
 * @throws {HistoryResponseError} anything that is not a matrix in Prometheus' format
 * @see https://prometheus.io/docs/prometheus/latest/querying/api/
 */
export function readRangeAnswer(reply: HttpReply, problems: Problems): Answer {
  const { data, warnings } = readEnvelope(reply, problems);
  if (data['resultType'] !== 'matrix') {
    throw problems.unusable(`resultType is ${excerpt(data['resultType'])}; a range query yields "matrix"`);
  }
  const series = readList(data['result'], 'result', problems).map((element, index) => {
    const where = `result[${index}]`;
    const { metric, values, histograms } = readObject(element, where, problems);
    if (values === undefined && histograms !== undefined) {
      throw problems.unusable(`${where} is a native histogram; a number is needed, as from histogram_quantile(...)`);
    }
    const samples = readList(values, `${where}.values`, problems).map((sample, at) =>
      readSample(sample, `${where}.values[${at}]`, problems),
    );
    return { labels: readLabels(metric, `${where}.metric`, problems), samples };
  });
  return { series, warnings };
}

/**
 * Reads the answer to an instant query: a vector, one sample per series, or a scalar.
 *
 * @throws as {@link readRangeAnswer}
 */
export function readInstantAnswer(reply: HttpReply, problems: Problems): Answer {
  const { data, warnings } = readEnvelope(reply, problems);
  if (data['resultType'] === 'scalar') {
    return { series: [{ labels: {}, samples: [readSample(data['result'], 'result', problems)] }], warnings };
  }
  if (data['resultType'] !== 'vector') {
    const type = excerpt(data['resultType']);
    throw problems.unusable(`resultType is ${type}; the query must yield an instant vector or a scalar`);
  }
  const series = readList(data['result'], 'result', problems).map((element, index) => {
    const where = `result[${index}]`;
    const { metric, value, histogram } = readObject(element, where, problems);
    if (value === undefined && histogram !== undefined) {
      throw problems.unusable(`${where} is a native histogram; a number is needed, as from histogram_quantile(...)`);
    }
    const sample = readSample(value, `${where}.value`, problems);
    return { labels: readLabels(metric, `${where}.metric`, problems), samples: [sample] };
  });
  return { series, warnings };
}

type Json = Record<string, unknown>;

function readEnvelope(reply: HttpReply, problems: Problems): { data: Json; warnings: string[] } {
  const answer = parseObject(reply.body);
  if (reply.status >= 400) throw refusal(reply, answer, problems);
  if (reply.status >= 300) throw problems.unusable(`status ${reply.status}, ${describeForeignBody(reply)}`);
  if (answer === null) throw problems.unusable(describeForeignBody(reply));
  if (answer['status'] === 'error') {
    const why = errorText(answer);
    const isServers = SERVER_ERROR_TYPES.includes(textOf(answer['errorType']));
    throw isServers ? problems.unavailable(why) : problems.refused(why);
  }
  if (answer['status'] !== 'success') {
    throw problems.unusable(`status is ${excerpt(answer['status'])}; Prometheus says "success" or "error"`);
  }
  const data = readObject(answer['data'], 'data', problems);
  const warnings = Array.isArray(answer['warnings']) ? answer['warnings'].map(textOf) : [];
  // VictoriaMetrics' cluster version says so instead of warning.
  if (answer['isPartial'] === true) warnings.push('the answer is partial: a part of the storage did not respond');
  return { data, warnings };
}

function refusal(reply: HttpReply, answer: Json | null, problems: Problems): Error {
  const said = answer?.['status'] === 'error' ? errorText(answer) : describeForeignBody(reply);
  const why = `status ${reply.status}, ${said}`;
  if (reply.status === 429 || reply.status >= 500) return problems.unavailable(why);
  if (reply.status === 401 || reply.status === 403) return problems.refused(`${why}; check the credentials`);
  if (reply.status === 404) return problems.refused(`${why}; the address is given without /api/v1`);
  return problems.refused(why);
}

function errorText(answer: Json): string {
  return `${textOf(answer['errorType'])}: ${excerpt(answer['error'])}`;
}

/** `String` calls what an object has as `toString`, which here may be anything. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function parseObject(body: string): Json | null {
  try {
    const parsed: unknown = JSON.parse(body);
    return isObject(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

function describeForeignBody({ status, contentType, body }: HttpReply): string {
  if (body.trim() === '') return 'an empty body';
  if (contentType.includes('html') || body.trimStart().startsWith('<')) {
    const title = /<title[^>]*>([^<]*)/i.exec(body)?.[1];
    return `a web page${title === undefined ? '' : ` titled ${excerpt(title)}`}, as a proxy or a login page sends it`;
  }
  if (status >= 400) return excerpt(body);
  return `${body.length} characters that are not a complete JSON object, starting ${excerpt(body, 80)}`;
}

function readSample(sample: unknown, where: string, problems: Problems): Observation {
  if (Array.isArray(sample) && sample.length === 2) {
    const [seconds, text] = sample as [unknown, unknown];
    const timeMs = typeof seconds === 'number' ? Math.round(seconds * SECOND_MS) : NaN;
    const value = readValue(text);
    if (Number.isSafeInteger(timeMs) && value !== null) return { timeMs, value };
  }
  throw problems.unusable(`${where} is ${excerpt(sample)}; a sample is [seconds, "number"]`);
}

/** @returns NaN for a value that is not finite, or no load; null for what is no value of Prometheus' */
function readValue(text: unknown): number | null {
  if (typeof text !== 'string') return null;
  if (NOT_FINITE.test(text)) return NaN;
  if (!NUMBER.test(text)) return null;
  const value = Number(text);
  return Math.abs(value) <= LARGEST_LOAD ? value : NaN;
}

function readLabels(metric: unknown, where: string, problems: Problems): Labels {
  const labels = readObject(metric, where, problems);
  for (const [name, value] of Object.entries(labels)) {
    if (typeof value !== 'string')
      throw problems.unusable(`${where}.${name} is ${excerpt(value)}; a label is a string`);
  }
  return labels as Labels;
}

function readObject(value: unknown, where: string, problems: Problems): Json {
  if (!isObject(value)) throw problems.unusable(`${where} is ${excerpt(value)}; an object is expected`);
  return value;
}

function readList(value: unknown, where: string, problems: Problems): unknown[] {
  if (!Array.isArray(value)) throw problems.unusable(`${where} is ${excerpt(value)}; a list is expected`);
  return value;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
