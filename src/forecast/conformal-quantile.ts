/**
 * The sample quantile that is a valid conformal bound: the k-th smallest with k = level * (n + 1), interpolated linearly and
 * held at the extremes (type 6 of Hyndman & Fan 1996).
 *
 * @param sorted ascending
 * @param level any number; one that is not within (0, 1) gives an extreme
 * @returns NaN when there are no numbers
 */
export function conformalQuantile(sorted: Float64Array, level: number): number {
  if (sorted.length === 0) return NaN;
  const rank = Math.min(Math.max(level * (sorted.length + 1), 1), sorted.length) - 1;
  const below = Math.floor(rank);
  const low = sorted[below]!;
  return below + 1 < sorted.length ? low + (rank - below) * (sorted[below + 1]! - low) : low;
}
