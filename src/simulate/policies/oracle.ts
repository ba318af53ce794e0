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
  const highest = highestAhead(demand.values, Math.max(1, Math.ceil(lookAheadMs / SECOND_MS)));
  return {
    name: 'oracle',
    targets: [{ type: 'AverageValue', target: 1 }],
    read: ({ nowMs }) => {
      const load = highest[Math.round((nowMs - demand.startMs) / SECOND_MS)] ?? 0;
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

/** For each index the largest known value among it and the `window - 1` after it; 0 where none is known. */
function highestAhead(values: Float64Array, window: number): Float64Array {
  const result = new Float64Array(values.length);
  // Indices whose values descend: the first is the largest of the window.
  const candidates = new Int32Array(values.length);
  let first = 0;
  let end = 0;
  for (let i = values.length - 1; i >= 0; i--) {
    const value = values[i]!;
    if (!Number.isNaN(value)) {
      while (end > first && values[candidates[end - 1]!]! <= value) end--;
      candidates[end++] = i;
    }
    while (first < end && candidates[first]! >= i + window) first++;
    result[i] = first < end ? values[candidates[first]!]! : 0;
  }
  return result;
}
