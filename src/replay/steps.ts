import { formatDuration } from '../core/duration.js';
import { UsageError } from '../core/errors.js';
import type { ReplaySettings } from './settings.js';

/**
 * Between two samples a replay knows nothing but a straight line. At ten lead times per step, an HPA that aims at 70 % is
 * short only where the load grows more than fivefold from one sample to the next (by 43 % within each lead time): above that
 * a replay would say of nearly every load that capacity never was short.
 */
const MOST_LEAD_TIMES = 10;

/**
 * A model needs a step within its horizon, and a replay samples that show what happens while pods start.
 *
 * @param loadStepMs spacing of the samples of the load
 * @throws {UsageError} samples too far apart, with the longest step that is accepted
 */
export function checkSteps(
  loadStepMs: number,
  { queryStepMs, horizonMs }: Pick<ReplaySettings, 'queryStepMs' | 'horizonMs'>,
  leadTimeMs: number,
): void {
  const mostMs = Math.min(horizonMs, MOST_LEAD_TIMES * leadTimeMs);
  if (loadStepMs > mostMs) {
    throw new UsageError(
      `the load has a sample every ${formatDuration(loadStepMs)}; expected one at least every ${formatDuration(mostMs)}: ` +
        `${MOST_LEAD_TIMES} lead times of ${formatDuration(leadTimeMs)}, and no more than the ${formatDuration(horizonMs)} ` +
        'that are forecast',
    );
  }
  if (queryStepMs <= horizonMs) return;
  throw new UsageError(
    `the step of the history is ${formatDuration(queryStepMs)}; expected at most the ${formatDuration(horizonMs)} that are forecast`,
  );
}
