/**
 * Share of the pooled errors beside the load's own. Alone they are as good on average, and worse on single loads that are like no
 * other; half of each gives away a fourth of what they bring (decision 11).
 */
const POOLED_SHARE = 2 / 3;

/**
 * How far the pooled errors may be from the load's own, in units of the scale. A load that is like no other (a random walk, whose
 * yesterday says nothing) is in situations that mean something else on other loads.
 */
const FURTHEST = 1;

/** A pooled quantile, no further from the load's own quantile of the same level than it is to be believed; both in units of the scale. */
export function believed(pooled: number, own: number): number {
  return Math.min(Math.max(pooled, own - FURTHEST), own + FURTHEST);
}

/** Distances from a centre at one level, or at ascending ones: by the load's own errors, and by those of other loads. */
export function blend(own: Float64Array, pooled: Float64Array): Float64Array {
  return own.map((offset, i) => (1 - POOLED_SHARE) * offset + POOLED_SHARE * pooled[i]!);
}
