import type { GridRange } from '../series/grid.js';

/**
 * Cuts a range into consecutive ranges of at most `maxPoints` grid points each, oldest first, that together hold every
 * grid point of the range once.
 *
 * @param maxPoints at least 1
 */
export function splitRange({ startMs, endMs, stepMs }: GridRange, maxPoints: number): GridRange[] {
  const ranges: GridRange[] = [];
  const lengthMs = (maxPoints - 1) * stepMs;
  for (let fromMs = startMs; fromMs <= endMs; fromMs += maxPoints * stepMs) {
    ranges.push({ startMs: fromMs, endMs: Math.min(fromMs + lengthMs, endMs), stepMs });
  }
  return ranges;
}
