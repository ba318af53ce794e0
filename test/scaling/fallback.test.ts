import { describe, expect, it } from 'vitest';
import type { CompositionInput, MetricTriggerInput } from '../../src/core/composition.js';
import type { Fallback } from '../../src/core/scaled-object.js';
import { compose } from '../../src/scaling/compose.js';
import { armsFallback, fallbackMilli } from '../../src/scaling/fallback.js';
import { aCompositionInput, aTriggerInput } from '../support/fake-scaled-objects.js';

const AT_MS = Date.UTC(2026, 2, 1, 12);

function aFallback(overrides: Partial<Fallback> = {}): Fallback {
  return { failureThreshold: 3, replicas: 6, behavior: 'static', ...overrides };
}

describe('when a fallback is armed', () => {
  it.each([
    ['failures 1 to 3 are passed on at threshold 3', 3, 3, false],
    ['the fourth falls back', 4, 3, true],
    ['threshold 0 means the first failure', 1, 0, true],
    ['no failure is none at threshold 0', 0, 0, false],
  ])('%s', (_what, failures, failureThreshold, expected) => {
    expect(armsFallback(failures, { failureThreshold })).toBe(expected);
  });
});

describe('the value of a fallback', () => {
  const pods = { replicas: 4, readyReplicas: 4 };
  it.each<[string, Partial<Fallback>, 'AverageValue' | 'Value', number, typeof pods | null, number | null]>([
    // 6 pods x 100
    ['static: the replicas times the target', {}, 'AverageValue', 100, pods, 600_000],
    ['static needs to know nothing of the target', {}, 'AverageValue', 100, null, 600_000],
    // 100 x 6 / 4 ready pods: the HPA multiplies with the 4 again
    ['Value: divided by the ready pods', {}, 'Value', 100, pods, 150_000],
    ['Value: no ready pod, no fallback', {}, 'Value', 100, { replicas: 4, readyReplicas: 0 }, null],
    ['Value: unknown pods, no fallback', {}, 'Value', 100, null, null],
    ['currentReplicas: what there is', { behavior: 'currentReplicas' }, 'AverageValue', 10, pods, 40_000],
    [
      'currentReplicas: 0 included',
      { behavior: 'currentReplicas' },
      'AverageValue',
      10,
      { replicas: 0, readyReplicas: 0 },
      0,
    ],
    ['currentReplicas: unknown is no fallback, not 0', { behavior: 'currentReplicas' }, 'AverageValue', 10, null, null],
    [
      'currentReplicasIfHigher: the fallback, when it is more',
      { behavior: 'currentReplicasIfHigher', replicas: 10 },
      'AverageValue',
      10,
      pods,
      100_000,
    ],
    [
      'currentReplicasIfHigher: the present, when it is more',
      { behavior: 'currentReplicasIfHigher', replicas: 2 },
      'AverageValue',
      10,
      pods,
      40_000,
    ],
    [
      'currentReplicasIfHigher: unknown is no fallback',
      { behavior: 'currentReplicasIfHigher' },
      'AverageValue',
      10,
      null,
      null,
    ],
    [
      'currentReplicasIfLower: the present, when it is less',
      { behavior: 'currentReplicasIfLower', replicas: 10 },
      'AverageValue',
      10,
      pods,
      40_000,
    ],
    [
      'currentReplicasIfLower: the fallback, when it is less',
      { behavior: 'currentReplicasIfLower', replicas: 2 },
      'AverageValue',
      10,
      pods,
      20_000,
    ],
    [
      'currentReplicasIfLower: unknown is no fallback',
      { behavior: 'currentReplicasIfLower' },
      'AverageValue',
      10,
      null,
      null,
    ],
    ['thousandths are cut off, not rounded', { replicas: 1 }, 'Value', 1, { replicas: 3, readyReplicas: 3 }, 333],
    [
      'scalingModifiers: the figure for a formula that is nil',
      { behavior: 'scalingModifiers', replicas: 10 },
      'AverageValue',
      2,
      pods,
      20_000,
    ],
  ])('%s', (_what, fallback, type, target, state, milli) => {
    expect(fallbackMilli(aFallback(fallback), { type, target }, state)).toBe(milli);
  });
});

describe('a trigger with a fallback', () => {
  const failing = (failures: number, more: Partial<MetricTriggerInput> = {}): MetricTriggerInput =>
    aTriggerInput(AT_MS, { problem: 'connection refused', failures, ...more });
  const composed = (trigger: MetricTriggerInput, more: Partial<CompositionInput> = {}) =>
    compose('shop/checkout', aCompositionInput(AT_MS, { triggers: [trigger], fallback: aFallback(), ...more }))
      .triggers[0]!;

  it('is an error up to the threshold, and says what it waits for', () => {
    expect(composed(failing(3))).toMatchObject({
      state: 'failing',
      active: null,
      metrics: [{ value: null }],
      reason: 'The last 3 polls failed: connection refused; the fallback waits for 4.',
    });
  });

  it('counts as active and serves the fallback from the next failure on', () => {
    expect(composed(failing(4))).toMatchObject({
      state: 'fallback',
      active: true,
      metrics: [{ name: 's1-rabbitmq-orders', value: 120, target: 20 }],
      reason: 'Fallback of 6 replicas (static). The last 4 polls failed: connection refused.',
    });
  });

  it('wakes a workload that sleeps', () => {
    const input = aCompositionInput(AT_MS, { triggers: [failing(4)], fallback: aFallback() });
    expect(compose('shop/checkout', input)).toMatchObject({ active: true, requiredReplicas: 6 });
  });

  it('is counted for every trigger separately', () => {
    const other = aTriggerInput(AT_MS, { index: 2, name: 'mails', metrics: [{ name: 's2-redis-mails', target: 5 }] });
    const input = aCompositionInput(AT_MS, { triggers: [failing(4), other], fallback: aFallback() });
    expect(compose('shop/checkout', input).triggers.map(({ state }) => state)).toEqual(['fallback', 'known']);
  });

  it('is back with the first answer', () => {
    expect(composed(aTriggerInput(AT_MS))).toMatchObject({ state: 'known', metrics: [{ value: 55 }] });
  });

  it('that was never reached counts too, which it does not in KEDA', () => {
    expect(composed(failing(4, { reading: null }))).toMatchObject({ state: 'fallback', metrics: [{ value: 120 }] });
  });

  it('cannot fall back while nobody knows its metrics', () => {
    expect(composed(failing(4, { reading: null, metrics: [] }))).toMatchObject({
      state: 'failing',
      reason: 'The last 4 polls failed: connection refused; no fallback, because its metrics have never been known.',
    });
  });

  it.each([
    ['currentReplicas' as const, 'AverageValue' as const, null, /replicas of the target are not known/],
    ['static' as const, 'Value' as const, { replicas: 1, readyReplicas: 0 }, /no pod is ready to divide by/],
  ])('says why it cannot fall back: %s, %s', (behavior, metricType, target, reason) => {
    const outcome = composed(failing(4, { metricType }), { fallback: aFallback({ behavior }), target });
    expect(outcome).toMatchObject({ state: 'failing', metrics: [{ value: null }] });
    expect(outcome.reason).toMatch(reason);
  });

  it('has no use for the behaviour scalingModifiers without a formula', () => {
    expect(composed(failing(9), { fallback: aFallback({ behavior: 'scalingModifiers' }) })).toMatchObject({
      state: 'failing',
    });
  });

  it('of several metrics falls back for each', () => {
    const metrics = [
      { name: 's1-a', target: 10 },
      { name: 's1-b', target: 2.5 },
    ];
    expect(composed(failing(4, { metrics })).metrics.map(({ value }) => value)).toEqual([60, 15]);
  });
});
