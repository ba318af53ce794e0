import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compose } from '../../../src/scaling/compose.js';
import {
  aCompositionInput,
  aReactiveTrigger,
  aScaledObject,
  aTriggerInput,
  anObjectStatus,
} from '../../support/fake-scaled-objects.js';
import { FakeServiceView, NOW_MS } from '../../support/fake-service-view.js';
import { CheckedApp } from './checked-app.js';

const LIST = '/api/v1/scaledobjects';
const ONE = `${LIST}/shop/checkout`;

let view: FakeServiceView;
let app: CheckedApp;
beforeEach(() => {
  view = new FakeServiceView();
  view.scaledObjects.set(anObjectStatus(NOW_MS - 5_000));
  app = new CheckedApp(view);
});
afterEach(() => app.close());

describe('GET /scaledobjects', () => {
  it('lists what every ScaledObject is doing, in the order of their ids', async () => {
    const object = aScaledObject({ name: 'batch', triggers: [aReactiveTrigger()] });
    view.scaledObjects.set({ object, composition: null, pollErrors: [0] });
    expect(await app.json(LIST)).toEqual({
      now: '2026-03-01T12:00:00Z',
      scaledObjects: [
        {
          id: 'shop/batch',
          namespace: 'shop',
          name: 'batch',
          href: '/api/v1/scaledobjects/shop/batch',
          active: null,
          requiredReplicas: null,
          reason: 'Its triggers have not been asked yet.',
          composedAt: null,
          triggers: 1,
          triggersWithoutAnswer: 1,
        },
        {
          id: 'shop/checkout',
          namespace: 'shop',
          name: 'checkout',
          href: ONE,
          active: true,
          requiredReplicas: 3,
          reason: 'Every trigger answers.',
          composedAt: '2026-03-01T11:59:55Z',
          triggers: 1,
          triggersWithoutAnswer: 0,
        },
      ],
    });
  });
});

describe('GET /scaledobjects/{namespace}/{name}', () => {
  it('has each trigger with value, target, activity, state, age and reason', async () => {
    expect(await app.json(ONE)).toEqual({
      id: 'shop/checkout',
      namespace: 'shop',
      name: 'checkout',
      target: { kind: 'Deployment', name: 'checkout' },
      settings: {
        pollingIntervalSeconds: 30,
        cooldownSeconds: 300,
        initialCooldownSeconds: 0,
        minReplicaCount: 1,
        maxReplicaCount: 10,
        idleReplicaCount: null,
        behavior: null,
        fallback: null,
        formula: null,
      },
      composition: {
        at: '2026-03-01T11:59:55Z',
        active: true,
        requiredReplicas: 3,
        reason: 'Every trigger answers.',
        triggers: [
          {
            index: 1,
            type: 'rabbitmq',
            name: 'orders',
            state: 'known',
            metrics: [{ name: 's1-rabbitmq-orders', metricType: 'AverageValue', target: 20, value: 55 }],
            active: true,
            answeredAt: '2026-03-01T11:59:45Z',
            ageSeconds: 15,
            failures: 0,
            drain: null,
            reason: 's1-rabbitmq-orders is 55; active.',
          },
        ],
        composite: null,
      },
    });
  });

  it('has how a queue is to be worked off', async () => {
    const drain = { arrivalsIndex: 0, perReplica: 10, drainTimeMs: 300_000 };
    const arrivals = aTriggerInput(NOW_MS, { index: 0, reading: { atMs: NOW_MS, active: true, values: [45] } });
    const reading = { atMs: NOW_MS, active: true, values: [3_000], queue: { waiting: 3_000, mostConsumers: 12 } };
    const triggers = [arrivals, aTriggerInput(NOW_MS, { drain, reading })];
    const composition = compose('shop/checkout', aCompositionInput(NOW_MS, { triggers }));
    view.scaledObjects.set({ object: aScaledObject(), composition, pollErrors: [] });
    expect(await app.json(ONE)).toMatchObject({
      composition: {
        triggers: [
          { drain: null },
          {
            drain: {
              arrivalRate: 45,
              backlog: 3_000,
              drainTimeSeconds: 300,
              perReplica: 10,
              mostConsumers: 12,
              load: 55,
            },
          },
        ],
      },
    });
  });

  it('has the formula, the fallback and what the formula makes of the triggers', async () => {
    const modifiers = { formula: 'orders * 2', target: 10, activationTarget: 0, metricType: 'AverageValue' as const };
    const fallback = { failureThreshold: 3, replicas: 6, behavior: 'static' as const };
    const triggers = [aTriggerInput(NOW_MS, { problem: 'refused', failures: 9 })];
    const composition = compose('shop/checkout', aCompositionInput(NOW_MS, { triggers, modifiers, fallback }));
    const object = aScaledObject({ triggers: [aReactiveTrigger()], modifiers, fallback });
    view.scaledObjects.set({ object, composition, pollErrors: [9] });
    expect(await app.json(ONE)).toMatchObject({
      settings: { formula: 'orders * 2', fallback },
      composition: {
        composite: { state: 'fallback', active: true, metric: { name: 'composite-metric', value: 60 } },
        triggers: [{ state: 'failing', failures: 9, active: null, metrics: [{ value: null }] }],
      },
    });
  });

  it.each([
    ['one letter off', 'shop/chekout', 'there is no ScaledObject "shop/chekout"; did you mean "shop/checkout"?'],
    ['nothing like it', 'a/b', 'there is no ScaledObject "a/b"; GET /api/v1/scaledobjects lists all'],
  ])('is 404 for an unknown one, %s', async (_what, id, detail) => {
    expect(await app.json(`${LIST}/${id}`, 404)).toMatchObject({ code: 'unknown-scaledobject', detail });
  });
});

describe('GET /scaledobjects/{namespace}/{name}/compositions', () => {
  it('lists what was composed in a range of time', async () => {
    const at = [3, 2, 1].map((minutes) => NOW_MS - minutes * 60_000);
    view.scaledObjects.setLedger(
      'shop/checkout',
      ...at.map((atMs) => compose('shop/checkout', aCompositionInput(atMs))),
    );
    const body = await app.json<{ id: string; compositions: { at: string }[] }>(
      `${ONE}/compositions?from=2026-03-01T11:58:00Z&limit=5`,
    );
    expect(body).toMatchObject({
      id: 'shop/checkout',
      compositions: [{ at: '2026-03-01T11:58:00Z' }, { at: '2026-03-01T11:59:00Z', triggers: [{ ageSeconds: 10 }] }],
    });
  });

  it('is 503 when the store fails, 400 for a range that is none', async () => {
    view.scaledObjects.storeFails = true;
    expect(await app.json(`${ONE}/compositions`, 503)).toMatchObject({ code: 'store-unavailable' });
    expect(await app.json(`${ONE}/compositions?from=yesterday`, 400)).toMatchObject({ code: 'invalid-request' });
  });
});
