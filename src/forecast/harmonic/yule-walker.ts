/**
 * Autoregressive coefficients by Yule-Walker, the order by Akaike's criterion, `n log(variance) + 2 order`.
 *
 * The recursion of Levinson and Durbin solves all orders up to the largest in one pass. It ends early where the
 * autocovariances (of a series with gaps) are those of no stationary process, so that the result is always stable.
 *
 * @param autocovariance at lags 0, 1, ...; the largest order is one less than its length
 * @param count          number of values that they were computed from
 * @returns `a[i]` multiplies the value i + 1 steps ago; empty when there is no autocorrelation worth modelling
 * @see Brockwell & Davis (1991), Time Series: Theory and Methods, 5.2 and 9.3
 */
export function yuleWalker(autocovariance: ArrayLike<number>, count: number): Float64Array {
  let variance = autocovariance[0]!;
  let coefficients: number[] = [];
  let best = coefficients;
  let leastCriterion = count * Math.log(variance);
  for (let order = 1; order < autocovariance.length && variance > 0; order++) {
    const shorter = coefficients;
    const explained = shorter.reduce((sum, a, i) => sum + a * autocovariance[order - 1 - i]!, 0);
    const partial = (autocovariance[order]! - explained) / variance;
    if (!(Math.abs(partial) < 1)) break;
    coefficients = [...shorter.map((a, i) => a - partial * shorter[order - 2 - i]!), partial];
    variance *= 1 - partial * partial;
    const criterion = count * Math.log(variance) + 2 * order;
    if (criterion >= leastCriterion) continue;
    leastCriterion = criterion;
    best = coefficients;
  }
  return Float64Array.from(best);
}
