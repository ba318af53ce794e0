/**
 * The variance-stabilising transform of the regression models: `sign(y) * sqrt(|y|)`.
 *
 * The noise of arrivals grows with their rate (Poisson: variance equals mean); under a square root it is about constant
 * (Bartlett 1936), so that one regression and one set of residual quantiles serve night and noon. It is odd and
 * defined everywhere, monotone (quantiles survive it), and scaling the input by c scales the output by sqrt(c).
 */
export function stabilise(value: number): number {
  return value < 0 ? -Math.sqrt(-value) : Math.sqrt(value);
}

/** Inverse of {@link stabilise}. */
export function destabilise(value: number): number {
  return value < 0 ? -value * value : value * value;
}
