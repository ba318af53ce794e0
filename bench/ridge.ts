/**
 * What the default model costs: `npm run bench:ridge`. Medians over repeated runs on generated data, compared with the
 * stored result and stored.
 */
import { median, quantile } from 'simple-statistics';
import { DEFAULT_LEVELS } from '../src/core/forecast.js';
import type { FitOptions } from '../src/core/forecaster.js';
import { MINUTE_MS } from '../src/core/duration.js';
import { Series } from '../src/core/series.js';
import { forecasterByName } from '../src/forecast/registry.js';
import { generatedLoad } from './support/generated-load.js';
import { noArguments } from './support/no-arguments.js';
import { storeTimings, type Timing } from './support/timings.js';

noArguments('npm run bench:ridge: what a fit, an update and a forecast of the default model cost');

const POINTS = 5_041; // 7 days at 2 minutes, both ends included
const STEP_MS = 2 * MINUTE_MS;
const OPTIONS: FitOptions = { horizonSteps: 60, levels: DEFAULT_LEVELS, seasonSteps: [720] };
const WARM_UP = 5;
const RUNS = 40;

const ridge = forecasterByName('ridge');
const history = new Series(0, STEP_MS, generatedLoad(POINTS, STEP_MS));
const later = generatedLoad(POINTS + WARM_UP + RUNS, STEP_MS).subarray(POINTS);

function measure(scenario: string, budgetMs: number | null, action: (run: number) => unknown): Timing {
  const times: number[] = [];
  for (let run = 0; run < WARM_UP + RUNS; run++) {
    const startedMs = performance.now();
    action(run);
    if (run >= WARM_UP) times.push(performance.now() - startedMs);
  }
  return { scenario, runs: RUNS, medianMs: median(times), p95Ms: quantile(times, 0.95), budgetMs };
}

const fitted = ridge.fit(history, OPTIONS);
const saved: unknown = JSON.parse(JSON.stringify(fitted.toJSON()));

storeTimings('ridge', [
  measure('fit, 5,041 points, 60 horizons', 30, () => ridge.fit(history, OPTIONS)),
  measure('update with one point', 1, (run) => {
    fitted.update(later[run]!);
  }),
  measure('update with one point, then forecast', null, (run) => {
    fitted.update(later[run]!);
    return fitted.forecast();
  }),
  measure('forecast again, 60 horizons, 8 levels', null, () => fitted.forecast()),
  measure('restore from saved state', null, () => ridge.restore(saved)),
]);
