import { SECOND_MS } from '../../core/duration.js';
import type { Demand } from '../demand.js';
import type { HpaSettings } from '../hpa/controller.js';
import type { Policy } from '../policy.js';

/** More than any fleet has. */
const UNLIMITED = 1_000_000_000;

/**
 * Clairvoyance: at each sync, the replicas that the highest demand from now until a pod asked for at the next sync would be
 * ready needs. It knows the load to come, and is bound by the same start-up time; fewer pod-hours without a shortage are
 * possible only where a pod is worth stopping for less than that time. Unknown demand needs nothing.
 *
 * @param lookAheadMs start-up time plus one sync period
 */
export function oracle(demand: Demand, capacityPerReplica: number, lookAheadMs: number): Policy {
  const { startMs, values, seconds } = demand;
  const ahead = Math.max(1, Math.ceil(lookAheadMs / SECOND_MS));
  return {
    name: 'oracle',
    targets: [{ type: 'AverageValue', target: 1 }],
    read: ({ nowMs }) => {
      const now = Math.round((nowMs - startMs) / SECOND_MS);
      const load = highestOf(values, now, Math.min(now + ahead, seconds));
      return [{ value: Math.ceil(load / capacityPerReplica), active: load > 0 }];
    },
  };
}

/** An HPA that does what it is told at once. */
export function obedient(hpa: HpaSettings): HpaSettings {
  const atOnce = {
    tolerance: 0,
    stabilizationWindowS: 0,
    policies: [{ type: 'Pods' as const, value: UNLIMITED, periodS: hpa.syncPeriodS }],
  };
  return { ...hpa, behavior: { scaleUp: atOnce, scaleDown: atOnce } };
}

/** The largest known value of some seconds; 0 where none is known. */
function highestOf(values: Float64Array, from: number, to: number): number {
  let highest = 0;
  for (let s = from; s < to; s++) if (values[s]! > highest) highest = values[s]!;
  return highest;
}
