/** The HPA computes in milli-units as int64; a larger value could not be read. */
const MAX_MILLI = 2n ** 63n - 1n;

/** Decimal suffixes for powers of a thousand, from 1 up. */
const SUFFIXES = ['', 'k', 'M', 'G', 'T', 'P', 'E'] as const;

/**
 * A number as a Kubernetes quantity, in the form Kubernetes itself prints: rounded to three decimals, exact ties to even
 * (Go's `%.3f`, which KEDA uses), then the largest suffix that leaves a whole number; never an exponent.
 *
 * @param value a negative one becomes 0, as in KEDA: the HPA reads negative sums as overflow and scales to the maximum;
 *   above 2^63 - 1 milli-units it becomes that limit
 * @throws {RangeError} NaN or an infinity: an unknown value is an error on the wire, never a number
 * @see Kubernetes `apimachinery/pkg/api/resource`, `Quantity.CanonicalizeBytes`
 * @example formatQuantity(12.5) // '12500m'
 * @example formatQuantity(2000) // '2k'
 */
export function formatQuantity(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`a metric value must be finite, got ${value}`);
  const milli = value > 0 ? milliUnits(value) : 0n;
  if (milli % 1_000n !== 0n) return `${milli}m`;
  let mantissa = milli / 1_000n;
  let power = 0;
  while (mantissa !== 0n && mantissa % 1_000n === 0n) {
    mantissa /= 1_000n;
    power++;
  }
  return `${mantissa}${SUFFIXES[power]!}`;
}

function milliUnits(value: number): bigint {
  // toFixed turns to exponents at 1e21; 1e16 is already beyond the limit of 9.2e15.
  if (value >= 1e16) return MAX_MILLI;
  const rounded = BigInt(value.toFixed(3).replace('.', ''));
  // toFixed is exact but takes ties up. A double lies half-way between two thousandths only if it is an odd number of
  // sixteenths: (2k + 1) / 2000 has a power of two as its denominator only when 125 divides 2k + 1.
  const isTie = Math.abs((value * 16) % 2) === 1;
  const even = isTie && rounded % 2n === 1n ? rounded - 1n : rounded;
  return even < MAX_MILLI ? even : MAX_MILLI;
}
