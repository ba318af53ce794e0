import { describe, expect, it } from 'vitest';
import { SelfMetrics } from '../../../src/serve/self/metrics.js';
import { readiness } from '../../../src/serve/self/readiness.js';
import { aReactiveTrigger, aScaledObject, aTriggerInput, anObjectStatus } from '../../support/fake-scaled-objects.js';
import { FakeServiceView, NOW_MS } from '../../support/fake-service-view.js';
import { samples, scrape } from './exposition.js';

const OBJECT = 'namespace="shop",scaledobject="checkout"';
const TRIGGER = `${OBJECT},trigger_index="1",type="rabbitmq",trigger="orders"`;

async function scraped(...input: Parameters<typeof anObjectStatus>[1][]): Promise<string> {
  const view = new FakeServiceView();
  for (const one of input) view.scaledObjects.set(anObjectStatus(NOW_MS, one));
  return scrape(view, new SelfMetrics());
}

describe('the metrics of the triggers', () => {
  it.each([
    ['tidecast_scaledobjects', '1'],
    ['tidecast_trigger_value', `{${TRIGGER},metric="s1-rabbitmq-orders"} 55`],
    ['tidecast_trigger_target', `{${TRIGGER},metric="s1-rabbitmq-orders"} 20`],
    ['tidecast_trigger_active', `{${TRIGGER}} 1`],
    ['tidecast_trigger_fallback', `{${TRIGGER}} 0`],
    ['tidecast_trigger_age_seconds', `{${TRIGGER}} 10`],
    ['tidecast_trigger_errors_total', `{${TRIGGER}} 3`],
    ['tidecast_scaledobject_active', `{${OBJECT}} 1`],
    ['tidecast_scaledobject_required_replicas', `{${OBJECT}} 3`],
  ])('%s', async (name, sample) => {
    expect(samples(await scraped({}), name)).toEqual([sample]);
  });

  it('has the value of the formula', async () => {
    const modifiers = { formula: 'orders * 2', target: 1, activationTarget: 0, metricType: 'AverageValue' as const };
    expect(samples(await scraped({ modifiers }), 'tidecast_scaledobject_composite_value')).toEqual([`{${OBJECT}} 110`]);
  });

  it('has no sample of what is not known', async () => {
    const text = await scraped({
      triggers: [aTriggerInput(NOW_MS, { problem: 'refused', failures: 1, reading: null })],
    });
    for (const name of ['value', 'active', 'age_seconds']) {
      expect(samples(text, `tidecast_trigger_${name}`), name).toEqual([]);
    }
    expect(samples(text, 'tidecast_scaledobject_active')).toEqual([]);
    expect(samples(text, 'tidecast_scaledobject_required_replicas')).toEqual([]);
    expect(samples(text, 'tidecast_trigger_target')).toHaveLength(1);
  });

  it('shows a fallback', async () => {
    const text = await scraped({
      triggers: [aTriggerInput(NOW_MS, { problem: 'refused', failures: 4 })],
      fallback: { failureThreshold: 3, replicas: 6, behavior: 'static' },
    });
    expect(samples(text, 'tidecast_trigger_fallback')).toEqual([`{${TRIGGER}} 1`]);
    expect(samples(text, 'tidecast_trigger_value')).toEqual([`{${TRIGGER},metric="s1-rabbitmq-orders"} 120`]);
  });
});

describe('readiness', () => {
  it('waits for the first composition of every ScaledObject that polls a source', () => {
    const view = new FakeServiceView();
    view.scaledObjects.set({
      object: aScaledObject({ triggers: [aReactiveTrigger()] }),
      composition: null,
      pollErrors: [0],
    });
    expect(readiness(view, false)).toMatchObject({
      ready: false,
      workloads: [{ id: 'shop/checkout', ready: false, reason: 'its triggers have not been asked yet' }],
    });
    view.scaledObjects.set(anObjectStatus(NOW_MS));
    expect(readiness(view, false)).toMatchObject({ ready: true, workloads: [] });
    // One that is made of forecasts alone has an answer as soon as they are decided.
    view.scaledObjects.set({ object: aScaledObject(), composition: null, pollErrors: [] });
    expect(readiness(view, false)).toMatchObject({ ready: true, workloads: [] });
  });
});
