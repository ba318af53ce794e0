/** Bytes per number: IEEE 754 double, little-endian on every machine, so that a file can move between them. */
const BYTES = 8;

/** Numbers as bytes; NaN, infinities and -0 included. */
export function toBlob(values: ArrayLike<number>): Buffer {
  const blob = Buffer.allocUnsafe(values.length * BYTES);
  for (let i = 0; i < values.length; i++) blob.writeDoubleLE(values[i]!, i * BYTES);
  return blob;
}

/** The numbers that {@link toBlob} wrote. @throws {RangeError} a length that is not a multiple of eight bytes */
export function fromBlob(blob: ArrayBuffer): Float64Array {
  if (blob.byteLength % BYTES !== 0) throw new RangeError(`${blob.byteLength} bytes are not a whole number of doubles`);
  const view = new DataView(blob);
  const values = new Float64Array(blob.byteLength / BYTES);
  for (let i = 0; i < values.length; i++) values[i] = view.getFloat64(i * BYTES, true);
  return values;
}
