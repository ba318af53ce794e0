import { describe, expect, it } from 'vitest';
import { DAY_MS, MINUTE_MS } from '../../../src/core/duration.js';
import type { Forecaster } from '../../../src/core/forecaster.js';
import { combinationWith } from '../../../src/forecast/combination.js';
import type { PooledErrors } from '../../../src/forecast/pooled/pooled-errors.js';
import { dailyLoad } from '../generators.js';

const STEP = 5 * MINUTE_MS;
const DAY = DAY_MS / STEP;
const OPTIONS = { horizonSteps: 12, levels: [0.1, 0.5, 0.9], seasonSteps: [DAY] };

/** Says of every situation that the load will be far above what is forecast. */
const MISTAKEN: PooledErrors = { quantiles: (_, levels) => Float64Array.from(levels, (level) => 5 + level) };

describe('pooled errors that are wrong for a load', () => {
  const load = dailyLoad(11, 6, { stepMs: STEP });
  const forecastOf = (forecaster: Forecaster, seasonSteps: readonly number[]) =>
    forecaster.fit(load, { ...OPTIONS, seasonSteps }).forecast().values;
  const plain = combinationWith(null);

  it('are found out, and change nothing from then on', () => {
    expect(forecastOf(combinationWith(MISTAKEN), [DAY])).toEqual(forecastOf(plain, [DAY]));
  });

  it('are not asked where the load has no season', () => {
    expect(forecastOf(combinationWith(MISTAKEN), [])).toEqual(forecastOf(plain, []));
  });

  it('change nothing before three days are known, and they have been tried for one', () => {
    const short = load.between(load.startMs, load.timeAt(3.9 * DAY));
    const valuesOf = (forecaster: Forecaster) => forecaster.fit(short, OPTIONS).forecast().values;
    expect(valuesOf(combinationWith(MISTAKEN))).toEqual(valuesOf(plain));
  });
});
