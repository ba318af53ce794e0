import { SECOND_MS } from '../core/duration.js';
import type { Demand } from './demand.js';

/** From what happens to what a query answers. */
export interface PipelineSettings {
  readonly scrapeIntervalS: number;
  /** When the first scrape happens, in seconds after the start of the demand. */
  readonly scrapeOffsetS: number;
  /** Window of `rate()` over a counter; 0: the metric is a gauge, read at the last scrape. */
  readonly rateWindowS: number;
  /** From a scrape to the first answer that includes it: ingestion, evaluation and the adapter in between. */
  readonly delayS: number;
}

/** Scrapes in the window of a rate: the fewest that survive a lost one or two. */
export const RATE_WINDOW_SCRAPES = 4;

/**
 * Prometheus' default scrape interval in most installations, a window of four scrapes (the shortest that survives a lost
 * scrape or two), and clocks that are unrelated: a scrape half-way between two syncs of an HPA.
 */
export const DEFAULT_PIPELINE: PipelineSettings = Object.freeze({
  scrapeIntervalS: 15,
  scrapeOffsetS: 7,
  rateWindowS: 60,
  delayS: 1,
});

/**
 * The demand as a metric shows it. With a rate the value is the mean between the first and the last scrape within the
 * window: `rate()` extrapolates the increase between them to the whole window and divides by it. So a value is older than
 * the last scrape by about half a window.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#rate
 */
export class MetricPipeline {
  readonly #demand: Demand;
  readonly #settings: PipelineSettings;

  /** @throws {RangeError} a window that does not always hold two scrapes, or a setting that is no time of this clock */
  constructor(demand: Demand, settings: PipelineSettings) {
    const { scrapeIntervalS, scrapeOffsetS, rateWindowS, delayS } = settings;
    if (!Number.isInteger(scrapeIntervalS) || scrapeIntervalS < 1) {
      throw new RangeError(`scrapeIntervalS must be a whole number >= 1, got ${scrapeIntervalS}`);
    }
    if (!Number.isInteger(scrapeOffsetS) || scrapeOffsetS < 0) {
      throw new RangeError(`scrapeOffsetS must be a whole number >= 0, got ${scrapeOffsetS}`);
    }
    if (!(delayS >= 0)) throw new RangeError(`delayS must be >= 0, got ${delayS}`);
    if (rateWindowS !== 0 && !(rateWindowS >= 2 * scrapeIntervalS)) {
      throw new RangeError(
        `rateWindowS must be 0 or at least two scrape intervals (${2 * scrapeIntervalS}), got ${rateWindowS}`,
      );
    }
    this.#demand = demand;
    this.#settings = settings;
  }

  /** What the query answers at a moment; NaN: nothing. Depends on the demand before that moment only. */
  valueAt(timeMs: number): number {
    const { scrapeIntervalS, scrapeOffsetS, rateWindowS, delayS } = this.#settings;
    const visibleS = (timeMs - this.#demand.startMs) / SECOND_MS - delayS;
    const scrape = Math.floor((visibleS - scrapeOffsetS) / scrapeIntervalS);
    const last = scrapeOffsetS + scrape * scrapeIntervalS;
    if (scrape < 0 || last > this.#demand.seconds) return NaN;
    if (rateWindowS === 0) return this.#demand.at(last);
    // The window is open at its start: a scrape exactly one window ago is outside.
    const before = Math.floor((visibleS - rateWindowS - scrapeOffsetS) / scrapeIntervalS);
    const first = scrapeOffsetS + Math.max(0, before + 1) * scrapeIntervalS;
    return first < last ? this.#demand.mean(first, last) : NaN;
  }
}
