import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/core/duration.js';
import { Series } from '../../src/core/series.js';
import { lastValue } from '../../src/forecast/last-value.js';
import { ridge } from '../../src/forecast/ridge/ridge.js';
import { walkForecasts } from '../../src/replay/walk.js';
import { dailyLoad } from '../forecast/generators.js';
import { finish } from './finish.js';

const STEP_MS = 5 * MINUTE_MS;

it('fits anew when the level has shifted for good, six hours later, and not before it is time otherwise', () => {
  const plain = dailyLoad(3, 10, { stepMs: STEP_MS });
  const shiftMs = plain.startMs + 7.5 * DAY_MS;
  const shifted = new Series(
    plain.startMs,
    STEP_MS,
    plain.values.map((value, i) => (plain.timeAt(i) < shiftMs ? value : 1.6 * value)),
  );
  const period = { fromMs: plain.startMs + 7 * DAY_MS, toMs: plain.startMs + 9 * DAY_MS };
  const settings = {
    historyMs: 7 * DAY_MS,
    refitMs: 8 * DAY_MS,
    horizonMs: 2 * HOUR_MS,
    seasonality: [DAY_MS],
    candidates: [ridge],
    leadTimesMs: [STEP_MS],
    quantiles: [0.9],
  };
  const fitAt = (load: Series): number => finish(walkForecasts(load, settings, period)).fitAt(period.toMs)!.atMs;
  expect(fitAt(plain)).toBe(period.fromMs);
  expect(fitAt(shifted)).toBeGreaterThanOrEqual(shiftMs + 6 * HOUR_MS);
  expect(fitAt(shifted)).toBeLessThanOrEqual(shiftMs + 7.5 * HOUR_MS);
});

describe('a walk fits anew', () => {
  const load = dailyLoad(3, 16, { stepMs: STEP_MS });
  const settings = {
    historyMs: 7 * DAY_MS,
    refitMs: 8 * DAY_MS,
    horizonMs: 2 * HOUR_MS,
    seasonality: [DAY_MS],
    candidates: [ridge, lastValue],
    leadTimesMs: [STEP_MS],
    quantiles: [0.9],
  };
  /** Days after the beginning of the load at which models were fitted. */
  const fitDays = (fromDay: number, toDay: number, refitMs: number): readonly number[] => {
    const period = { fromMs: load.startMs + fromDay * DAY_MS, toMs: load.startMs + toDay * DAY_MS };
    const walk = finish(walkForecasts(load, { ...settings, refitMs }, period));
    const days = new Set<number>();
    for (let timeMs = period.fromMs; timeMs < period.toMs; timeMs += STEP_MS) {
      const fit = walk.fitAt(timeMs);
      if (fit !== null) days.add((fit.atMs - load.startMs) / DAY_MS);
    }
    return [...days];
  };

  it('as often as it is told', () => {
    expect(fitDays(7, 8.1, DAY_MS / 2)).toEqual([7, 7.5, 8]);
  });

  it('once for a week, where the history is full', () => {
    expect(fitDays(7, 14, 8 * DAY_MS)).toEqual([7]);
  });

  it('when the history is twice as long, up to a full one', () => {
    // A history to a grid point has that point too: after more than twice three days and a step.
    const step = STEP_MS / DAY_MS;
    const [first, second, ...later] = fitDays(3, 13, 8 * DAY_MS);
    expect(first).toBe(3);
    expect(second).toBeGreaterThan(6);
    expect(second).toBeLessThanOrEqual(6 + 3 * step);
    expect(later).toEqual([]);
  });

  it('with the better model, soon after there is enough history for it', () => {
    const period = { fromMs: load.startMs + DAY_MS / 12, toMs: load.startMs + 3 * DAY_MS };
    const walk = finish(walkForecasts(load, settings, period));
    const known = ridge.minSamples({ ...settings, horizonSteps: 24, levels: [0.9], seasonSteps: [288] });
    expect(walk.forecastAt(period.fromMs + 6 * HOUR_MS)?.model).toBe('last-value');
    expect(walk.forecastAt(load.startMs + 2 * known * STEP_MS + HOUR_MS)?.model).toBe('ridge');
  });
});
