/** An HPA computes in thousandths: what is less is 0 to it, and it divides by that. */
const SMALLEST = 0.001;
/** In thousandths as integers of 64 bits, with room for nine thousand times the target. */
const LARGEST = 1e12;

/** What {@link targetFault} accepts, for messages. */
export const ACCEPTED_TARGET = 'what one replica should carry, from 0.001 to 1e12';

/**
 * What is wrong with the target of a metric, as an HPA computes with it.
 *
 * @returns undefined: nothing
 */
export function targetFault(target: number): string | undefined {
  if (!(target > 0)) return 'must be greater than 0';
  if (target < SMALLEST) return 'too small for an HPA, which computes in thousandths';
  return target > LARGEST ? 'too large for an HPA, which computes in 64 bits' : undefined;
}
