/** Number of values that are not gaps. */
export function countKnown(values: Float64Array): number {
  let known = 0;
  for (const value of values) if (!Number.isNaN(value)) known++;
  return known;
}
