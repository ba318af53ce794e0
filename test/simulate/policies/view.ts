import type { MetricReading } from '../../../src/simulate/metric-target.js';
import type { Policy, PolicyView } from '../../../src/simulate/policy.js';

/** A view at a moment of a load that is given as a function of time; asking for the future fails. */
export function viewAt(nowMs: number, load: (timeMs: number) => number): PolicyView {
  return {
    nowMs,
    observed: load(nowMs),
    replicas: 1,
    readyReplicas: 1,
    valueAt: (timeMs) => {
      if (timeMs > nowMs) throw new RangeError('the future is out of reach');
      return load(timeMs);
    },
  };
}

/** The values that a policy serves at a moment, one per target. */
export function served(policy: Policy, nowMs: number, load: (timeMs: number) => number): readonly (number | string)[] {
  return policy.read(viewAt(nowMs, load)).map((reading: MetricReading) => {
    if ('error' in reading) return reading.error;
    return typeof reading.value === 'number' ? reading.value : NaN;
  });
}
