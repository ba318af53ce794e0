import { SECOND_MS } from '../core/duration.js';

/** How a queue is to be worked off. */
export interface DrainSettings {
  /** Messages per second that one replica works off, > 0. */
  readonly perReplica: number;
  /** The backlog is to be gone within this time, > 0, while new messages are kept up with. */
  readonly drainTimeMs: number;
  /** More replicas than partitions have nothing to read; null: there are no partitions. */
  readonly partitions: number | null;
}

/** What is known of a queue at one moment. */
export interface QueueLoad {
  /** Arrivals per second that are to be kept up with: forecast for the lead time; null: unknown. */
  readonly arrivalRate: number | null;
  /** Messages that wait now; null: unknown. */
  readonly backlog: number | null;
}

/**
 * Messages per second that have to be worked off, so that new ones are kept up with and the backlog is gone in time:
 * `arrivalRate + backlog / drainTime`, as an `AverageValue` metric with `perReplica` as its target.
 *
 * With the arrivals forecast for the time when capacity that is asked for now will be ready, that capacity meets the
 * messages it was asked for; a lag alone is seen only once they wait.
 *
 * @param held what it was when both were known last; while one is unknown it does not fall below that. null: never
 * @returns no more than all partitions can carry; null: nothing is known, and nothing is held
 * @throws {RangeError} settings that are not above 0
 */
export function drainLoad(
  { arrivalRate, backlog }: QueueLoad,
  settings: DrainSettings,
  held: number | null = null,
): number | null {
  check(settings);
  const { perReplica, drainTimeMs, partitions } = settings;
  const drain = backlog === null ? null : Math.max(0, backlog) / (drainTimeMs / SECOND_MS);
  const known = [arrivalRate, drain].filter((rate) => rate !== null);
  const isComplete = known.length === 2;
  if (known.length === 0 && held === null) return null;
  const load = known.reduce((sum, rate) => sum + Math.max(0, rate), 0);
  // A load must be a number that can be shown, whatever the queue says.
  const ceiling = Math.min(Number.MAX_VALUE, partitions === null ? Infinity : partitions * perReplica);
  return Math.min(ceiling, isComplete ? load : Math.max(load, held ?? 0));
}

function check({ perReplica, drainTimeMs, partitions }: DrainSettings): void {
  for (const [name, value] of Object.entries({ perReplica, drainTimeMs, partitions: partitions ?? 1 })) {
    if (!(value > 0)) throw new RangeError(`${name} must be > 0, got ${value}`);
  }
}
