import { afterEach, describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/core/duration.js';
import { ConfigError, UsageError } from '../../src/core/errors.js';
import type { ScaledObject } from '../../src/core/scaled-object.js';
import type { Workload } from '../../src/core/workload.js';
import { ExternalWorkloads } from '../../src/run/external-workloads.js';
import { Service } from '../../src/run/service.js';
import { MemoryStore } from '../../src/store/memory-store.js';
import { aReactiveTrigger, aScaledObject } from '../support/fake-scaled-objects.js';
import { ManualClock } from '../support/manual-clock.js';
import { CountedMetrics, KeptLog, START_MS, aFastWorkload, anInProcessTrainer, wave } from './running.js';
import { ScriptedSource, isDown } from './scripted-source.js';

const METADATA = {
  scalerAddress: 'tidecast:9190',
  prometheusAddress: 'http://prometheus:9090',
  query: 'rps',
  predictHorizon: '2h',
  historyTimeWindow: '1d',
  queryStep: '2m',
  threshold: '50',
};

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

async function started(
  configured: readonly Workload[] = [],
  source = new ScriptedSource(wave),
  objects: readonly ScaledObject[] = [],
) {
  const clock = new ManualClock(START_MS);
  const store = new MemoryStore();
  const logger = new KeptLog();
  const endpoints: string[] = [];
  const service = new Service({
    workloads: configured,
    objects,
    sourceFor: ({ address }) => {
      endpoints.push(address);
      return source;
    },
    store,
    trainer: anInProcessTrainer(),
    clock,
    metrics: new CountedMetrics(),
    logger,
    timer: () => clock.now(),
  });
  await service.start();
  const workloads = new ExternalWorkloads({ service, clock, logger });
  workloads.start();
  stops.push(async () => {
    workloads.stop();
    await service.stop(20);
  });
  const find = (scalerMetadata: Record<string, string> = METADATA, name = 'checkout') =>
    workloads.find({ namespace: 'shop', name, scalerMetadata });
  return { clock, store, logger, service, view: service.view, workloads, find, endpoints };
}

describe('a trigger that is configured in a file', () => {
  const [rps, queue] = [aFastWorkload({ query: 'rps' }), aFastWorkload({ query: 'queue', triggerIndex: 1 })];
  const ids = (found: readonly { workload: Workload }[]): string[] => found.map(({ workload }) => workload.id);

  it('is found by its query', async () => {
    const { find, view } = await started([rps, queue]);
    expect(ids(find({ query: ' queue ' }))).toEqual([queue.id]);
    expect(ids(find({ queryFromEnv: 'rps' }))).toEqual([rps.id]);
    expect(view.workloads().length).toBe(2);
  });

  it('stands for all of its ScaledObject without a query', async () => {
    const { find } = await started([rps, queue]);
    expect(ids(find({ scalerAddress: 'tidecast:9190' }))).toEqual([rps.id, queue.id]);
  });

  it('is not taken for one with another query, or of another ScaledObject', async () => {
    const { find } = await started([rps]);
    expect(ids(find({ ...METADATA, query: 'other' }))).not.toContain(rps.id);
    expect(ids(find(METADATA, 'search'))).not.toContain(rps.id);
    expect(() => find({}, 'search')).toThrow(ConfigError);
  });
});

describe('a name in a key', () => {
  const one = aFastWorkload();
  const two = [0, 1].map((triggerIndex) => aFastWorkload({ scaledObject: 'search', triggerIndex }));

  it.each([
    ['a ScaledObject with one workload', 'shop/checkout', one.id],
    ['the id of a workload', two[1]!.id, two[1]!.id],
    ['a ScaledObject that is not known', 'shop/other', undefined],
    ['a ScaledObject of another namespace', 'other/checkout', undefined],
    ['an id that is not known', 'shop/search/s7-x', undefined],
  ])('stands for %s', async (_, name, id) => {
    const { workloads } = await started([one, ...two]);
    expect(workloads.named(name)?.workload.id).toBe(id);
  });

  it('stands for a workload that a call has started, by its id', async () => {
    const { workloads, find } = await started();
    const { id } = find()[0]!.workload;
    expect(workloads.named(id)?.workload.id).toBe(id);
  });

  it('is refused, with what to use instead, when the ScaledObject has several workloads', async () => {
    const { workloads } = await started([one, ...two]);
    expect(() => workloads.named('shop/search')).toThrow(
      new ConfigError(
        `the key names shop/search, which has several workloads; expected a key for one of ${two[0]!.id}, ${two[1]!.id}`,
      ),
    );
  });
});

describe('a trigger that is seen for the first time', () => {
  it('starts at once, is served like any other, and decides as soon as the source has answered', async () => {
    const { find, view, clock, logger } = await started();
    const [first] = find();
    expect(first).toMatchObject({ decision: null, notReadyReason: 'waiting for the first answer of the source' });
    const { id, namespace, scaledObject, metricName } = first!.workload;
    expect(id).toBe(`shop/checkout/${metricName}`);
    expect(metricName).toMatch(/^tidecast-[0-9a-f]{8}$/);
    await clock.advance(1);
    const [status] = find();
    expect(status!.decision?.value).toBeGreaterThanOrEqual(wave(START_MS));
    expect(view.find(namespace, scaledObject, metricName)).toEqual(status);
    expect(view.workloads()).toEqual([status]);
    expect(view.history(id, { fromMs: 0, toMs: Infinity }).length).toBeGreaterThan(700);
    expect(logger.lines).toContain('info: KEDA asks for a workload that is new; started');
  });

  it('is the same one when asked for again, and another one with other metadata', async () => {
    const { find, view } = await started();
    const [one] = find();
    expect(find({ ...METADATA, scalerAddress: 'other:1' })[0]!.workload).toBe(one!.workload);
    const [other] = find({ ...METADATA, threshold: '60' });
    expect(other!.workload.id).not.toBe(one!.workload.id);
    expect(view.workloads().length).toBe(2);
  });

  it('is unknown, not 0, while the source is down', async () => {
    const source = new ScriptedSource(wave);
    source.before = isDown;
    const { find, clock } = await started([], source);
    find();
    await clock.advance(1);
    expect(find()[0]!.decision).toMatchObject({ value: null, active: null, state: 'stale' });
  });

  it('goes on from what is stored when it comes back', async () => {
    const { find, clock, service, store } = await started();
    const { id } = find()[0]!.workload;
    await clock.advance(MINUTE_MS);
    const decided = (await store.decisions(id, { fromMs: 0, toMs: Infinity }, 99)).length;
    service.removeWorkload(id);
    service.addWorkload(aFastWorkload({ id, metricName: id.split('/')[2]! }));
    await clock.advance(MINUTE_MS);
    expect((await store.decisions(id, { fromMs: 0, toMs: Infinity }, 99)).length).toBeGreaterThan(decided);
  });

  it('is refused with all problems, and nothing is started', async () => {
    const { find, view } = await started();
    expect(() => find({ query: 'up', threshold: '-1' })).toThrow(
      /prometheusAddress.*threshold: must be greater than 0/,
    );
    expect(view.workloads()).toEqual([]);
  });

  it('is refused with the reason that the ScaledObject is not known, or has nothing that is forecast', async () => {
    const reactive = aScaledObject({ name: 'mails', triggers: [aReactiveTrigger()] });
    const { find } = await started([], new ScriptedSource(wave), [reactive]);
    expect(() => find({})).toThrow('ScaledObject shop/checkout is not configured here, and its trigger describes');
    expect(() => find({}, 'mails')).toThrow('ScaledObject shop/mails has no predictkube trigger here, and its trigger');
  });

  it('waits for its turn among many, at twenty per second', async () => {
    const { find, clock } = await started();
    const metadata = Array.from({ length: 6 }, (_, i) => ({ ...METADATA, threshold: String(i + 1) }));
    const decided = (): number => metadata.filter((one) => find(one)[0]!.decision !== null).length;
    decided();
    await clock.advance(1);
    expect(decided()).toBe(1);
    await clock.advance(99);
    expect(decided()).toBe(3);
    await clock.advance(150);
    expect(decided()).toBe(6);
  });

  it('is refused when there are a thousand, which goes on to serve those', async () => {
    const { find, view } = await started();
    for (let i = 0; i < 1_000; i++) find({ ...METADATA, threshold: String(i + 1) });
    expect(() => find({ ...METADATA, threshold: '2000' })).toThrow(UsageError);
    expect(find({ ...METADATA, threshold: '7' }).length).toBe(1);
    expect(view.workloads().length).toBe(1_000);
  });
});

describe('a workload that was started by a call', () => {
  it('ends an hour after the last one, and stays while there are calls', async () => {
    const { find, view, clock, logger } = await started([aFastWorkload({ scaledObject: 'other' })]);
    const kept = { ...METADATA, threshold: '60' };
    find();
    for (let spent = 0; spent < HOUR_MS; spent += 10 * MINUTE_MS) {
      find(kept);
      await clock.advance(10 * MINUTE_MS);
    }
    await clock.advance(10 * MINUTE_MS);
    expect(view.workloads().map(({ workload }) => [workload.scaledObject, workload.targetPerReplica])).toEqual([
      ['other', 50],
      ['checkout', 60],
    ]);
    expect(logger.lines).toContain('info: KEDA has not asked for this workload for an hour; ended');
    // Neither the loop nor anything else of it goes on.
    const sleeping = clock.sleeping;
    await clock.advance(2 * HOUR_MS);
    expect(clock.sleeping).toBe(sleeping - 1);
    expect(view.workloads().length).toBe(1);
  });

  it('shares its source, which is given up with the last workload that uses it', async () => {
    const { find, service, endpoints } = await started();
    const ids = ['50', '60'].map((threshold) => find({ ...METADATA, threshold })[0]!.workload.id);
    expect(endpoints.length).toBe(1);
    for (const id of ids) service.removeWorkload(id);
    service.addWorkload(aFastWorkload({ endpoint: { address: 'http://prometheus:9090' } }));
    expect(endpoints.length).toBe(2);
  });

  it('ends with the service', async () => {
    const { find, clock, service } = await started();
    find();
    await clock.advance(MINUTE_MS);
    await service.stop();
    // The sweep of the calls goes on.
    expect(clock.sleeping).toBe(1);
  });

  it('can only be ended, not one that is configured', async () => {
    const configured = aFastWorkload();
    const { service, view } = await started([configured]);
    service.removeWorkload(configured.id);
    service.removeWorkload('no/such/workload');
    expect(view.workloads().length).toBe(1);
  });
});
