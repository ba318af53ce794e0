/** Geometric mean of positive numbers, the mean for ratios: 2 and 1/2 average to 1. NaN without numbers. */
export function geometricMean(values: readonly number[]): number {
  return Math.exp(arithmeticMean(values.map((value) => Math.log(value))));
}

/** NaN without numbers. */
export function arithmeticMean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * A figure of each series as one figure per family, so that a family of many series does not outweigh the others. Series
 * without the figure (null) are left out, and so are families without any.
 */
export function byFamily<Item extends { readonly family: string }>(
  items: readonly Item[],
  figure: (item: Item) => number | null,
  mean: (values: readonly number[]) => number,
): Map<string, number> {
  const families = new Map<string, number[]>();
  for (const item of items) {
    const value = figure(item);
    if (value === null) continue;
    families.set(item.family, [...(families.get(item.family) ?? []), value]);
  }
  return new Map([...families].map(([family, values]) => [family, mean(values)]));
}
