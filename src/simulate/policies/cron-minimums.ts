import { DAY_MS, HOUR_MS } from '../../core/duration.js';
import type { Series } from '../../core/series.js';
import type { ExternalTarget } from '../metric-target.js';
import type { Policy } from '../policy.js';

/** Hours of a day in UTC. */
const HOURS = DAY_MS / HOUR_MS;
/** What a `cron` trigger asks for outside its window. */
const OUTSIDE = 1;

/**
 * KEDA `cron` triggers beside the observed metric: a minimum of replicas for each hour of the day.
 *
 * @param minimums replicas per hour of the day, from midnight UTC
 */
export function cronMinimums(target: ExternalTarget, minimums: readonly number[]): Policy {
  return {
    name: 'cron',
    targets: [target, { type: 'AverageValue', target: 1 }],
    read: ({ nowMs, observed }) => [
      Number.isNaN(observed) ? { error: 'the query has no value' } : { value: observed },
      { value: minimums[hourOf(nowMs)] ?? OUTSIDE, active: false },
    ],
  };
}

/**
 * The minimums that a person reads off a graph of past days: for each hour the replicas that its highest sample needed, on
 * the day in the middle (the median over the days).
 *
 * @param perReplica demand that one replica should carry
 */
export function hourlyMinimums(history: Series, perReplica: number): number[] {
  const peaks = Array.from({ length: HOURS }, () => new Map<number, number>());
  history.values.forEach((value, i) => {
    if (Number.isNaN(value)) return;
    const timeMs = history.timeAt(i);
    const days = peaks[hourOf(timeMs)]!;
    const day = Math.floor(timeMs / DAY_MS);
    days.set(day, Math.max(days.get(day) ?? -Infinity, value));
  });
  return peaks.map((days) => {
    const sorted = [...days.values()].sort((a, b) => a - b);
    const middle = sorted[Math.floor(sorted.length / 2)];
    return middle === undefined ? OUTSIDE : Math.max(OUTSIDE, Math.ceil(middle / perReplica));
  });
}

function hourOf(timeMs: number): number {
  return Math.floor(timeMs / HOUR_MS) % HOURS;
}
