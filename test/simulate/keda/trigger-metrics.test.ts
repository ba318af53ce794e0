import { describe, expect, it } from 'vitest';
import type { Fallback } from '../../../src/core/scaled-object.js';
import { TriggerMetrics } from '../../../src/simulate/keda/trigger-metrics.js';
import type { ExternalTarget, MetricReading } from '../../../src/simulate/metric-target.js';
import type { ServedMetric } from '../../../src/simulate/served-metrics.js';

const failed = { error: 'refused' };
const target: ExternalTarget = { type: 'AverageValue', target: 10, activation: 5 };
const state = { replicas: 4, readyReplicas: 4 };

function serve(
  fallback: Fallback | null,
  readings: MetricReading[],
  over: Partial<ExternalTarget> = {},
): ServedMetric[] {
  const metrics = new TriggerMetrics([{ ...target, ...over }], fallback);
  return readings.map((reading) => metrics.serve([reading], state)[0]!);
}

describe('a trigger', () => {
  it.each<[string, MetricReading, ServedMetric]>([
    ['is active strictly above its activation value', { value: 5.001 }, { milli: 5_001, active: true }],
    ['is not active at its activation value', { value: 5 }, { milli: 5_000, active: false }],
    ['may say itself that it is active', { value: 0, active: true }, { milli: 0, active: true }],
    ['may say itself that it is not', { value: 50, active: false }, { milli: 50_000, active: false }],
    ['may answer with several items', { value: [2.5, 4] }, { milli: 6_500, active: false }],
    ['passes an error on', failed, { milli: null, active: false }],
  ])('%s', (_sentence, reading, expected) => {
    expect(serve(null, [reading])).toEqual([expected]);
  });

  it('is active above 0 when it has no activation value', () => {
    const metrics = new TriggerMetrics([{ type: 'AverageValue', target: 10 }], null);
    expect(metrics.serve([{ value: 0 }], state)[0]!.active).toBe(false);
    expect(metrics.serve([{ value: 0.001 }], state)[0]!.active).toBe(true);
  });
});

describe('fallback', () => {
  const fallback: Fallback = { failureThreshold: 3, replicas: 6, behavior: 'static' };

  it('comes with the fourth failure in a row when the threshold is 3', () => {
    expect(serve(fallback, [failed, failed, failed, failed]).map(({ milli }) => milli)).toEqual([
      null,
      null,
      null,
      60_000, // 10 * 6
    ]);
  });

  it('comes with the first failure when the threshold is 0, and counts as active', () => {
    expect(serve({ ...fallback, failureThreshold: 0 }, [failed])).toEqual([{ milli: 60_000, active: true }]);
  });

  it('begins to count anew after a success', () => {
    const readings = [failed, failed, failed, { value: 1 }, failed, failed, failed, failed];
    expect(serve(fallback, readings).map(({ milli }) => milli)).toEqual([
      ...[null, null, null, 1_000],
      ...[null, null, null, 60_000],
    ]);
  });

  const now = { ...fallback, failureThreshold: 0 };

  it.each<[string, Fallback, Partial<ExternalTarget>, number]>([
    ['static 6 with target 100: 600', now, { target: 100 }, 600],
    ['static 6 with target 100 as Value and 4 ready: 100 * 6 / 4', now, { type: 'Value', target: 100 }, 150],
    ['currentReplicas with 4: 10 * 4', { ...now, behavior: 'currentReplicas' }, {}, 40],
    ['currentReplicasIfHigher with 10 and 4', { ...now, replicas: 10, behavior: 'currentReplicasIfHigher' }, {}, 100],
    ['currentReplicasIfHigher with 3 and 4', { ...now, replicas: 3, behavior: 'currentReplicasIfHigher' }, {}, 40],
    ['currentReplicasIfLower with 10 and 4', { ...now, replicas: 10, behavior: 'currentReplicasIfLower' }, {}, 40],
    ['currentReplicasIfLower with 3 and 4', { ...now, replicas: 3, behavior: 'currentReplicasIfLower' }, {}, 30],
    ['a fraction cut off at the thousandth: 0.5555 * 6 / 4 = 0.83325', now, { type: 'Value', target: 0.5555 }, 0.833],
  ])('serves %s', (_sentence, given, over, expected) => {
    expect(serve(given, [failed], over)[0]).toEqual({ milli: expected * 1_000, active: true });
  });

  it('fails for a Value metric while no pod is ready', () => {
    const metrics = new TriggerMetrics([{ ...target, type: 'Value' }], now);
    expect(metrics.serve([failed], { replicas: 4, readyReplicas: 0 })).toEqual([{ milli: null, active: false }]);
  });

  it('of behaviour scalingModifiers does nothing without a formula', () => {
    expect(serve({ ...now, behavior: 'scalingModifiers' }, [failed])[0]!.milli).toBeNull();
  });

  it('counts every trigger for itself', () => {
    const metrics = new TriggerMetrics([target, target], { ...fallback, failureThreshold: 1 });
    metrics.serve([failed, { value: 7 }], state);
    expect(metrics.serve([failed, failed], state).map(({ milli }) => milli)).toEqual([60_000, null]);
  });
});
