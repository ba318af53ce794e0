import { averageValueProposal } from '../../src/simulate/hpa/external-metric.js';
import { DEFAULT_HPA, HpaController } from '../../src/simulate/hpa/controller.js';
import type { Delay } from '../../src/simulate/pods/delay.js';
import { DEFAULT_PODS, PodFleet } from '../../src/simulate/pods/pod-fleet.js';
import { seededRandom } from '../../src/core/random.js';
import { Queue, weightedQuantile } from './queue.js';

/** Step of the simulation. */
export const TICK_S = 5;
const SYNC_S = 15;
export const PARTITIONS = 100;

/** What a policy sees at one sync. */
export interface Moment {
  readonly atS: number;
  readonly backlog: number;
}

/** An `AverageValue` metric as the HPA is given it. */
export interface Metric {
  /** null: an error. */
  readonly value: number | null;
  readonly target: number;
}

/** What the HPA is given at one sync. */
export type Policy = (moment: Moment) => readonly Metric[];

export interface QueueOutcome {
  readonly podHours: number;
  /** Age of a message when it is worked off, in seconds. */
  readonly p95AgeS: number;
  readonly p99AgeS: number;
}

export interface Setting {
  readonly startS: number;
  readonly endS: number;
  /** Messages per second that a ready pod works off. */
  readonly perReplica: number;
  /** Of a pod. */
  readonly startup: Delay;
}

/**
 * Runs a queue with consumers that an HPA scales by the metrics of a policy.
 *
 * @param arrivals messages per second at a time
 */
export function runQueue(
  arrivals: (atS: number) => number,
  { startS, endS, perReplica, startup }: Setting,
  policy: Policy,
): QueueOutcome {
  const hpa = new HpaController(DEFAULT_HPA, { min: 1, max: PARTITIONS });
  const fleet = new PodFleet({ ...DEFAULT_PODS, startup }, seededRandom(1));
  const queue = new Queue();
  const ages: [number, number][] = [];
  fleet.settle(startS, Math.max(1, Math.ceil(arrivals(startS) / perReplica)));
  let podSeconds = 0;
  for (let atS = startS; atS < endS; atS += TICK_S) {
    fleet.advance(atS);
    queue.add(atS, arrivals(atS) * TICK_S);
    // Work that arrives evenly over a tick waits no longer for being taken at once.
    queue.take(atS, fleet.ready * perReplica * TICK_S, (ageS, messages) => ages.push([ageS, messages]));
    podSeconds += fleet.billed * TICK_S;
    if ((atS - startS) % SYNC_S !== 0) continue;
    const counts = { spec: fleet.replicas, status: fleet.replicas, ready: fleet.ready, existing: fleet.existing };
    const proposals = (): readonly (number | null)[] =>
      policy({ atS, backlog: queue.backlog }).map(({ value, target }) =>
        value === null ? null : averageValueProposal(Math.ceil(value * 1_000), target * 1_000, counts, hpa.tolerance),
      );
    fleet.resize(atS, hpa.sync(atS, counts, proposals).replicas);
  }
  return { podHours: podSeconds / 3_600, p95AgeS: weightedQuantile(ages, 0.95), p99AgeS: weightedQuantile(ages, 0.99) };
}
