/**
 * Share of the pooled errors beside the load's own. Alone they are as good on average, and worse on single loads that are like no
 * other; half of each gives away a fourth of what they bring (decision 11).
 */
const POOLED_SHARE = 2 / 3;

/**
 * A pooled quantile, no further from the load's own quantile of the same level than it is to be believed: a load that is like no
 * other is in situations that mean something else on other loads. All in units of the scale.
 */
export function believed(pooled: number, own: number, furthest: number): number {
  return Math.min(Math.max(pooled, own - furthest), own + furthest);
}

/** Distances from a centre at one level, or at ascending ones: by the load's own errors, and by those of other loads. */
export function blend(own: Float64Array, pooled: Float64Array): Float64Array {
  return own.map((offset, i) => (1 - POOLED_SHARE) * offset + POOLED_SHARE * pooled[i]!);
}
