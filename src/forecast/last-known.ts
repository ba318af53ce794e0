/** The newest known sample at or before index `origin`; NaN when there is none. */
export function lastKnown(values: Float64Array, origin: number): number {
  for (let i = origin; i >= 0; i--) if (!Number.isNaN(values[i]!)) return values[i]!;
  return NaN;
}
