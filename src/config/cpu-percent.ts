import type { Place, Report } from './problem.js';

/** What a pod that serves its full capacity is taken to use of the CPU that it requests, and can use at most. */
const FULL_PERCENT = 100;

/**
 * A target utilisation of CPU that can be replayed: pods never use more than they request. Kubernetes accepts more than
 * 100 %; such a metric never asks for more pods here, and the rest of its object is replayed without it.
 *
 * @returns undefined, and a problem, for what no HPA can be given, and for a target that is never reached
 */
export function checkCpuPercent(percent: number, place: Place, report: Report): number | undefined {
  if (!Number.isInteger(percent) || percent < 1) {
    report.error(place, 'out of range', { value: String(percent), accepted: 'a whole number, at least 1' });
    return undefined;
  }
  if (percent <= FULL_PERCENT) return percent;
  const message = `not replayed, as it is never reached: a pod that serves its capacity is taken to use ${FULL_PERCENT} % of the CPU it requests`;
  report.warning(place, message, { value: String(percent), accepted: `1 to ${FULL_PERCENT}` });
  return undefined;
}
