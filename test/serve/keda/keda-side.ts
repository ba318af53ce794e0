/** What the `predictkube` trigger in KEDA makes of the answer of its backend, as its source has it. */
export interface KedaTrigger {
  /** Published to the HPA; null: an empty list, which the HPA reports as "no matching metrics found". */
  readonly value: number | null;
  /** Whether the target may be woken from zero. */
  readonly active: boolean;
}

/**
 * The larger of answer and last observation, by a comparison that is false for NaN; activity by the last observation alone;
 * nothing at all for zero; quantities do not go below zero.
 *
 * @param observations as they were sent
 */
export function publishedByKeda(
  answer: number,
  observations: readonly number[],
  activationThreshold: number,
): KedaTrigger {
  const last = observations.at(-1) ?? 0;
  const value = answer < last ? last : answer;
  if (value === 0) return { value: null, active: false };
  return { value: Math.max(0, value), active: last > activationThreshold };
}
