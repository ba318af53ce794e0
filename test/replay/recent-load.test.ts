import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/core/duration.js';
import { Series } from '../../src/core/series.js';
import { recentLoad } from '../../src/replay/load.js';
import { replay } from '../../src/replay/replay.js';
import { finish } from './finish.js';
import { officeHours, settings, STEP_MS } from './load.js';

const START_MS = 20_000 * DAY_MS;

/** So many days of nothing before a load. */
function after(days: number, { startMs, stepMs, values }: Series): Series {
  const before = (days * DAY_MS) / stepMs;
  const all = new Float64Array(before + values.length).fill(10);
  all.set(values, before);
  return new Series(startMs - days * DAY_MS, stepMs, all);
}

describe('the part of a load that a replay uses', () => {
  it('is what is reported, as much to choose a setting on, and the history before that', () => {
    const years = new Series(START_MS, 10 * MINUTE_MS, new Float64Array(3 * 365 * 144).fill(1));
    const part = recentLoad(years, { ...settings, reportMs: 7 * DAY_MS, historyMs: 7 * DAY_MS });
    expect(part.endMs).toBe(years.endMs);
    const spanMs = part.lastMs - part.startMs;
    // 7 days reported, 7 to choose on, 7 of history, an hour each for the run-up and for room.
    expect(spanMs).toBeGreaterThanOrEqual(21 * DAY_MS + 2 * HOUR_MS);
    expect(spanMs).toBeLessThan(21 * DAY_MS + 3 * HOUR_MS);
  });

  it('begins at a multiple of the scrape interval', () => {
    const odd = new Series(START_MS, 7_000, new Float64Array(12 * 12_343).fill(1));
    const part = recentLoad(odd, { ...settings, reportMs: DAY_MS, historyMs: DAY_MS });
    expect(part.length).toBeLessThan(odd.length);
    expect((part.startMs - START_MS) % 15_000).toBe(0);
  });

  it('is all of a short load', () => {
    const load = officeHours();
    expect(recentLoad(load, settings)).toBe(load);
  });

  it('makes no difference to what comes out', () => {
    const options = { settings, objective: 'short<=1%', assertion: null, pareto: false };
    const outcomes = (load: Series) =>
      finish(replay(load, options)).policies.map(({ name, outcome }) => [name, outcome]);
    const load = after(3, officeHours());
    // No longer than what is used, so that nothing is left out of it.
    const part = load.between(load.lastMs - 5 * DAY_MS - 2 * HOUR_MS - STEP_MS, load.endMs);
    expect(outcomes(load)).toEqual(outcomes(part));
  });
});
