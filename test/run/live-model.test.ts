import { expect, it } from 'vitest';
import { MINUTE_MS } from '../../src/core/duration.js';
import { DEFAULT_LEVELS } from '../../src/core/forecast.js';
import type { FittedForecaster } from '../../src/core/forecaster.js';
import { Series } from '../../src/core/series.js';
import { lastValue } from '../../src/forecast/last-value.js';
import { LiveModel } from '../../src/run/live-model.js';

const STEP_MS = 5 * MINUTE_MS;
const series = (length: number): Series => new Series(0, STEP_MS, new Float64Array(length).fill(7));

/** Is outdated after so many updates. */
function outdatedAfter(updates: number): FittedForecaster {
  const inner = lastValue.fit(series(100), { horizonSteps: 4, levels: DEFAULT_LEVELS, seasonSteps: [] });
  let count = 0;
  return {
    name: inner.name,
    get originMs() {
      return inner.originMs;
    },
    get isOutdated() {
      return count >= updates;
    },
    forecast: () => inner.forecast(),
    update(value) {
      count++;
      inner.update(value);
    },
    toJSON: () => inner.toJSON(),
  };
}

it('is to be fitted anew when the model is outdated, though its errors are small', () => {
  const live = new LiveModel(outdatedAfter(2));
  live.follow(series(101));
  expect(live.hasDrifted).toBe(false);
  expect(live.follow(series(102))?.originMs).toBe(101 * STEP_MS);
  expect(live.hasDrifted).toBe(true);
});
