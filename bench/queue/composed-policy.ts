import type { MetricTriggerInput, TriggerInput } from '../../src/core/composition.js';
import { SECOND_MS } from '../../src/core/duration.js';
import { compose } from '../../src/scaling/compose.js';
import type { Policy } from './run-queue.js';

export interface Drained {
  /** Messages per second that are asked of a replica. */
  readonly perReplica: number;
  readonly drainTimeMs: number;
  readonly mostConsumers: number;
}

/**
 * What the service serves of a ScaledObject with a trigger for the arrivals and one for the queue, which is to be drained.
 *
 * @param arrivals messages per second that the first is decided to be at
 */
export function composedPolicy(arrivals: (atS: number) => number, drained: Drained): Policy {
  const { perReplica, drainTimeMs, mostConsumers } = drained;
  const target = (perReplica * drainTimeMs) / SECOND_MS;
  return ({ atS, backlog }) => {
    const atMs = atS * SECOND_MS;
    const rate = arrivals(atS);
    const forecast = trigger({
      kind: 'forecast',
      index: 0,
      metrics: [{ name: 'arrivals', target: perReplica }],
      reading: { atMs, active: rate > 0, values: [rate] },
    });
    const queue = trigger({
      kind: 'reactive',
      index: 1,
      metrics: [{ name: 'queue', target }],
      reading: {
        atMs,
        active: backlog > 0,
        values: [Math.min(backlog, mostConsumers * target)],
        queue: { waiting: backlog, mostConsumers },
      },
      drain: { arrivalsIndex: 0, perReplica, drainTimeMs },
    });
    return composed(atMs, [forecast, queue]);
  };
}

function composed(atMs: number, triggers: readonly TriggerInput[]): ReturnType<Policy> {
  const { triggers: outcomes } = compose('bench/queue', {
    atMs,
    triggers,
    fallback: null,
    modifiers: null,
    bounds: { minReplicaCount: 1, maxReplicaCount: 100, idleReplicaCount: null },
    target: null,
    held: null,
  });
  return outcomes.flatMap(({ metrics }) => metrics);
}

function trigger(
  known: Pick<MetricTriggerInput, 'kind' | 'index' | 'metrics' | 'reading' | 'drain'>,
): MetricTriggerInput {
  const type = known.kind === 'forecast' ? 'predictkube' : 'kafka';
  return { ...known, type, name: null, metricType: 'AverageValue', problem: null, failures: 0, remark: null };
}
