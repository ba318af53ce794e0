import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Held, MetricTriggerInput, TriggerOutcome } from '../../src/core/composition.js';
import type { QueueDepth } from '../../src/core/trigger.js';
import { compose, heldAfter } from '../../src/scaling/compose.js';
import { aCompositionInput, aTriggerInput } from '../support/fake-scaled-objects.js';

const AT_MS = Date.UTC(2026, 2, 1, 12);
const TARGET = 3_000;
const RULE = { arrivalsIndex: 0, perReplica: 10, drainTimeMs: 300_000 };

/** What arrives per second; null: the source fails and has never answered. */
function arriving(rate: number | null): MetricTriggerInput {
  return aTriggerInput(AT_MS, {
    kind: 'forecast',
    index: 0,
    type: 'predictkube',
    name: 'arrivals',
    metrics: [{ name: 's0-arrivals', target: 10 }],
    reading: rate === null ? null : { atMs: AT_MS, active: rate > 0, values: [rate] },
    problem: rate === null ? 'refused' : null,
    failures: rate === null ? 1 : 0,
  });
}

function queue(waiting: number | null, depth?: QueueDepth, target = TARGET): MetricTriggerInput {
  const reading = waiting === null ? null : { atMs: AT_MS, active: waiting > 0, values: [waiting] };
  return aTriggerInput(AT_MS, {
    metrics: [{ name: 's1-queue', target }],
    reading: reading && (depth === undefined ? reading : { ...reading, queue: depth }),
    problem: waiting === null ? 'refused' : null,
    failures: waiting === null ? 1 : 0,
    drain: RULE,
  });
}

function composed(arrivals: number | null, waiting: MetricTriggerInput, held: Held | null = null) {
  return compose('shop/worker', aCompositionInput(AT_MS, { triggers: [arriving(arrivals), waiting], held }));
}

const outcomeOf = (...args: Parameters<typeof composed>): TriggerOutcome => composed(...args).triggers[1]!;
const valueOf = (...args: Parameters<typeof composed>): number | null => outcomeOf(...args).metrics[0]!.value;
const holding = (load: number): Held => ({ requiredReplicas: null, compositeValue: null, drainLoads: { 1: load } });

describe('the value of a queue that is to be drained', () => {
  // 3,000 in 300 s are 10 a second, which one replica works off; each is worth the target of 3,000.
  it.each<[string, number | null, number | null]>([
    ['arrivals and what waits are added: 4.5 + 1 replicas', valueOf(45, queue(3_000)), 16_500],
    ['arrivals alone', valueOf(45, queue(0)), 13_500],
    ['what waits alone', valueOf(0, queue(3_000)), 3_000],
    ['nothing', valueOf(0, queue(0)), 0],
    ['unknown arrivals: what waits', valueOf(null, queue(3_000)), 3_000],
    ['unknown arrivals: no less than what both took', valueOf(null, queue(3_000), holding(55)), 16_500],
    ['unknown arrivals: more, when more waits', valueOf(null, queue(30_000), holding(55)), 30_000],
    ['known again: nothing is left of what was held', valueOf(5, queue(0), holding(55)), 1_500],
    ['what waits is unknown: an error, whatever arrives', valueOf(45, queue(null), holding(55)), null],
    ['a small target of its own asks for more', valueOf(0, queue(3_000, undefined, 100)), 3_000],
    // 4.5 + 1 replicas, of which four have a partition.
    ['no more than have something to read', valueOf(45, queue(3_000, { waiting: 3_000, mostConsumers: 4 })), 12_000],
    [
      'the bound that the trigger puts to its value is not the queue',
      valueOf(0, queue(600, { waiting: 9_000, mostConsumers: null })),
      9_000,
    ],
  ])('%s', (_what, value, expected) => {
    expect(value).toBe(expected);
  });

  it('is recorded with what it was made of, and with a reason', () => {
    const { drain, reason, state } = outcomeOf(45, queue(3_000, { waiting: 3_000, mostConsumers: 12 }));
    expect(state).toBe('known');
    expect(drain).toEqual({
      arrivalRate: 45,
      backlog: 3_000,
      mostConsumers: 12,
      perReplica: 10,
      drainTimeMs: 300_000,
      load: 55,
    });
    expect(reason).toBe(
      's1-queue is 3000; active. Keeping up with 45 arriving per second and draining 3000 in 5m takes 5.5 replicas of 10 per ' +
        'second, of which 12 can work.',
    );
    expect(outcomeOf(null, queue(3_000), holding(55)).reason).toBe(
      's1-queue is 3000; active. The arrivals are unknown; what they took before, or at least draining 3000 in 5m, is 5.5 ' +
        'replicas of 10 per second.',
    );
  });

  it('asks for the replicas, together with the other triggers', () => {
    expect(composed(45, queue(3_000)).requiredReplicas).toBe(6);
  });

  it('survives the store and can be made again from what was stored', () => {
    const first = composed(45, queue(3_000, { waiting: 3_000, mostConsumers: 4 }), holding(55));
    const stored = JSON.parse(JSON.stringify(first)) as typeof first;
    expect(stored).toEqual(first);
    expect(compose(stored.objectId, stored.input)).toEqual(first);
  });

  it('leaves the other metrics of its trigger alone, and no infinity is served', () => {
    const two = {
      ...queue(3_000),
      metrics: [
        { name: 's1-a', target: TARGET },
        { name: 's1-b', target: 1 },
      ],
      reading: { atMs: AT_MS, active: true, values: [3_000, 7] },
    };
    expect(outcomeOf(45, two).metrics.map(({ value }) => value)).toEqual([16_500, 7]);
    const endless = { ...queue(3_000), drain: { ...RULE, perReplica: Number.MIN_VALUE } };
    expect(valueOf(45, endless)).toBe(3_000);
  });
});

describe('what is held of a queue', () => {
  it('is its load when the arrivals were last known, over any number of compositions', () => {
    const first = heldAfter(composed(45, queue(3_000)));
    expect(first?.drainLoads).toEqual({ 1: 55 });
    const second = heldAfter(composed(null, queue(60_000), first));
    expect(second?.drainLoads).toEqual({ 1: 55 });
    const third = heldAfter(composed(45, queue(null), second));
    expect(third?.drainLoads).toEqual({ 1: 55 });
    expect(heldAfter(composed(5, queue(0), third))?.drainLoads).toEqual({ 1: 5 });
  });
});

/** To a thousandth, which is what the HPA computes in. */
const rate = fc.nat(1_000_000_000).map((thousandths) => thousandths / 1_000);
const count = fc.nat(10_000_000);
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });

describe('whatever is known of a queue and of its arrivals', () => {
  it('its value is never below what its source answered', () => {
    fc.assert(
      fc.property(
        maybe(rate),
        count,
        maybe(rate),
        fc.integer({ min: 1, max: 1e6 }),
        (arrivals, waiting, load, target) => {
          const held = load === null ? null : holding(load);
          expect(valueOf(arrivals, queue(waiting, undefined, target), held)).toBeGreaterThanOrEqual(waiting);
        },
      ),
    );
  });

  it('losing the arrivals never lowers it', () => {
    fc.assert(
      fc.property(rate, count, (arrivals, waiting) => {
        const before = composed(arrivals, queue(waiting));
        const after = valueOf(null, queue(waiting), heldAfter(before));
        expect(after).toBe(before.triggers[1]!.metrics[0]!.value);
      }),
    );
  });

  it('the replicas that an HPA proposes keep up with the arrivals and work off what waits in time', () => {
    fc.assert(
      fc.property(rate, count, (arrivals, waiting) => {
        const replicas = Math.ceil(valueOf(arrivals, queue(waiting))! / TARGET);
        const workedOff = replicas * RULE.perReplica * 300;
        expect(workedOff).toBeGreaterThanOrEqual((arrivals * 300 + waiting) * (1 - 1e-9));
      }),
    );
  });
});
