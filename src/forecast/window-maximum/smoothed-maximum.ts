import { MINUTE_MS } from '../../core/duration.js';
import type { FilterMethod } from '../filtered.js';
import { holtWintersWith } from '../holt-winters/holt-winters.js';

/** How long the level, and what it was off just now, are remembered. */
const LEVEL_MS = 50 * MINUTE_MS;
const ERROR_MS = 100 * MINUTE_MS;
/** How much of what a season was off goes into the next one. */
const GAMMA = 0.3;

/**
 * The highest value of each window as a series of its own, smoothed by Holt-Winters without a trend: a member that believes
 * yesterday and the last hour, where the regressions weigh many days. Its parameters are given: optimised ones are hardly
 * more accurate, and take longer than all the rest of the model.
 */
export function smoothedMaximum(stepMs: number, seasonSteps: readonly number[]): FilterMethod {
  return holtWintersWith({
    parameters: {
      alpha: 1 - Math.exp(-stepMs / LEVEL_MS),
      beta: 0,
      gamma: seasonSteps.length > 0 ? GAMMA : 0,
      phi: 0,
      rho: Math.exp(-stepMs / ERROR_MS),
    },
    optimisedSteps: 0,
  });
}
