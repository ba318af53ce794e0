import type { Place, Report } from './problem.js';

/**
 * A target utilisation of CPU that can be replayed: a pod that serves its capacity is taken to use what it requests.
 *
 * @returns undefined, and a problem, for one that such pods never reach
 */
export function checkCpuPercent(percent: number, place: Place, report: Report): number | undefined {
  if (percent >= 1 && percent <= 100) return percent;
  report.error(place, 'never reached: a pod that serves its capacity is taken to use 100 % of what it requests', {
    value: String(percent),
    accepted: '1 to 100',
  });
  return undefined;
}
