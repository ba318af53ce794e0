/**
 * A metric value as the HPA computes with it: whole thousandths, rounded up (`Quantity.MilliValue`).
 *
 * @returns an integer; NaN stays NaN
 * @see Kubernetes `apimachinery/pkg/api/resource`, `Quantity.ScaledValue`
 */
export function milliValue(value: number): number {
  const milli = value * 1_000;
  const nearest = Math.round(milli);
  // A decimal such as 1.001 times 1000 is not exactly 1001 in binary; the quantity is.
  return Math.abs(milli - nearest) <= 1e-9 * Math.max(1, Math.abs(milli)) && nearest !== 0 ? nearest : Math.ceil(milli);
}

/**
 * A metric value as KEDA serves it: three decimals, exact ties to even (Go's `%.3f`), in thousandths; NaN, infinities and
 * negative numbers become 0.
 */
export function kedaMilliValue(value: number): number {
  if (!(value > 0) || value === Infinity) return 0;
  const milli = value * 1_000;
  const below = Math.floor(milli);
  if (milli - below !== 0.5) return Math.round(milli);
  // Only an odd number of sixteenths lies exactly between two thousandths; anything else merely rounds to there.
  const isTie = Math.abs((value * 16) % 2) === 1;
  if (isTie) return below % 2 === 0 ? below : below + 1;
  return Math.round(Number(value.toFixed(3)) * 1_000);
}
