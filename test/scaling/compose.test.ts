import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CompositionInput, MetricTriggerInput, TriggerInput } from '../../src/core/composition.js';
import { compose, heldAfter } from '../../src/scaling/compose.js';
import { aCompositionInput, aTriggerInput } from '../support/fake-scaled-objects.js';

const AT_MS = Date.UTC(2026, 2, 1, 12);
const CPU: TriggerInput = { kind: 'resource', index: 3, type: 'cpu', name: null };

function trigger(index: number, value: number | null, more: Partial<MetricTriggerInput> = {}): MetricTriggerInput {
  const reading = value === null ? null : { atMs: AT_MS - 5_000, active: value > 0, values: [value] };
  return aTriggerInput(AT_MS, {
    index,
    name: `t${index}`,
    metrics: [{ name: `s${index}-m`, target: 10 }],
    reading,
    ...more,
  });
}

function composed(triggers: readonly TriggerInput[], more: Partial<CompositionInput> = {}) {
  return compose('shop/checkout', aCompositionInput(AT_MS, { triggers, ...more }));
}

const down: Partial<MetricTriggerInput> = { problem: 'timeout', failures: 2 };
const bounds = (minReplicaCount: number, maxReplicaCount = 100, idleReplicaCount: number | null = null) => ({
  bounds: { minReplicaCount, maxReplicaCount, idleReplicaCount },
});

describe('a composition', () => {
  it('has one record per trigger, in their order, with value, target, activity, state, age and reason', () => {
    const forecast = trigger(0, 120, { kind: 'forecast', type: 'predictkube', remark: 'Forecast 120 is above.' });
    const { triggers } = composed([forecast, trigger(1, 45), trigger(2, null), CPU]);
    expect(triggers).toEqual([
      {
        index: 0,
        type: 'predictkube',
        name: 't0',
        kind: 'forecast',
        state: 'known',
        active: true,
        failures: 0,
        metrics: [{ name: 's0-m', metricType: 'AverageValue', target: 10, value: 120 }],
        answeredAtMs: AT_MS - 5_000,
        reason: 'Forecast 120 is above.',
      },
      {
        index: 1,
        type: 'rabbitmq',
        name: 't1',
        kind: 'reactive',
        state: 'known',
        active: true,
        failures: 0,
        metrics: [{ name: 's1-m', metricType: 'AverageValue', target: 10, value: 45 }],
        answeredAtMs: AT_MS - 5_000,
        reason: 's1-m is 45; active.',
      },
      {
        index: 2,
        type: 'rabbitmq',
        name: 't2',
        kind: 'reactive',
        state: 'waiting',
        active: null,
        failures: 0,
        metrics: [{ name: 's2-m', metricType: 'AverageValue', target: 10, value: null }],
        answeredAtMs: null,
        reason: 'Not asked yet.',
      },
      {
        index: 3,
        type: 'cpu',
        name: null,
        kind: 'resource',
        state: 'delegated',
        active: null,
        failures: 0,
        metrics: [],
        answeredAtMs: null,
        reason: 'The HPA reads cpu by itself.',
      },
    ]);
  });

  it.each<[string, readonly TriggerInput[], boolean | null]>([
    ['any trigger is enough', [trigger(1, 0), trigger(2, 5)], true],
    ['none is none', [trigger(1, 0), trigger(2, 0)], false],
    ['an active one is enough, whatever else is unknown', [trigger(1, null, down), trigger(2, 5)], true],
    ['an unknown one does not put the workload to sleep', [trigger(1, 0, down), trigger(2, 0)], null],
    ['one that has not been asked does not either', [trigger(1, null), trigger(2, 0)], null],
    ['CPU and memory alone are always active', [CPU], true],
    ['CPU beside others has no say', [CPU, trigger(1, 0)], false],
  ])('is active by its triggers: %s', (_what, triggers, active) => {
    expect(composed(triggers).active).toBe(active);
  });

  it.each<[string, readonly TriggerInput[], Partial<CompositionInput>, number | null]>([
    ['the largest proposal wins', [trigger(1, 25), trigger(2, 41)], {}, 5],
    ['bounded above', [trigger(1, 5_000)], bounds(0, 7), 7],
    ['bounded below', [trigger(1, 5)], bounds(3), 3],
    ['zero when nobody asks and the minimum is zero', [trigger(1, 0)], {}, 0],
    ['the idle count when nobody asks', [trigger(1, 0)], bounds(5, 10, 2), 2],
    ['the minimum when nobody asks and it is not zero', [trigger(1, 0)], bounds(2), 2],
    ['one at least while active', [trigger(1, 0.5)], {}, 1],
    [
      'unknown: not below what it was',
      [trigger(1, 25), trigger(2, 9, down)],
      { held: { requiredReplicas: 8, compositeValue: null } },
      8,
    ],
    [
      'unknown: not below what the others ask',
      [trigger(1, 95), trigger(2, 9, down)],
      { held: { requiredReplicas: 8, compositeValue: null } },
      10,
    ],
    ['nothing known and nothing held: unknown', [trigger(1, null), trigger(2, 9, down)], {}, null],
    // 25 against 10 with 4 ready pods: 2.5 x 4
    [
      'Value: times the ready pods',
      [trigger(1, 25, { metricType: 'Value' })],
      { target: { replicas: 4, readyReplicas: 4 } },
      10,
    ],
    ['Value: unknown pods, unknown replicas', [trigger(1, 25, { metricType: 'Value' })], {}, null],
    ['in thousandths, as the HPA computes', [trigger(1, 10.0004)], {}, 1],
  ])('requires replicas: %s', (_what, triggers, more, required) => {
    expect(composed(triggers, more).requiredReplicas).toBe(required);
  });

  it('says which triggers are in trouble', () => {
    expect(composed([trigger(1, 5), trigger(2, 9, down)]).reason).toBe(
      '1 of 2 triggers without an answer. t2: The last 2 polls failed: timeout.',
    );
    expect(composed([trigger(1, 5)]).reason).toBe('Every trigger answers.');
  });

  it('survives the store and can be made again from what was stored', () => {
    const first = composed([trigger(0, 5, down), trigger(1, 5), CPU], {
      modifiers: { formula: 't1 + t0', target: 2, activationTarget: 1, metricType: 'AverageValue' },
    });
    const stored = JSON.parse(JSON.stringify(first)) as typeof first;
    expect(stored).toEqual(first);
    expect(compose(stored.objectId, stored.input)).toEqual(first);
  });
});

describe('what a composition holds on to', () => {
  it('is what all triggers asked for when all were known', () => {
    const complete = composed([trigger(1, 25), CPU]);
    expect(heldAfter(complete)).toEqual({ requiredReplicas: 3, compositeValue: null });
    const broken = composed([trigger(1, 25, down), CPU], { held: heldAfter(complete) });
    expect(heldAfter(broken)).toEqual({ requiredReplicas: 3, compositeValue: null });
  });
});

/** Triggers of 0 to 1000 against a target of 10, each of which answers, fails with or without an old answer, or waits. */
const anyTrigger = (index: number): fc.Arbitrary<MetricTriggerInput> =>
  fc
    .record({
      value: fc.integer({ min: 0, max: 1_000 }),
      state: fc.constantFrom('known', 'failing', 'never', 'waiting'),
    })
    .map(({ value, state }) => {
      if (state === 'known') return trigger(index, value);
      if (state === 'waiting') return trigger(index, null);
      return trigger(index, state === 'failing' ? value : null, down);
    });
const anyTriggers = fc.tuple(anyTrigger(0), anyTrigger(1), anyTrigger(2));
const anyHeld = fc.option(
  fc.record({ requiredReplicas: fc.integer({ min: 1, max: 100 }), compositeValue: fc.nat(2_000) }),
);

describe('whatever fails, a composition', () => {
  it('asks for no less than the triggers that answer, and than it held on to', () => {
    fc.assert(
      fc.property(anyTriggers, anyHeld, (triggers, held) => {
        const known = triggers.filter(({ reading, problem }) => reading !== null && problem === null);
        const { requiredReplicas, triggers: outcomes } = composed(triggers, { held });
        for (const one of known) {
          const alone = composed([one]).requiredReplicas;
          if (requiredReplicas !== null) expect(requiredReplicas).toBeGreaterThanOrEqual(alone!);
        }
        if (known.length < 3 && held !== null) expect(requiredReplicas).toBeGreaterThanOrEqual(held.requiredReplicas);
        // No error is ever a number.
        outcomes.forEach(({ metrics }, i) => {
          expect(metrics[0]!.value === null).toBe(!known.includes(triggers[i]!));
        });
      }),
    );
  });

  it('puts nothing to sleep', () => {
    fc.assert(
      fc.property(anyTriggers, (triggers) => {
        const { active } = composed(triggers);
        const isAllKnown = triggers.every(({ reading, problem }) => reading !== null && problem === null);
        if (!isAllKnown) expect(active).not.toBe(false);
      }),
    );
  });

  it('has a composite no lower than it was held at and than the formula of the newest answers', () => {
    const modifiers = {
      formula: 'max(t0, t1) + t2',
      target: 10,
      activationTarget: 0,
      metricType: 'AverageValue' as const,
    };
    fc.assert(
      fc.property(anyTriggers, anyHeld, (triggers, held) => {
        const { composite, input } = composed(triggers, { held, modifiers });
        const [a, b, c] = triggers.map(({ reading }) => reading?.values[0] ?? null);
        if (composite!.state === 'known') expect(composite!.metric.value).toBe(Math.max(a!, b!) + c!);
        if (composite!.state !== 'held') return;
        expect(composite!.metric.value).toBeGreaterThanOrEqual(Math.max(a!, b!) + c!);
        expect(composite!.metric.value).toBeGreaterThanOrEqual(input.held?.compositeValue ?? 0);
      }),
    );
  });

  it('is afterwards what it would have been without: the sources answer again, and nothing of the failure is left', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(500), { minLength: 3, maxLength: 3 }), anyHeld, (values, held) => {
        const healthy = values.map((value, index) => trigger(index, value));
        const { triggers, composite, active, requiredReplicas, reason } = composed(healthy, { held });
        const recovered = { triggers, composite, active, requiredReplicas, reason };
        expect(composed(healthy)).toMatchObject(recovered);
      }),
    );
  });
});
