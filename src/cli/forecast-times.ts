import { formatDuration } from '../core/duration.js';
import { UsageError } from '../core/errors.js';

/** @throws {UsageError} `--horizon` is shorter than a step */
export function checkHorizon(horizonMs: number, stepMs: number): void {
  if (horizonMs >= stepMs) return;
  throw new UsageError(
    `--horizon ${formatDuration(horizonMs)} is shorter than one step; expected at least ${formatDuration(stepMs)}`,
  );
}
