import { HistoryUnavailableError, MultipleSeriesError } from '../../src/core/errors.js';
import type { HistorySource, ReadOptions } from '../../src/core/history-source.js';
import { Series, type Observation } from '../../src/core/series.js';

/** What is asked: a range, or one value. */
export type Request = 'read' | 'observe';
/** What happens before an answer: it may take time, throw, or never end. */
export type Gate = (request: Request) => Promise<void>;

export const answers: Gate = () => Promise.resolve();
export const hangs: Gate = () => new Promise(() => undefined);
export const isDown: Gate = () => Promise.reject(new HistoryUnavailableError('connection refused'));
export const returnsSeveral: Gate = () =>
  Promise.reject(new MultipleSeriesError('several series, which differ in pod (a, b)'));

/** A source in memory that does what a test tells it, and counts what it is asked for. */
export class ScriptedSource implements HistorySource {
  /** The load at a time, the same for every query; NaN: none. */
  load: (timeMs: number) => number;
  before: Gate = answers;
  readonly reads: ReadOptions[] = [];
  observations = 0;

  constructor(load: (timeMs: number) => number) {
    this.load = load;
  }

  /** Grid points asked for in all reads so far. */
  get points(): number {
    return this.reads.reduce((sum, { startMs, endMs, stepMs }) => sum + (endMs - startMs) / stepMs + 1, 0);
  }

  async read(_query: string, options: ReadOptions): Promise<Series> {
    this.reads.push(options);
    await this.before('read');
    const { startMs, endMs, stepMs } = options;
    const values = Float64Array.from({ length: (endMs - startMs) / stepMs + 1 }, (_, i) =>
      this.load(startMs + i * stepMs),
    );
    const isEmpty = values.every((value) => Number.isNaN(value));
    return new Series(startMs, stepMs, isEmpty ? new Float64Array(0) : values);
  }

  async observe(_query: string, { atMs }: { readonly atMs: number }): Promise<Observation | null> {
    this.observations++;
    await this.before('observe');
    const value = this.load(atMs);
    return Number.isNaN(value) ? null : { timeMs: atMs, value };
  }
}
