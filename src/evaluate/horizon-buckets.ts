import { HOUR_MS, MINUTE_MS } from '../core/duration.js';

/** A range of steps ahead that is scored on its own. */
export interface HorizonBucket {
  /** Longest look-ahead in the bucket; it begins where the one before ends. */
  readonly upToMs: number;
  /** Zero-based range of forecast points, `toIndex` exclusive. */
  readonly fromIndex: number;
  readonly toIndex: number;
}

/** Pods start within 10 minutes, nodes within 30; the longer ones show how fast the forecast fades. */
const BOUNDS_MS: readonly number[] = [10 * MINUTE_MS, 30 * MINUTE_MS, HOUR_MS, 2 * HOUR_MS];

/**
 * Splits a horizon at 10 minutes, 30 minutes, 1 hour and 2 hours. The last bucket ends with the horizon; buckets in
 * which no step falls are left out.
 */
export function horizonBuckets(horizonSteps: number, stepMs: number): readonly HorizonBucket[] {
  const horizonMs = horizonSteps * stepMs;
  const buckets: HorizonBucket[] = [];
  let fromIndex = 0;
  for (const bound of [...BOUNDS_MS.filter((ms) => ms < horizonMs), horizonMs]) {
    const toIndex = Math.floor(bound / stepMs);
    if (toIndex > fromIndex) buckets.push({ upToMs: bound, fromIndex, toIndex });
    fromIndex = toIndex;
  }
  return buckets;
}
