/** How far a ratio of metric to target may be from 1 before the HPA acts, per direction. */
export interface Tolerance {
  readonly scaleUp: number;
  readonly scaleDown: number;
}

/** `--horizontal-pod-autoscaler-tolerance`. */
export const DEFAULT_TOLERANCE = 0.1;

/**
 * Whether a ratio calls for no change. Both ends are inside.
 *
 * Kubernetes before per-HPA tolerances (alpha 1.33, on by default from 1.35) compared the distance from 1 instead, which
 * differs by rounding on the boundary itself.
 */
export function isWithin(ratio: number, { scaleUp, scaleDown }: Tolerance): boolean {
  return 1 - scaleDown <= ratio && ratio <= 1 + scaleUp;
}
