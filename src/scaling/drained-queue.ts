import type { Held, MetricTriggerInput, QueueDrain, TriggerInput, TriggerOutcome } from '../core/composition.js';
import { formatDuration } from '../core/duration.js';
import { formatNumber } from '../core/format.js';
import { drainLoad } from './backlog.js';

/**
 * Raises the value of a trigger that watches a queue to what it takes to keep up with the arrivals that another trigger
 * forecasts and to work off what waits in time, such that the HPA proposes the replicas for that:
 * `target * load / perReplica`. Never lowers it.
 *
 * What waits and is not known is as without: an error, or the fallback. While the arrivals are not known, the load is not
 * below what it was when they were; where a fallback stands in for them, that has been agreed on, and what waits is drained
 * beside it.
 *
 * @param apart all triggers of the ScaledObject by themselves
 */
export function drained(
  outcome: TriggerOutcome,
  trigger: TriggerInput,
  apart: readonly TriggerOutcome[],
  held: Held | null,
): TriggerOutcome {
  if (trigger.kind === 'resource' || trigger.drain === undefined || outcome.state !== 'known') return outcome;
  const arrivals = apart.find(({ index }) => index === trigger.drain!.arrivalsIndex);
  const drain = drainOf(trigger, arrivals, held?.drainLoads?.[trigger.index] ?? null);
  const [queue, ...others] = outcome.metrics;
  if (drain === null || queue === undefined) return outcome;
  const needed = (queue.target * drain.load) / drain.perReplica;
  const value = Math.max(queue.value ?? 0, Number.isFinite(needed) ? needed : 0);
  return {
    ...outcome,
    metrics: [{ ...queue, value }, ...others],
    drain,
    reason: `${outcome.reason} ${describe(drain)}`,
  };
}

/**
 * What is held of each queue: its load where the arrivals are known, else what was held.
 *
 * @returns null: there is nothing to hold
 */
export function heldLoads(
  triggers: readonly TriggerOutcome[],
  held: Held | null,
): Readonly<Record<number, number>> | null {
  const known = triggers.flatMap(({ index, drain }) =>
    drain === undefined || drain.arrivalRate === null ? [] : [[index, drain.load] as const],
  );
  const loads = { ...held?.drainLoads, ...Object.fromEntries(known) };
  return Object.keys(loads).length === 0 ? null : loads;
}

function drainOf(
  { reading, drain: rule }: MetricTriggerInput,
  arrivals: TriggerOutcome | undefined,
  heldLoad: number | null,
): QueueDrain | null {
  if (rule === undefined || reading === null) return null;
  const { waiting, mostConsumers } = reading.queue ?? { waiting: reading.values[0] ?? 0, mostConsumers: null };
  const arrivalRate = arrivals?.state === 'known' ? (arrivals.metrics[0]?.value ?? null) : null;
  const { perReplica, drainTimeMs } = rule;
  const load = drainLoad(
    { arrivalRate, backlog: waiting },
    { perReplica, drainTimeMs, partitions: mostConsumers },
    arrivals?.state === 'fallback' ? null : heldLoad,
  );
  return load === null ? null : { arrivalRate, backlog: waiting, mostConsumers, perReplica, drainTimeMs, load };
}

function describe({ arrivalRate, backlog, mostConsumers, perReplica, drainTimeMs, load }: QueueDrain): string {
  const drain = `draining ${formatNumber(backlog)} in ${formatDuration(drainTimeMs)}`;
  const replicas = `${formatNumber(load / perReplica)} replicas of ${formatNumber(perReplica)} per second`;
  const limit = mostConsumers === null ? '' : `, of which ${mostConsumers} can work`;
  return arrivalRate === null
    ? `The arrivals are unknown; what they took before, or at least ${drain}, is ${replicas}${limit}.`
    : `Keeping up with ${formatNumber(arrivalRate)} arriving per second and ${drain} takes ${replicas}${limit}.`;
}
