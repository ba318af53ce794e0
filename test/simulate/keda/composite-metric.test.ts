import { describe, expect, it } from 'vitest';
import { averageValueProposal } from '../../../src/simulate/hpa/external-metric.js';
import { CompositeMetric, type ScalingModifiers } from '../../../src/simulate/keda/composite-metric.js';
import type { Fallback } from '../../../src/core/scaled-object.js';
import type { MetricReading } from '../../../src/simulate/metric-target.js';

const failed = { error: 'refused' };
const triggers = [
  { type: 'AverageValue', target: 1 },
  { type: 'AverageValue', target: 1 },
] as const;
const state = { replicas: 4, readyReplicas: 4 };
const sum: ScalingModifiers = {
  target: { type: 'AverageValue', target: 2 },
  formula: ([a, b]) => a! + b!,
};
/** `a ?? b` */
const firstKnown: ScalingModifiers = { ...sum, formula: ([a, b]) => a ?? b ?? null };
const fallback: Fallback = { failureThreshold: 0, replicas: 10, behavior: 'scalingModifiers' };

function serve(modifiers: ScalingModifiers, given: Fallback | null, readings: MetricReading[]) {
  return new CompositeMetric(triggers, modifiers, given).serve(readings, state)[0]!;
}

describe('a composite metric', () => {
  it('is what the formula makes of the triggers: 2 + 5 = 7, for which the HPA wants ceil(7 / 2) = 4', () => {
    const { milli, active } = serve(sum, null, [{ value: 2 }, { value: 5 }]);
    expect({ milli, active }).toEqual({ milli: 7_000, active: true });
    expect(averageValueProposal(milli!, 2_000, { status: 1 }, { scaleUp: 0.1, scaleDown: 0.1 })).toBe(4);
  });

  it.each([
    ['is cut off at the thousandth', 0.3339, 333, true],
    ['may be negative, unlike the value of a trigger', -1.5, -1_500, false],
    ['is active strictly above its activation value', 0, 0, false],
  ])('%s', (_sentence, result, milli, active) => {
    expect(serve({ ...sum, formula: () => result }, null, [{ value: 1 }, { value: 1 }])).toEqual({ milli, active });
  });

  it('has an activation value of its own', () => {
    const modifiers = { ...sum, target: { ...sum.target, activation: 7 } };
    expect(serve(modifiers, null, [{ value: 2 }, { value: 5 }]).active).toBe(false);
    expect(serve(modifiers, null, [{ value: 3 }, { value: 5 }]).active).toBe(true);
  });

  it('fails, and is not active, when any trigger fails', () => {
    expect(serve(sum, null, [{ value: 2 }, failed])).toEqual({ milli: null, active: false });
  });

  it('is the fallback, without the formula, once any trigger falls back: 2 * 6', () => {
    const given: Fallback = { failureThreshold: 0, replicas: 6, behavior: 'static' };
    expect(serve(sum, given, [{ value: 2 }, failed])).toEqual({ milli: 12_000, active: true });
  });

  it('ignores a fallback when its target is not a whole number', () => {
    const given: Fallback = { failureThreshold: 0, replicas: 6, behavior: 'static' };
    const modifiers: ScalingModifiers = { ...sum, target: { type: 'AverageValue', target: 2.5 } };
    expect(serve(modifiers, given, [{ value: 2 }, failed]).milli).toBeNull();
  });
});

describe('fallback behaviour scalingModifiers', () => {
  it('leaves a failing trigger to the formula: a ?? b = b', () => {
    expect(serve(firstKnown, fallback, [failed, { value: 3 }])).toEqual({ milli: 3_000, active: true });
  });

  it('serves the replicas of the fallback when the formula has no value either: 2 * 10, hence 10 pods', () => {
    const { milli } = serve(firstKnown, fallback, [failed, failed]);
    expect(milli).toBe(20_000);
    expect(averageValueProposal(milli!, 2_000, { status: 4 }, { scaleUp: 0.1, scaleDown: 0.1 })).toBe(10);
  });

  it('fails until the threshold is passed', () => {
    const metric = new CompositeMetric(triggers, firstKnown, { ...fallback, failureThreshold: 1 });
    expect(metric.serve([failed, { value: 3 }], state)[0]!.milli).toBeNull();
    expect(metric.serve([failed, { value: 3 }], state)[0]!.milli).toBe(3_000);
  });

  it('fails when the formula has no value and there is no fallback', () => {
    expect(serve({ ...sum, formula: () => null }, null, [{ value: 2 }, { value: 3 }]).milli).toBeNull();
  });
});
