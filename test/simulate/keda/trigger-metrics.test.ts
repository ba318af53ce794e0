import { describe, expect, it } from 'vitest';
import { TriggerMetrics } from '../../../src/simulate/keda/trigger-metrics.js';
import type { ExternalTarget, MetricReading } from '../../../src/simulate/metric-target.js';
import type { ServedMetric } from '../../../src/simulate/served-metrics.js';

const failed = { error: 'refused' };
const target: ExternalTarget = { type: 'AverageValue', target: 10, activation: 5 };
function serve(reading: MetricReading): ServedMetric {
  return new TriggerMetrics([target]).serve([reading])[0]!;
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
    expect(serve(reading)).toEqual(expected);
  });

  it('is active above 0 when it has no activation value', () => {
    const metrics = new TriggerMetrics([{ type: 'AverageValue', target: 10 }]);
    expect(metrics.serve([{ value: 0 }])[0]!.active).toBe(false);
    expect(metrics.serve([{ value: 0.001 }])[0]!.active).toBe(true);
  });
});
