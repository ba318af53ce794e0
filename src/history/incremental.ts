import type { HistorySource } from '../core/history-source.js';
import { Series } from '../core/series.js';
import { absorb, corrects, defaultOverlapMs, nextPull, windowAt } from './history-window.js';

export interface IncrementalHistoryOptions {
  readonly source: HistorySource;
  readonly query: string;
  /** Whole milliseconds. */
  readonly stepMs: number;
  /** How much history is kept, ending now. */
  readonly windowMs: number;
  /** How far before the last known sample a pull reaches back, for samples that arrive late. Default `defaultOverlapMs`. */
  readonly overlapMs?: number;
  /** What is known already, from a store; it spares the first pull of the whole window if it covers its beginning. */
  readonly seed?: Series;
}

export interface Refreshed {
  /** The whole window; without values when nothing in it is known. */
  readonly series: Series;
  /** What the source just answered, the overlap included; without values when it had nothing. */
  readonly fresh: Series;
  /** An older sample changed its value, or a gap was filled: a model fitted before has seen something else. */
  readonly corrected: boolean;
}

/**
 * The history of one query, kept in memory and brought up to date with the fewest samples: the whole window the first
 * time, later only what is new and a short overlap.
 *
 * A sample that arrives later than the overlap, and before one that is already known, is not seen. When the clock is set
 * back, samples from then on are dropped and read again. A refresh that fails changes nothing. Refreshes of one instance
 * must not overlap.
 */
export class IncrementalHistory {
  readonly #options: IncrementalHistoryOptions;
  readonly #overlapMs: number;
  #held: Series;

  /** @throws {RangeError} a seed of another step, or not on the grid of the step's multiples */
  constructor(options: IncrementalHistoryOptions) {
    const { stepMs, seed = new Series(0, stepMs, new Float64Array(0)) } = options;
    if (seed.stepMs !== stepMs || seed.startMs % stepMs !== 0) {
      throw new RangeError(
        `the seed starts at ${seed.startMs} ms with a step of ${seed.stepMs} ms; it must lie on multiples of ${stepMs} ms`,
      );
    }
    this.#options = options;
    this.#overlapMs = options.overlapMs ?? defaultOverlapMs(stepMs);
    this.#held = seed;
  }

  /** What is known at present; without values before the first refresh of an instance that was not seeded. */
  get series(): Series {
    return this.#held;
  }

  /**
   * Brings the series up to the newest grid point that is not in the future.
   *
   * @throws as {@link HistorySource.read}
   */
  async refresh(nowMs: number, signal?: AbortSignal): Promise<Refreshed> {
    const { source, query } = this.#options;
    const window = windowAt(nowMs, this.#options);
    const pull = nextPull(this.#held, window, this.#overlapMs);
    const fresh = await source.read(query, { ...pull, ...(signal && { signal }) });
    const corrected = corrects(this.#held, fresh);
    this.#held = absorb(this.#held, fresh, window);
    return { series: this.#held, fresh, corrected };
  }
}
