import { DAY_MS } from '../core/duration.js';
import { Forecast } from '../core/forecast.js';
import type { Series } from '../core/series.js';
import type { Contestant } from './contestant.js';

/** Names under which the yardsticks stand beside the models. */
export const NAIVE = 'naive';
export const SEASONAL_NAIVE = 'seasonal-naive-1d';

/**
 * The two textbook rules that every model must beat: the last known value (`naive`), and the value one day earlier
 * (`seasonal-naive-1d`), or as many days earlier as reach a known sample, or else the last known value. They are point
 * forecasts, the same at every level, and are never calibrated, so that a score relative to them means the same
 * everywhere; of their pinball losses and coverages, only the ones at 0.5 are worth reading.
 *
 * @returns without the second when a step is longer than a day
 */
export function baselines(stepMs: number): readonly Contestant[] {
  const daySteps = Math.round(DAY_MS / stepMs);
  const naive = pointContestant(NAIVE, 1, (values) => lastKnown(values, values.length - 1, 1));
  if (daySteps < 1) return [naive];
  const oneDayEarlier = pointContestant(SEASONAL_NAIVE, daySteps, (values, stepsAhead) => {
    const daysBack = Math.ceil(stepsAhead / daySteps);
    const sameTime = lastKnown(values, values.length - 1 + stepsAhead - daysBack * daySteps, daySteps);
    return Number.isNaN(sameTime) ? lastKnown(values, values.length - 1, 1) : sameTime;
  });
  return [naive, oneDayEarlier];
}

/** @param valueAt what the rule says, given the history and the steps ahead, from 1 */
function pointContestant(
  name: string,
  minSamples: number,
  valueAt: (values: Float64Array, stepsAhead: number) => number,
): Contestant {
  return {
    name,
    minSamples: () => minSamples,
    fit: (history: Series, { horizonSteps, levels }) => ({
      forecast() {
        const points = Float64Array.from({ length: horizonSteps }, (_, k) => valueAt(history.values, k + 1));
        const { lastMs: originMs, stepMs } = history;
        return new Forecast({ model: name, originMs, stepMs, levels, values: levels.map(() => points) });
      },
    }),
  };
}

/** The first known sample on the way from `index` backwards in strides; NaN when there is none. */
function lastKnown(values: Float64Array, index: number, stride: number): number {
  for (let i = index; i >= 0; i -= stride) if (!Number.isNaN(values[i]!)) return values[i]!;
  return NaN;
}
