import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../src/core/clock.js';
import type { Decision } from '../../src/core/decision.js';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/core/duration.js';
import { StoreError } from '../../src/core/errors.js';
import type { Store } from '../../src/core/store.js';
import type { PrometheusEndpoint, Workload } from '../../src/core/workload.js';
import { phaseOf } from '../../src/run/fingerprint.js';
import { Service } from '../../src/run/service.js';
import { MemoryStore } from '../../src/store/memory-store.js';
import { SqliteStore } from '../../src/store/sqlite-store.js';
import { ManualClock } from '../support/manual-clock.js';
import { temporaryFolder } from '../support/programs.js';
import {
  CountedMetrics,
  KeptLog,
  POLL_MS,
  START_MS,
  STEP_MS,
  aFastWorkload,
  anInProcessTrainer,
  wave,
} from './running.js';
import { ScriptedSource, answers, hangs, isDown } from './scripted-source.js';

const ALL = { fromMs: 0, toMs: Infinity };

interface Parts {
  readonly workloads?: readonly Workload[];
  readonly source?: ScriptedSource;
  readonly store?: Store;
  readonly clock?: Clock;
  readonly metrics?: CountedMetrics;
}

const started: Service[] = [];

/** A service that is stopped after the test; what hangs then is not waited for. */
function aService({
  workloads = [aFastWorkload()],
  source = new ScriptedSource(wave),
  store = new MemoryStore(),
  clock = new ManualClock(START_MS),
  metrics = new CountedMetrics(),
}: Parts = {}) {
  const logger = new KeptLog();
  const endpoints: PrometheusEndpoint[] = [];
  const service = new Service({
    workloads,
    sourceFor: (endpoint) => {
      endpoints.push(endpoint);
      return source;
    },
    store,
    trainer: anInProcessTrainer(metrics),
    clock,
    metrics,
    logger,
    timer: () => clock.now(),
  });
  started.push(service);
  return { service, view: service.view, logger, endpoints };
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((service) => service.stop(20)));
});

describe('the loops', () => {
  it('decide once per polling interval, each workload at its own place in it', async () => {
    const clock = new ManualClock(START_MS);
    const store = new MemoryStore();
    const workloads = ['checkout', 'search', 'orders'].map((scaledObject) => aFastWorkload({ scaledObject }));
    const { service } = aService({ workloads, clock, store });
    await service.start();
    await clock.advance(10 * MINUTE_MS);
    for (const { id } of workloads) {
      const times = (await store.decisions(id, ALL, Infinity)).map(({ atMs }) => atMs);
      // The first one comes at once, or almost so: three workloads are not spread over more than a second.
      expect(times[0]! - START_MS).toBeLessThan(1_000);
      const phaseMs = Math.round(phaseOf(id) * POLL_MS);
      expect(times.slice(1)).toEqual(Array.from({ length: 20 }, (_, i) => START_MS + phaseMs + i * POLL_MS));
    }
  });

  it('share one source between workloads of the same endpoint, and only those', () => {
    const other = { address: 'http://thanos:9090' };
    const { endpoints } = aService({
      workloads: [
        aFastWorkload({ scaledObject: 'a' }),
        aFastWorkload({ scaledObject: 'b' }),
        aFastWorkload({ scaledObject: 'c', endpoint: other }),
        aFastWorkload({ scaledObject: 'd', endpoint: { ...other, bearerToken: 'secret' } }),
      ],
    });
    expect(endpoints).toEqual([
      { address: 'http://prometheus.monitoring:9090' },
      other,
      { ...other, bearerToken: 'secret' },
    ]);
  });

  it('report how late they start', async () => {
    const clock = new ManualClock(START_MS);
    const metrics = new CountedMetrics();
    const late: Clock = { now: () => clock.now(), sleep: (ms, signal) => clock.sleep(ms + 1_500, signal) };
    await aService({ clock: late, metrics }).service.start();
    await clock.advance(2 * MINUTE_MS);
    expect(metrics.lateness.length).toBeGreaterThanOrEqual(3);
    for (const seconds of metrics.lateness) expect(seconds).toBe(1.5);
  });

  it('go on after a step that fails for a reason of its own, and the others do not notice', async () => {
    class Failing extends CountedMetrics {
      override countDecision(decision: Parameters<CountedMetrics['countDecision']>[0]): void {
        super.countDecision(decision);
        if (this.decisions.length === 1) throw new Error('a bug');
      }
    }
    const clock = new ManualClock(START_MS);
    const store = new MemoryStore();
    const workloads = ['checkout', 'search'].map((scaledObject) => aFastWorkload({ scaledObject }));
    const { service, logger } = aService({ workloads, clock, store, metrics: new Failing() });
    await service.start();
    await clock.advance(2 * MINUTE_MS);
    expect(logger.lines).toContain('error: step failed');
    for (const { id } of workloads) expect((await store.decisions(id, ALL, Infinity)).length).toBeGreaterThanOrEqual(4);
  });

  it('end at once when stopped, also while the source hangs', async () => {
    const clock = new ManualClock(START_MS);
    const source = new ScriptedSource(wave);
    source.before = hangs;
    const { service, logger } = aService({ clock, source });
    await service.start();
    await clock.advance(1_000);
    await service.stop();
    expect(clock.sleeping).toBe(0);
    expect(logger.lines).toEqual([]);
  });

  it('are not waited for longer than the grace period', async () => {
    class StuckStore extends MemoryStore {
      override record(): Promise<void> {
        return new Promise(() => undefined);
      }
    }
    const clock = new ManualClock(START_MS);
    const { service } = aService({ clock, store: new StuckStore() });
    await service.start();
    await clock.advance(1_000);
    await service.stop(20);
  });
});

describe('a restart with the store of the run before', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());

  /** The last sample taken up by the first run. */
  const LAST_MS = START_MS + HOUR_MS;

  /** Runs until all is done that is to be done with the sample at {@link LAST_MS}. @returns its last decision */
  const firstRun = async (source = new ScriptedSource(wave)): Promise<Decision> => {
    const clock = new ManualClock(START_MS);
    const store = SqliteStore.open(join(folder.path, 'store.db'));
    const { service, view } = aService({ clock, source, store });
    await service.start();
    await clock.advanceTo(LAST_MS + POLL_MS);
    await service.stop();
    await store.close();
    return view.workloads()[0]!.decision!;
  };

  const secondRun = (downMs: number, parts: Parts = {}) => {
    const clock = new ManualClock(LAST_MS + POLL_MS + downMs);
    const source = parts.source ?? new ScriptedSource(wave);
    const store = SqliteStore.open(join(folder.path, 'store.db'));
    return { clock, source, store, ...aService({ clock, source, store, ...parts }) };
  };

  it('serves at once, before the source answers, and pulls only what is missing', async () => {
    const before = await firstRun();
    const { service, view, source, clock, store } = secondRun(10 * MINUTE_MS);
    source.before = hangs;
    await service.start();

    const restored = view.workloads()[0]!;
    expect(source.reads).toHaveLength(0);
    expect(restored.decision).toMatchObject({ state: 'degraded', atMs: clock.now(), active: true });
    expect(restored.decision?.value).toBeGreaterThanOrEqual(before.value!);
    expect(restored.decision?.reason).toContain('restarted, and the source has not answered yet');
    expect(restored.decision?.input.heldValue).toBe(before.value);
    expect(restored.forecast?.originMs).toBe(LAST_MS);
    expect(restored.model?.name).toBe('combination');

    source.before = answers;
    await clock.advance(2 * POLL_MS);
    expect(view.workloads()[0]!.decision).toMatchObject({ state: 'fresh' });
    // The last sample known is 10 min old; 5 steps of overlap before it, itself, and 5 steps after.
    expect(source.points).toBe(11);
    await store.close();
  });

  it('goes on with the same forecasts as if it had not stopped', async () => {
    await firstRun();
    const { service, view, clock, store } = secondRun(0);
    await service.start();
    await clock.advance(10 * MINUTE_MS);
    const restarted = view.workloads()[0]!.forecast!;
    await store.close();

    const uninterrupted = new ManualClock(START_MS);
    const other = aService({ clock: uninterrupted });
    await other.service.start();
    await uninterrupted.advanceTo(clock.now());
    expect(restarted).toEqual(other.view.workloads()[0]!.forecast);
  });

  it('serves an error when the forecast was used up meanwhile, not what was decided then', async () => {
    await firstRun();
    const { service, view, store, source } = secondRun(5 * HOUR_MS);
    source.before = isDown;
    await service.start();
    expect(view.workloads()[0]!.decision).toMatchObject({ state: 'stale', value: null });
    expect(view.workloads()[0]!.decision?.reason).toContain('the forecast was used up at 03:00 UTC');
    await store.close();
  });

  it('serves an error when there was no forecast, not what was observed then', async () => {
    await firstRun(new ScriptedSource((timeMs) => (timeMs < START_MS - HOUR_MS ? NaN : 500)));
    const { service, view, store, source } = secondRun(5 * HOUR_MS);
    source.before = isDown;
    await service.start();
    expect(view.workloads()[0]!.decision).toMatchObject({
      state: 'stale',
      value: null,
      atMs: LAST_MS + POLL_MS + 5 * HOUR_MS,
    });
    await store.close();
  });

  it('in the same millisecond records a decision of its own', async () => {
    const { atMs } = await firstRun();
    const store = SqliteStore.open(join(folder.path, 'store.db'));
    const metrics = new CountedMetrics();
    const { service, view } = aService({ clock: new ManualClock(atMs), store, metrics });
    await service.start();
    expect(view.workloads()[0]!.decision?.atMs).toBe(atMs + 1);
    expect(metrics.storeErrors).toBe(0);
    await service.stop();
    await store.close();
  });

  it.each<[string, Partial<Workload>]>([
    ['query', { query: 'sum(queue_length)' }],
    ['server', { endpoint: { address: 'http://other:9090' } }],
    ['step', { stepMs: 2 * STEP_MS }],
  ])('knows nothing of a workload whose %s is another, and says that it waits', async (_, change) => {
    await firstRun();
    const { service, view, store, source, clock } = secondRun(0, { workloads: [aFastWorkload(change)] });
    await service.start();
    expect(view.workloads()[0]).toMatchObject({
      decision: null,
      forecast: null,
      notReadyReason: 'waiting for the first answer of the source',
    });
    await clock.advance(POLL_MS);
    expect(view.workloads()[0]!.decision).toMatchObject({ state: 'fresh' });
    expect(source.points).toBeGreaterThan(300);
    await store.close();
  });

  it('forecasts as far as the configuration says now, not as far as it said before', async () => {
    await firstRun();
    const { service, view, store, clock } = secondRun(STEP_MS, {
      workloads: [aFastWorkload({ horizonMs: 4 * HOUR_MS })],
    });
    await service.start();
    await clock.advance(POLL_MS);
    const { forecast } = view.workloads()[0]!;
    expect(forecast!.endMs - forecast!.originMs).toBe(4 * HOUR_MS);
    await store.close();
  });

  it('starts from the source when what is stored cannot be read, and says so', async () => {
    class Unreadable extends MemoryStore {
      override load(): Promise<never> {
        return Promise.reject(new StoreError('the file is damaged'));
      }
    }
    const clock = new ManualClock(START_MS);
    const { service, view, logger } = aService({ store: new Unreadable(), clock });
    await service.start();
    expect(logger.lines).toEqual(['warn: stored state not readable; starting from the source']);
    await clock.advance(POLL_MS);
    expect(view.workloads()[0]!.decision).toMatchObject({ state: 'fresh' });
  });
});

describe('the view', () => {
  it('finds a workload by its external-metric address, whatever the case of the metric name', async () => {
    const { view } = aService();
    const { namespace, scaledObject, metricName } = view.workloads()[0]!.workload;
    expect(view.find(namespace, scaledObject, metricName.toUpperCase())?.workload.metricName).toBe(metricName);
    expect(view.find(namespace, scaledObject, 's1-predictkube-predictkube_metric')).toBeUndefined();
    expect(view.find(namespace, scaledObject.toUpperCase(), metricName)).toBeUndefined();
    await Promise.resolve();
  });

  it('shows the present from memory and the past from the store', async () => {
    const clock = new ManualClock(START_MS);
    const { service, view } = aService({ clock });
    await service.start();
    await clock.advance(10 * MINUTE_MS);
    const { workload, decision, forecast } = view.workloads()[0]!;
    expect(view.now()).toBe(START_MS + 10 * MINUTE_MS);
    expect(await view.decisionAt(workload.id, view.now())).toBe(decision);
    expect(await view.forecastAt(workload.id, view.now())).toBe(forecast);

    const then = START_MS + 5 * MINUTE_MS;
    const earlier = await view.decisionAt(workload.id, then);
    expect(earlier?.atMs).toBeLessThanOrEqual(then);
    expect(earlier?.atMs).toBeGreaterThan(then - POLL_MS);
    expect((await view.forecastAt(workload.id, then))?.originMs).toBe(START_MS + 4 * MINUTE_MS);
    expect(await view.decisionAt(workload.id, START_MS - 1)).toBeNull();

    const range = { fromMs: then, toMs: then + MINUTE_MS };
    expect((await view.decisions(workload.id, range, 10)).map(({ atMs }) => atMs)).toHaveLength(2);
    expect((await view.decisions(workload.id, range, 1))[0]?.atMs).toBeGreaterThanOrEqual(then + POLL_MS);

    const history = view.history(workload.id, { fromMs: START_MS - HOUR_MS, toMs: START_MS });
    expect(history).toMatchObject({ startMs: START_MS - HOUR_MS, length: 30 });
    expect(history.values[0]).toBe(wave(START_MS - HOUR_MS));
  });

  it('knows nothing of a workload that is not configured', async () => {
    const { view } = aService();
    expect(view.history('a/b/c', ALL).length).toBe(0);
    expect(await view.decisionAt('a/b/c', START_MS)).toBeNull();
    expect(await view.forecastAt('a/b/c', START_MS)).toBeNull();
    expect(await view.decisions('a/b/c', ALL, 10)).toEqual([]);
  });

  it('shows why there is no decision yet', async () => {
    const source = new ScriptedSource(wave);
    source.before = hangs;
    const { service, view } = aService({ source });
    await service.start();
    expect(view.workloads()[0]).toMatchObject({
      decision: null,
      notReadyReason: 'waiting for the first answer of the source',
      sourceAnsweredAtMs: null,
      model: null,
    });
  });
});

describe('old records', () => {
  it('are removed after a minute and then every hour: samples beyond the window, forecasts, decisions', async () => {
    class Pruned extends MemoryStore {
      readonly calls: Parameters<Store['prune']>[0][] = [];

      override prune(limits: Parameters<Store['prune']>[0]): Promise<void> {
        this.calls.push(limits);
        return this.calls.length === 1 ? Promise.reject(new StoreError('disk full')) : super.prune(limits);
      }
    }
    const clock = new ManualClock(START_MS);
    const store = new Pruned();
    const metrics = new CountedMetrics();
    const workloads = [
      aFastWorkload({ scaledObject: 'a', pollingIntervalMs: HOUR_MS }),
      aFastWorkload({ scaledObject: 'b', pollingIntervalMs: HOUR_MS, historyWindowMs: 7 * DAY_MS }),
    ];
    const { service, logger } = aService({ clock, store, metrics, workloads });
    await service.start();
    await clock.advance(3 * HOUR_MS);
    const at = (nowMs: number) => ({
      samplesBeforeMs: nowMs - 8 * DAY_MS,
      forecastsBeforeMs: nowMs - 2 * DAY_MS,
      decisionsBeforeMs: nowMs - 14 * DAY_MS,
    });
    expect(store.calls).toEqual([1, 30, 90, 150].map((minutes) => at(START_MS + minutes * MINUTE_MS)));
    // The first one failed, and that is told.
    expect(metrics.storeErrors).toBe(1);
    expect(logger.lines).toContain('error: old records not removed');
  });
});
