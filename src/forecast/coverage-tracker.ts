import type { Coverage, RecentCoverage } from '../core/coverage.js';
import { HOUR_MS } from '../core/duration.js';
import type { Forecast } from '../core/forecast.js';
import type { Series } from '../core/series.js';

const HOURS_OF_A_DAY = 24;
const HOURS_OF_A_WEEK = 168;

/** What was forecast for one moment: a value per level. */
interface Promised {
  readonly timeMs: number;
  readonly thresholds: readonly number[];
}

/**
 * Compares the forecasts that were served with what came, so many steps ahead, over the last day and the last week before
 * the newest sample. Counts by the hour, so that a workload takes 3 kB.
 */
export class CoverageTracker {
  readonly #levels: readonly number[];
  readonly #stepsAhead: number;
  #promised: Promised[] = [];
  #newestOriginMs = -Infinity;
  /** Per hour of the last week, at `hour % 168`: samples, then those covered at each level. */
  readonly #counts: Uint32Array;
  #newestHour = NaN;

  /** @param stepsAhead >= 1, within the horizon of the forecasts */
  constructor(levels: readonly number[], stepsAhead: number) {
    this.#levels = levels;
    this.#stepsAhead = stepsAhead;
    this.#counts = new Uint32Array(HOURS_OF_A_WEEK * (levels.length + 1));
  }

  /** Takes note of a forecast; one whose origin is not after that of the one before says nothing new. */
  expect(forecast: Forecast): void {
    if (forecast.originMs <= this.#newestOriginMs) return;
    this.#newestOriginMs = forecast.originMs;
    const step = this.#stepsAhead - 1;
    this.#promised.push({
      timeMs: forecast.targetMs(step),
      thresholds: this.#levels.map((level) => forecast.quantile(level)[step]!),
    });
  }

  /** Judges what was forecast for the time up to the last sample; a gap judges nothing. */
  judge(history: Series): void {
    const due = this.#promised.filter(({ timeMs }) => timeMs <= history.lastMs);
    if (due.length === 0) return;
    this.#promised = this.#promised.slice(due.length);
    for (const { timeMs, thresholds } of due) this.#count(timeMs, history.at(timeMs), thresholds);
  }

  /** null while nothing has been judged. */
  get coverage(): RecentCoverage | null {
    const week = this.#over(HOURS_OF_A_WEEK);
    return week.samples === 0 ? null : { day: this.#over(HOURS_OF_A_DAY), week };
  }

  #count(timeMs: number, actual: number, thresholds: readonly number[]): void {
    if (Number.isNaN(actual)) return;
    const hour = Math.floor(timeMs / HOUR_MS);
    this.#moveOnTo(hour);
    const row = this.#rowOf(hour);
    row[0]!++;
    thresholds.forEach((threshold, l) => {
      if (actual <= threshold) row[l + 1]!++;
    });
  }

  /** Forgets the hours that are a week old by then. */
  #moveOnTo(hour: number): void {
    if (Number.isNaN(this.#newestHour)) this.#newestHour = hour;
    const first = Math.max(this.#newestHour + 1, hour - HOURS_OF_A_WEEK + 1);
    for (let begun = first; begun <= hour; begun++) this.#rowOf(begun).fill(0);
    this.#newestHour = Math.max(this.#newestHour, hour);
  }

  #rowOf(hour: number): Uint32Array {
    const width = this.#levels.length + 1;
    const first = (hour % HOURS_OF_A_WEEK) * width;
    return this.#counts.subarray(first, first + width);
  }

  #over(hours: number): Coverage {
    const sums = new Float64Array(this.#levels.length + 1);
    for (let back = 0; back < hours && !Number.isNaN(this.#newestHour); back++) {
      this.#rowOf(this.#newestHour - back).forEach((count, i) => (sums[i]! += count));
    }
    const samples = sums[0]!;
    const levels = samples === 0 ? [] : this.#levels.map((level, l) => ({ level, share: sums[l + 1]! / samples }));
    return { samples, levels };
  }
}
