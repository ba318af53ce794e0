/**
 * A sorted array without some of its numbers, with others instead, in one pass.
 *
 * @param sorted ascending
 * @param left some of its numbers, ascending; each leaves as often as it is named
 * @param arrived ascending
 */
export function merged(sorted: Float64Array, left: Float64Array, arrived: Float64Array): Float64Array<ArrayBuffer> {
  const result = new Float64Array(sorted.length - left.length + arrived.length);
  let skipped = 0;
  let taken = 0;
  let length = 0;
  for (let i = 0; i < sorted.length; i++) {
    const number = sorted[i]!;
    if (skipped < left.length && left[skipped] === number) {
      skipped++;
      continue;
    }
    while (taken < arrived.length && arrived[taken]! <= number) result[length++] = arrived[taken++]!;
    result[length++] = number;
  }
  while (taken < arrived.length) result[length++] = arrived[taken++]!;
  return result;
}
