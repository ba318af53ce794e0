import { expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/core/duration.js';
import { Series } from '../../src/core/series.js';
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
