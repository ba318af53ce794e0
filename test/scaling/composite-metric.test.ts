import { describe, expect, it } from 'vitest';
import type { Composition, CompositionInput, MetricTriggerInput } from '../../src/core/composition.js';
import type { Fallback, ScalingModifiers } from '../../src/core/scaled-object.js';
import { compose } from '../../src/scaling/compose.js';
import { HOLD_MS } from '../../src/scaling/composite-metric.js';
import { aCompositionInput, aTriggerInput } from '../support/fake-scaled-objects.js';

const AT_MS = Date.UTC(2026, 2, 1, 12);

function trigger(name: string, value: number, more: Partial<MetricTriggerInput> = {}): MetricTriggerInput {
  const reading = { atMs: AT_MS - 30_000, active: true, values: [value] };
  return aTriggerInput(AT_MS, { name, metrics: [{ name: `s-${name}`, target: 1 }], reading, ...more });
}

const down = (failures: number): Partial<MetricTriggerInput> => ({ problem: 'connection refused', failures });

function composed(
  formula: string,
  triggers: readonly MetricTriggerInput[],
  {
    modifiers = {},
    ...more
  }: Partial<Omit<CompositionInput, 'modifiers'>> & { modifiers?: Partial<ScalingModifiers> } = {},
): Composition {
  return compose(
    'shop/checkout',
    aCompositionInput(AT_MS, {
      triggers,
      modifiers: { formula, target: 2, activationTarget: 0, metricType: 'AverageValue', ...modifiers },
      ...more,
    }),
  );
}

const fallback = (behavior: Fallback['behavior'], replicas = 10): Fallback => ({
  failureThreshold: 3,
  replicas,
  behavior,
});

describe('the composite metric', () => {
  it('is what the formula makes of the values, against its own target', () => {
    // KEDA's vector 22: a = 2, b = 5, target 2: 7, and ceil(7 / 2) = 4 pods.
    const result = composed('a + b', [trigger('a', 2), trigger('b', 5)]);
    expect(result.composite).toEqual({
      state: 'known',
      metric: { name: 'composite-metric', metricType: 'AverageValue', target: 2, value: 7 },
      active: true,
      reason: 'The formula gives 7.',
    });
    expect(result.requiredReplicas).toBe(4);
  });

  it.each([
    ['thousandths are cut off', 'a / 3', 0.666, true],
    // 1.2e308, of which thousandths would be infinite
    ['a result is a number, however large', 'a * 6e307', 1.2e308, true],
    ['activity is strictly above the activation target', 'a - 2', 0, false],
    ['it is not clamped at zero by itself', 'a - 5', -3, false],
  ])('%s', (_what, formula, value, active) => {
    expect(composed(formula, [trigger('a', 2)]).composite).toMatchObject({ metric: { value }, active });
  });

  it('uses the last metric of a trigger that has several, as KEDA does', () => {
    const several = trigger('a', 0, { reading: { atMs: AT_MS, active: true, values: [3, 8] } });
    expect(composed('a', [several]).composite?.metric.value).toBe(8);
  });

  it('alone decides the activity', () => {
    const idle = trigger('b', 0, { reading: { atMs: AT_MS, active: false, values: [0] } });
    const input = { bounds: { minReplicaCount: 0, maxReplicaCount: 9, idleReplicaCount: null } };
    expect(composed('b', [trigger('a', 5), idle], input)).toMatchObject({ active: false, requiredReplicas: 0 });
  });

  it('is an error while a trigger has never answered', () => {
    const unknown = trigger('b', 0, { reading: null });
    expect(composed('a + b', [trigger('a', 2), unknown])).toMatchObject({
      active: null,
      requiredReplicas: null,
      composite: { state: 'waiting', metric: { value: null }, reason: 'No value: b: not asked yet.' },
    });
  });

  it('is an error where the formula fails and nothing is held', () => {
    const result = composed('a / b', [trigger('a', 2), trigger('b', 0)]).composite;
    expect(result).toMatchObject({ state: 'failing', metric: { value: null }, active: null });
    expect(result?.reason).toBe('No value: the formula must give a finite number, got Infinity.');
  });
});

describe('the composite metric while a trigger fails', () => {
  const held = { requiredReplicas: 4, compositeValue: 7 };

  it('is held, and says for how long', () => {
    expect(composed('a + b', [trigger('a', 2), trigger('b', 5, down(1))], { held }).composite).toMatchObject({
      state: 'held',
      metric: { value: 7 },
      active: true,
      reason: 'Held at 7, for 15m at most: b: connection refused.',
    });
  });

  it.each([
    ['rises with what the remaining triggers ask', 30, 35],
    ['does not fall with them', 0, 7],
  ])('%s', (_what, a, value) => {
    expect(composed('a + b', [trigger('a', a), trigger('b', 5, down(1))], { held }).composite).toMatchObject({
      state: 'held',
      metric: { value },
    });
  });

  it('is an error once the last answer is too old, so that the HPA keeps what there is and says so', () => {
    const reading = { atMs: AT_MS - HOLD_MS - 1, active: true, values: [5] };
    expect(composed('a + b', [trigger('a', 2), trigger('b', 5, { ...down(40), reading })], { held })).toMatchObject({
      requiredReplicas: 4,
      active: null,
      composite: { state: 'failing', metric: { value: null } },
    });
  });

  it('never puts a workload to sleep', () => {
    const idle = { requiredReplicas: 0, compositeValue: 0 };
    expect(composed('a', [trigger('a', 0, down(1))], { held: idle })).toMatchObject({ active: null });
  });
});

describe('the composite metric in fallback', () => {
  const working = trigger('a', 2);

  it('is the fallback instead of the formula, when any trigger is over the threshold', () => {
    const result = composed('a + b', [working, trigger('b', 5, down(4))], { fallback: fallback('static') });
    expect(result.composite).toMatchObject({ state: 'fallback', metric: { value: 20 }, active: true });
    expect(result.requiredReplicas).toBe(10);
  });

  it('is held while another trigger fails below the threshold', () => {
    const both = [trigger('a', 2, down(4)), trigger('b', 5, down(1))];
    expect(composed('a + b', both, { fallback: fallback('static') }).composite).toMatchObject({ state: 'held' });
  });

  it('divides by the ready pods for the type Value', () => {
    const result = composed('b', [trigger('b', 5, down(4))], {
      fallback: fallback('static'),
      modifiers: { metricType: 'Value' },
      target: { replicas: 4, readyReplicas: 4 },
    });
    expect(result.composite?.metric.value).toBe(5);
  });

  it('leaves the trigger to the formula as nil with the behaviour scalingModifiers', () => {
    const result = composed('b ?? a', [working, trigger('b', 5, down(4))], { fallback: fallback('scalingModifiers') });
    expect(result.composite).toMatchObject({
      state: 'known',
      metric: { value: 2 },
      reason: 'The formula gives 2 without b: connection refused.',
    });
  });

  it('is the replicas of the fallback when the formula comes out as nil', () => {
    // KEDA's vector 23: both over the threshold, replicas 10, target 2: 20, and 10 pods.
    const both = [trigger('a', 2, down(4)), trigger('b', 5, down(4))];
    const result = composed('a ?? b', both, { fallback: fallback('scalingModifiers') });
    expect(result).toMatchObject({ requiredReplicas: 10, composite: { state: 'fallback', metric: { value: 20 } } });
  });

  it('is held when the formula cannot do without the trigger', () => {
    const result = composed('a + b', [working, trigger('b', 5, down(4))], { fallback: fallback('scalingModifiers') });
    expect(result.composite).toMatchObject({ state: 'held', metric: { value: 7 } });
  });

  it('is not in effect with a target that has a fraction, as in KEDA, and says so', () => {
    const result = composed('b', [trigger('b', 5, { ...down(9), reading: null })], {
      fallback: fallback('static'),
      modifiers: { target: 2.5 },
    });
    expect(result.composite).toMatchObject({ state: 'failing', metric: { value: null } });
    expect(result.composite?.reason).toMatch(/no fallback, because KEDA needs a whole number .* not 2\.5/);
  });

  it('leaves the metrics of the triggers themselves alone', () => {
    const result = composed('a + b', [working, trigger('b', 5, down(4))], { fallback: fallback('static') });
    expect(result.triggers.map(({ state }) => state)).toEqual(['known', 'failing']);
  });
});
