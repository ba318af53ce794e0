import { MINUTE_MS } from '../core/duration.js';
import type { HistorySource, ReadOptions } from '../core/history-source.js';
import { type Observation, Series } from '../core/series.js';
import type { PrometheusEndpoint } from '../core/workload.js';
import { toGrid } from '../series/grid.js';
import { HttpTransport } from './http-transport.js';
import { describeDifferences, labelsKey } from './labels.js';
import { excerpt } from './excerpt.js';
import { type Problems, problemsOf } from './problems.js';
import { type Answer, type AnswerSeries, readInstantAnswer, readRangeAnswer } from './prometheus-answer.js';
import { splitRange } from './split-range.js';
import { type Target, resolveTarget } from './target.js';

/** Prometheus refuses a range query with more points per series. */
const PROMETHEUS_MAX_POINTS = 11_000;

/**
 * An instant query answers for the time asked for. This far off (the look-back within which Prometheus itself takes a
 * sample for the present one) the answer is of another time, and must not pass for the load now.
 */
const OLDEST_INSTANT_MS = 5 * MINUTE_MS;

const DEFAULTS = {
  timeoutMs: 15_000,
  maxConcurrent: 4,
  retries: 2,
  backoffMs: 250,
  maxBackoffMs: 30_000,
  // One series of 11,000 points is about 0.3 MB; what is far beyond is many series.
  maxResponseBytes: 16 * 1024 * 1024,
  maxPointsPerRequest: PROMETHEUS_MAX_POINTS,
} as const;

export interface PrometheusSourceOptions {
  /** Uniform in [0, 1); spreads retries. */
  readonly random: () => number;
  /** For one attempt, from connecting to the last byte. Default 15 s. */
  readonly timeoutMs?: number;
  /** Requests under way at a time; the others wait in line. Default 4. */
  readonly maxConcurrent?: number;
  /** Further attempts after a network failure, a timeout, 429 or 5xx. Default 2. */
  readonly retries?: number;
  /** Mean delay before the first retry; it doubles with each further one. Default 250 ms. */
  readonly backoffMs?: number;
  /** Longest delay before a retry, also where the server asks for more with `Retry-After`. Default 30 s. */
  readonly maxBackoffMs?: number;
  /** Longest answer that is read, after decompression. Default 16 MiB. */
  readonly maxResponseBytes?: number;
  /** Grid points asked for in one request. Default, and at most, the 11,000 that Prometheus allows. */
  readonly maxPointsPerRequest?: number;
  /** Called with what the server warns of, such as an answer of which a part is missing. */
  readonly onWarning?: (warning: string, query: string) => void;
}

/**
 * Reads from a server with Prometheus' HTTP API: Prometheus itself, Thanos, Mimir, VictoriaMetrics. Uses only
 * `/api/v1/query` and `/api/v1/query_range`. One instance per server: the limit of concurrent requests is its own.
 *
 * A value that Prometheus calls NaN or infinite is a gap. An abort rejects with the signal's reason.
 */
export class PrometheusSource implements HistorySource {
  readonly #target: Target;
  readonly #transport: HttpTransport;
  readonly #maxPointsPerRequest: number;
  readonly #onWarning: ((warning: string, query: string) => void) | undefined;

  /** @throws {RangeError} an address that is not an http(s) URL, or options out of range */
  constructor(endpoint: PrometheusEndpoint, options: PrometheusSourceOptions) {
    const settings = { ...DEFAULTS, ...options };
    requireWithin('maxPointsPerRequest', settings.maxPointsPerRequest, 1, PROMETHEUS_MAX_POINTS);
    requireWithin('maxConcurrent', settings.maxConcurrent, 1, Number.MAX_SAFE_INTEGER);
    requireWithin('retries', settings.retries, 0, Number.MAX_SAFE_INTEGER);
    this.#target = resolveTarget(endpoint);
    this.#transport = new HttpTransport(this.#target, settings);
    this.#maxPointsPerRequest = settings.maxPointsPerRequest;
    this.#onWarning = options.onWarning;
  }

  /**
   * As {@link HistorySource.read}. A long range becomes several requests, oldest first; if they return different series,
   * that too is a {@link MultipleSeriesError}.
   *
   * @throws {RangeError} a range that is not on the grid of its step, or a step that is not whole milliseconds
   */
  async read(query: string, { startMs, endMs, stepMs, signal }: ReadOptions): Promise<Series> {
    requireGrid(startMs, endMs, stepMs);
    const problems = problemsOf(this.#target, query);
    const answers: (readonly AnswerSeries[])[] = [];
    for (const range of splitRange({ startMs, endMs, stepMs }, this.#maxPointsPerRequest)) {
      const params = { query, start: seconds(range.startMs), end: seconds(range.endMs), step: seconds(stepMs) };
      const reply = await this.#transport.send('/api/v1/query_range', { params, problems, signal });
      answers.push(this.#heeded(readRangeAnswer(reply, problems), query));
    }
    const samples = samplesOfOne(answers.flat(), problems);
    const stray = samples.find(({ timeMs }) => timeMs < startMs - stepMs || timeMs > endMs + stepMs);
    if (stray !== undefined) {
      const asked = `${showTime(startMs)} to ${showTime(endMs)}`;
      throw problems.unusable(`it has a sample at ${showTime(stray.timeMs)}, outside the range asked for, ${asked}`);
    }
    const grid = toGrid(samples, { startMs, endMs, stepMs });
    return grid.countKnown() === 0 ? new Series(startMs, stepMs, new Float64Array(0)) : grid;
  }

  async observe(query: string, { atMs, signal }: { atMs: number; signal?: AbortSignal }): Promise<Observation | null> {
    const problems = problemsOf(this.#target, query);
    const params = { query, time: seconds(atMs) };
    const reply = await this.#transport.send('/api/v1/query', { params, problems, signal, isUrgent: true });
    const [sample] = samplesOfOne(this.#heeded(readInstantAnswer(reply, problems), query), problems);
    if (sample === undefined || Number.isNaN(sample.value)) return null;
    if (Math.abs(sample.timeMs - atMs) > OLDEST_INSTANT_MS) {
      const [got, asked] = [sample.timeMs, atMs].map((ms) => new Date(ms).toISOString());
      throw problems.unusable(
        `answers with a sample of ${got!} when asked for ${asked!}; is there a cache in between?`,
      );
    }
    return sample;
  }

  #heeded({ series, warnings }: Answer, query: string): readonly AnswerSeries[] {
    for (const warning of warnings) this.#onWarning?.(this.#target.scrub(warning), query);
    return series;
  }
}

/** All samples, if they belong to one series. */
function samplesOfOne(series: readonly AnswerSeries[], problems: Problems): readonly Observation[] {
  const distinct = [...new Map(series.map(({ labels }) => [labelsKey(labels), labels])).values()];
  if (distinct.length > 1) {
    throw problems.several(`${describeDifferences(distinct)}. Select one of them, or aggregate, as in sum(...)`);
  }
  return series.flatMap(({ samples }) => samples);
}

function requireGrid(startMs: number, endMs: number, stepMs: number): void {
  const isGrid = Number.isInteger(stepMs) && stepMs > 0 && startMs % stepMs === 0 && endMs % stepMs === 0;
  if (!isGrid || endMs < startMs) {
    throw new RangeError(`a range must lie on multiples of its step, got ${startMs} to ${endMs} ms, step ${stepMs} ms`);
  }
}

function requireWithin(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`${name} must be a whole number from ${least} to ${most}, got ${value}`);
  }
}

function seconds(ms: number): string {
  return String(ms / 1000);
}

function showTime(timeMs: number): string {
  const date = new Date(timeMs);
  return Number.isNaN(date.getTime()) ? excerpt(timeMs) : date.toISOString();
}
