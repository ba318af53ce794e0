import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatQuantity } from '../../../src/serve/external-metrics/quantity.js';

describe('formatQuantity', () => {
  it.each<[number, string, string]>([
    [0, '0', 'zero'],
    [-0, '0', 'negative zero'],
    [1, '1', 'one'],
    [12.5, '12500m', 'a fraction, in milli-units'],
    [0.1, '100m', 'a tenth'],
    [1.5, '1500m', 'one and a half'],
    [0.0001, '0', 'a tenth of a thousandth'],
    [0.0004, '0', 'less than half of a thousandth'],
    [0.001, '1m', 'a thousandth'],
    [100, '100', 'a number below the first suffix'],
    [1000, '1k', 'a thousand'],
    [1500, '1500', 'no suffix when it would need a fraction'],
    [12345, '12345', 'no suffix for an uneven number'],
    [2000, '2k', 'two thousand'],
    [1e6, '1M', 'a million'],
    [1_500_000, '1500k', 'the largest suffix with a whole mantissa'],
    [1e9, '1G', 'a billion'],
    [1e12, '1T', 'a trillion'],
    [1e15, '1P', 'a quadrillion'],
    [9e15, '9P', 'close to the limit'],
    [-3, '0', 'a negative number, as KEDA does'],
    [-1e300, '0', 'a very negative number'],
    // 0.0625 * 1000 = 62.5: the even neighbour is 62. 0.1875 * 1000 = 187.5: the even neighbour is 188.
    [0.0625, '62m', 'a tie down to the even thousandth'],
    [0.1875, '188m', 'a tie up to the even thousandth'],
    [1.0625, '1062m', 'a tie beyond one'],
    // 0.0005 is a double slightly above 5e-4 (5.0000000000000001e-4), 0.0015 one slightly above 1.5e-3,
    // 0.0025 one slightly above 2.5e-3: no ties, although they look like it.
    [0.0005, '1m', 'what only looks like a tie, by its exact binary value'],
    [0.0015, '2m', 'what only looks like a tie and would be rounded up either way'],
    [0.0025, '3m', 'what only looks like a tie and would be even below'],
    // 1.0005 is the double 1.000499999999999989...
    [1.0005, '1', 'what looks like a tie and is just below'],
    [999.9999, '1k', 'what is rounded up into a suffix'],
    // 2^53 = 9007199254740992 and no suffix divides it.
    [2 ** 53, '9007199254740992', 'the first gap between whole doubles'],
    // 2^63 - 1 milli-units = 9223372036854775.807; the doubles around it are 9223372036854774, ...776.
    [9223372036854774, '9223372036854774', 'the largest double below the limit'],
    [9223372036854776, '9223372036854775807m', 'the smallest double above the limit'],
    [1e16, '9223372036854775807m', 'a number beyond the limit'],
    [1e21, '9223372036854775807m', 'where JavaScript changes to exponents'],
    [Number.MAX_VALUE, '9223372036854775807m', 'the largest double'],
    [Number.MIN_VALUE, '0', 'the smallest double'],
    [1e-7, '0', 'where JavaScript changes to negative exponents'],
  ])('writes %d as %s: %s', (value, expected) => {
    expect(formatQuantity(value)).toBe(expected);
  });

  it.each([NaN, Infinity, -Infinity])('refuses %d: unknown is never a number', (value) => {
    expect(() => formatQuantity(value)).toThrow(RangeError);
  });

  const doubles = fc.oneof(
    fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
    fc.double({ min: 0, max: 1e6, noNaN: true }),
    // Exact ties and their neighbourhood: sixteenths.
    fc.integer({ min: 0, max: 2 ** 40 }).map((n) => n / 16),
    fc.integer({ min: 0, max: 2 ** 40 }).map((n) => n / 1_000),
  );

  it('is the nearest thousandth, ties to even, by exact rational arithmetic', () => {
    fc.assert(
      fc.property(doubles, (value) => {
        const limit = 2n ** 63n - 1n;
        const exact = exactMilli(value);
        expect(parseMilli(formatQuantity(value))).toBe(exact < limit ? exact : limit);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is canonical: digits and one suffix, the largest one that leaves a whole number', () => {
    fc.assert(
      fc.property(doubles, (value) => {
        const [, digits, suffix] = /^(0|[1-9]\d*)([mkMGTPE]?)$/.exec(formatQuantity(value))!;
        if (digits !== '0' && suffix !== 'E') expect(digits!.endsWith('000')).toBe(false);
      }),
    );
  });
});

/** Thousandths of a double >= 0, half to even, from its bits: mantissa times a power of two, without rounding. */
function exactMilli(value: number): bigint {
  const bits = new BigUint64Array(Float64Array.of(value).buffer)[0]!;
  const exponentBits = (bits >> 52n) & 0x7ffn;
  const fraction = bits & ((1n << 52n) - 1n);
  const mantissa = exponentBits === 0n ? fraction : fraction | (1n << 52n);
  const exponent = (exponentBits === 0n ? 1n : exponentBits) - 1_075n;
  if (exponent >= 0n) return 1_000n * mantissa * 2n ** exponent;
  const denominator = 2n ** -exponent;
  const floor = (1_000n * mantissa) / denominator;
  const twiceRest = 2n * ((1_000n * mantissa) % denominator);
  const up = twiceRest > denominator || (twiceRest === denominator && floor % 2n === 1n);
  return up ? floor + 1n : floor;
}

function parseMilli(quantity: string): bigint {
  const [, digits, suffix] = /^(\d+)(.?)$/.exec(quantity)!;
  const zeros = { m: 0, '': 3, k: 6, M: 9, G: 12, T: 15, P: 18, E: 21 }[suffix!];
  return BigInt(`${digits!}${'0'.repeat(zeros!)}`);
}
