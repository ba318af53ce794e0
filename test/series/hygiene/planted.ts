import { DAY_MS, HOUR_MS } from '../../../src/core/duration.js';
import { Series } from '../../../src/core/series.js';

/** Something that happens to a load, counted from its start. */
export interface Event {
  readonly atMs: number;
  readonly forMs: number;
  readonly factor: number;
}

export const at = (day: number, hour: number): number => day * DAY_MS + hour * HOUR_MS;

export const outage = (atMs: number, forMs = 2 * HOUR_MS): Event => ({ atMs, forMs, factor: 0 });

export const loadTest = (atMs: number, forMs = 2 * HOUR_MS, factor = 5): Event => ({ atMs, forMs, factor });

/** The series with the samples of each event multiplied by its factor. */
export function withEvents(series: Series, ...events: readonly Event[]): Series {
  const { startMs, stepMs } = series;
  const values = series.values.map((value, i) => {
    const event = events.find(({ atMs, forMs }) => i * stepMs >= atMs && i * stepMs < atMs + forMs);
    return event === undefined ? value : value * event.factor;
  });
  return new Series(startMs, stepMs, values);
}
