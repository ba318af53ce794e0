/**
 * Floats as text, bit for bit, gaps (NaN) included: little-endian base64, a third of the length of decimal digits. JSON
 * alone would lose NaN.
 */
export function encodeFloats(values: ArrayLike<number>): string {
  const bytes = Buffer.alloc(values.length * 8);
  for (let i = 0; i < values.length; i++) bytes.writeDoubleLE(values[i]!, i * 8);
  return bytes.toString('base64');
}

/** @throws {RangeError} a text that does not hold whole floats */
export function decodeFloats(text: string): Float64Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length % 8 !== 0) throw new RangeError(`${bytes.length} bytes are not whole 8-byte floats`);
  return Float64Array.from({ length: bytes.length / 8 }, (_, i) => bytes.readDoubleLE(i * 8));
}
