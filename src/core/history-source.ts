import type { Observation, Series } from './series.js';

export interface ReadOptions {
  /** First grid time wanted, inclusive; a multiple of `stepMs`. */
  readonly startMs: number;
  /** Last grid time wanted, inclusive; a multiple of `stepMs`. */
  readonly endMs: number;
  readonly stepMs: number;
  readonly signal?: AbortSignal;
}

/**
 * Where a workload's load is recorded. Three outcomes are kept apart: a gap is NaN within the series, no data at all is
 * an empty series (or `null`), and failure is an error.
 */
export interface HistorySource {
  /**
   * The samples of one query on the grid asked for. The series starts at `startMs` and ends at `endMs`, with NaN where
   * the source has nothing; it is empty (length 0) when the source has nothing in the whole range.
   *
   * @throws {HistoryUnavailableError} the source cannot be reached or is overloaded
   * @throws {HistoryQueryError} the source refuses the query
   * @throws {HistoryResponseError} the answer cannot be used
   * @throws {MultipleSeriesError} more than one series
   */
  read(query: string, options: ReadOptions): Promise<Series>;

  /**
   * The value of one query at one moment.
   *
   * @returns null when the source answers that there is no value, or one that is not a number
   * @throws as {@link read}
   */
  observe(
    query: string,
    options: { readonly atMs: number; readonly signal?: AbortSignal },
  ): Promise<Observation | null>;
}
