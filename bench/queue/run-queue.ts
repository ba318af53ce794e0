import { averageValueProposal } from '../../src/simulate/hpa/external-metric.js';
import { DEFAULT_HPA, HpaController } from '../../src/simulate/hpa/controller.js';
import type { Delay } from '../../src/simulate/pods/delay.js';
import { DEFAULT_PODS, PodFleet } from '../../src/simulate/pods/pod-fleet.js';
import { seededRandom } from '../../src/simulate/random.js';
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

/** An `AverageValue` metric. */
export interface Policy {
  readonly value: (moment: Moment) => number;
  readonly target: number;
}

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
 * Runs a queue with consumers that an HPA scales by one metric.
 *
 * @param arrivals messages per second at a time
 */
export function runQueue(
  arrivals: (atS: number) => number,
  { startS, endS, perReplica, startup }: Setting,
  { value, target }: Policy,
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
    const total = Math.ceil(value({ atS, backlog: queue.backlog }) * 1_000);
    const proposal = (): readonly number[] => [averageValueProposal(total, target * 1_000, counts, hpa.tolerance)];
    fleet.resize(atS, hpa.sync(atS, counts, proposal).replicas);
  }
  return { podHours: podSeconds / 3_600, p95AgeS: weightedQuantile(ages, 0.95), p99AgeS: weightedQuantile(ages, 0.99) };
}
