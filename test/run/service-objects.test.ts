import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { DAY_MS, MINUTE_MS } from '../../src/core/duration.js';
import type { ForecastTrigger, ScaledObject } from '../../src/core/scaled-object.js';
import type { Store } from '../../src/core/store.js';
import { Service } from '../../src/run/service.js';
import { compose } from '../../src/scaling/compose.js';
import { buildApp } from '../../src/serve/http-server.js';
import { externalMetricsRoutes } from '../../src/serve/external-metrics/routes.js';
import { SelfMetrics } from '../../src/serve/self/metrics.js';
import { MemoryStore } from '../../src/store/memory-store.js';
import { SqliteStore } from '../../src/store/sqlite-store.js';
import { quantity } from '../e2e/service.js';
import { aReactiveTrigger, aScaledObject } from '../support/fake-scaled-objects.js';
import { ManualClock } from '../support/manual-clock.js';
import { temporaryFolder } from '../support/programs.js';
import { ScriptedTrigger, isDeaf } from '../support/scripted-trigger.js';
import { CountedMetrics, KeptLog, POLL_MS, START_MS, aFastWorkload, anInProcessTrainer, wave } from './running.js';
import { ScriptedSource } from './scripted-source.js';

const workload = aFastWorkload();
const forecast: ForecastTrigger = { kind: 'forecast', index: 0, type: 'predictkube', name: 'forecast', workload };
const ORDERS = 's1-rabbitmq-orders';

const running: Service[] = [];
afterEach(async () => {
  for (const service of running.splice(0)) await service.stop(0);
});

function aService(objects: readonly ScaledObject[], store: Store = new MemoryStore(), startMs = START_MS + DAY_MS) {
  const clock = new ManualClock(startMs);
  const metrics = new CountedMetrics();
  const service = new Service({
    workloads: objects.flatMap(({ triggers }) => triggers.flatMap((t) => (t.kind === 'forecast' ? [t.workload] : []))),
    objects,
    sourceFor: () => new ScriptedSource(wave),
    store,
    trainer: anInProcessTrainer(metrics),
    clock,
    metrics,
    logger: new KeptLog(),
    timer: () => clock.now(),
  });
  running.push(service);
  const app = buildApp({
    view: service.view,
    metrics: new SelfMetrics(),
    routes: [externalMetricsRoutes],
    isShuttingDown: () => false,
  });
  const metric = async (name: string): Promise<string | undefined> => {
    const path = `/apis/external.metrics.k8s.io/v1beta1/namespaces/shop/${name}`;
    const answer = await app.inject(`${path}?labelSelector=scaledobject.keda.sh/name%3Dcheckout`);
    return answer.json<{ items?: { value: string }[] }>().items?.[0]?.value;
  };
  return { service, clock, metric, app, find: () => service.view.scaledObjects.find('shop', 'checkout')! };
}

describe('a service with ScaledObjects', () => {
  it('serves one whose only trigger is reactive, under the name that KEDA gives the metric', async () => {
    const orders = new ScriptedTrigger(55);
    const { service, clock, metric, find } = aService([
      aScaledObject({ triggers: [aReactiveTrigger({ open: orders.open })] }),
    ]);
    expect(await metric(ORDERS)).toBeUndefined();
    await service.start();
    await clock.advance(POLL_MS);
    expect(await metric(ORDERS)).toBe('55');
    expect(find().composition).toMatchObject({ active: true, requiredReplicas: 3 });
    orders.value = 80;
    await clock.advance(POLL_MS);
    expect(await metric(ORDERS)).toBe('80');
  });

  it('composes forecast and reactive triggers from the first minute, and a formula of both', async () => {
    const orders = new ScriptedTrigger(55);
    const modifiers = {
      formula: 'forecast + orders',
      target: 50,
      activationTarget: 0,
      metricType: 'AverageValue' as const,
    };
    const object = aScaledObject({ triggers: [forecast, aReactiveTrigger({ open: orders.open })], modifiers });
    const { service, clock, metric, find } = aService([object]);
    await service.start();
    await clock.advance(POLL_MS + 5_000);
    const decided = service.view.find('shop', 'checkout', workload.metricName)!.decision!.value!;
    const composition = find().composition!;
    expect(composition.triggers.map(({ state }) => state)).toEqual(['known', 'known']);
    expect(composition.composite?.metric.value).toBeCloseTo(decided + 55, 2);
    expect(await metric('composite-metric')).toBeDefined();
    expect(await metric(workload.metricName)).toBeDefined();
  });

  it('serves of a queue what it takes to keep up with the forecast arrivals and to drain it', async () => {
    const [waiting, target, perReplica] = [55, 12_000, 20];
    const orders = new ScriptedTrigger(waiting, undefined, target);
    const drain = { arrivalsIndex: 0, perReplica, drainTimeMs: 10 * MINUTE_MS };
    const queue = aReactiveTrigger({ open: orders.open, metrics: [{ name: 'rabbitmq-orders', target }], drain });
    const { service, clock, metric, find } = aService([aScaledObject({ triggers: [forecast, queue] })]);
    await service.start();
    await clock.advance(POLL_MS + 5_000);
    const arrivals = service.view.find('shop', 'checkout', workload.metricName)!.decision!.value!;
    const replicas = (arrivals + waiting / 600) / perReplica;
    expect(replicas).toBeGreaterThan(0.1);
    expect(quantity((await metric(ORDERS))!)).toBeCloseTo(target * replicas, 2);
    expect(find().composition!.triggers[1]!.drain).toMatchObject({ arrivalRate: arrivals, backlog: waiting });
  });

  it('has one hung trigger disturb no other ScaledObject, and gives everything back when it is stopped', async () => {
    const [hung, orders] = [new ScriptedTrigger(1), new ScriptedTrigger(55)];
    hung.beforeRead = isDeaf;
    const { service, clock, metric } = aService([
      aScaledObject({ name: 'hung', triggers: [aReactiveTrigger({ open: hung.open })] }),
      aScaledObject({ triggers: [aReactiveTrigger({ open: orders.open })] }),
    ]);
    await service.start();
    for (let value = 60; value < 64; value++) {
      orders.value = value;
      await clock.advance(POLL_MS);
      expect(await metric(ORDERS)).toBe(String(value));
    }
    await service.stop();
    expect([hung.left, orders.left]).toEqual([0, 0]);
    expect(hung.opened).toBeGreaterThan(4);
  });

  it('keeps a ledger from which every composition can be made again, also after a restart', async () => {
    const folder = await temporaryFolder();
    const path = join(folder.path, 'store.db');
    const objects = (orders: ScriptedTrigger) => [
      aScaledObject({ triggers: [aReactiveTrigger({ open: orders.open })] }),
    ];
    const store = SqliteStore.open(path);
    const first = aService(objects(new ScriptedTrigger(55)), store);
    await first.service.start();
    await first.clock.advance(5 * MINUTE_MS);
    await first.service.stop();
    await store.close();

    const reopened = SqliteStore.open(path);
    const second = aService(objects(new ScriptedTrigger(70)), reopened, first.clock.now() + 1_000);
    await second.service.start();
    expect(second.find().composition).toMatchObject({ requiredReplicas: 3, active: null });
    await second.clock.advance(POLL_MS);
    const ledger = await reopened.compositions('shop/checkout', { fromMs: 0, toMs: Infinity }, 100);
    expect(ledger.length).toBeGreaterThanOrEqual(11);
    for (const entry of ledger) expect(compose(entry.objectId, entry.input)).toEqual(entry);
    await second.service.stop();
    await reopened.close();
    await folder.remove();
  });
});
