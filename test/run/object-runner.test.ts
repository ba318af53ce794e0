import { describe, expect, it } from 'vitest';
import type { Composition } from '../../src/core/composition.js';
import type { Decision } from '../../src/core/decision.js';
import { MINUTE_MS, SECOND_MS } from '../../src/core/duration.js';
import { StoreError } from '../../src/core/errors.js';
import type { Fallback, ForecastTrigger, ScaledObject } from '../../src/core/scaled-object.js';
import type { Store } from '../../src/core/store.js';
import type { TriggerMetric } from '../../src/core/trigger.js';
import { ObjectRunner } from '../../src/run/object-runner.js';
import { compose } from '../../src/scaling/compose.js';
import { MemoryStore } from '../../src/store/memory-store.js';
import { aReactiveTrigger, aScaledObject } from '../support/fake-scaled-objects.js';
import { aDecision, aWorkload } from '../support/fake-service-view.js';
import { ManualClock } from '../support/manual-clock.js';
import { answers, hangs, isDown, ScriptedTrigger } from '../support/scripted-trigger.js';
import { CountedMetrics, KeptLog } from './running.js';

const START_MS = Date.UTC(2026, 2, 2);
const POLL_MS = 30 * SECOND_MS;
const workload = aWorkload();
const forecast: ForecastTrigger = { kind: 'forecast', index: 0, type: 'predictkube', name: 'forecast', workload };
const bounds = { minReplicaCount: 0, maxReplicaCount: 100, idleReplicaCount: null };

interface Parts {
  readonly store?: Store;
  readonly clock?: ManualClock;
  readonly sources?: readonly ScriptedTrigger[];
  readonly decision?: Decision | null;
  readonly object?: Partial<ScaledObject>;
}

/** A ScaledObject with a forecast trigger where there is a decision, and a scripted one per source. */
function anObjectRunner({
  store = new MemoryStore(),
  clock = new ManualClock(START_MS),
  sources = [new ScriptedTrigger(55)],
  decision = null,
  object = {},
}: Parts = {}) {
  const state = { decision };
  const metrics = new CountedMetrics();
  const logger = new KeptLog();
  const abort = new AbortController();
  const reactive = sources.map((source, i) =>
    aReactiveTrigger({ index: i + 1, name: `t${i + 1}`, metrics: null, open: source.open }),
  );
  const triggers = decision === null ? reactive : [forecast, ...reactive];
  const runner = new ObjectRunner({
    object: aScaledObject({ triggers, bounds, ...object }),
    decisionOf: () => state.decision,
    replicasOf: () => null,
    store,
    clock,
    metrics,
    logger,
  });
  /** One step after a polling interval; time goes on until it is done. */
  const step = async (): Promise<Composition> => {
    await clock.advance(POLL_MS / 2);
    const result = runner.tick(abort.signal);
    await clock.advance(POLL_MS / 2);
    return result;
  };
  return { runner, store, clock, sources, state, metrics, logger, abort, step };
}

const statesOf = ({ triggers }: Composition): string => triggers.map(({ state }) => state).join(' ');
const valuesOf = ({ triggers }: Composition): (number | null)[] =>
  triggers.flatMap(({ metrics }) => metrics.map(({ value }) => value));

describe('an object runner', () => {
  it('composes what all triggers say', async () => {
    const sources = [new ScriptedTrigger(55), new ScriptedTrigger(0, 'redis-mails', 5)];
    const { step } = anObjectRunner({ sources, decision: aDecision(workload, { value: 180 }) });
    const composition = await step();
    expect(statesOf(composition)).toBe('known known known');
    expect(valuesOf(composition)).toEqual([180, 55, 0]);
    // 180 / 50 rounded up, against 55 / 20
    expect(composition).toMatchObject({ active: true, requiredReplicas: 4 });
  });

  it('works with reactive triggers alone', async () => {
    const { step, sources } = anObjectRunner();
    expect(await step()).toMatchObject({ active: true, requiredReplicas: 3 });
    sources[0]!.value = 0;
    expect(await step()).toMatchObject({ active: false, requiredReplicas: 0 });
  });

  it('takes the decision of a forecast trigger as it is, and its lack as a failure', async () => {
    const { step, state } = anObjectRunner({ sources: [], decision: aDecision(workload, { value: 180 }) });
    await step();
    state.decision = aDecision(workload, { value: null, active: null, state: 'stale', reason: 'The load is unknown.' });
    expect((await step()).triggers[0]).toMatchObject({
      state: 'failing',
      failures: 1,
      reason: 'The last poll failed: The load is unknown.',
    });
    state.decision = aDecision(workload, { value: 170 });
    expect(valuesOf(await step())).toEqual([170]);
  });

  it('is not kept by a trigger that hangs from serving the others', async () => {
    const sources = [new ScriptedTrigger(55), new ScriptedTrigger(7, 'redis-mails', 5)];
    const { runner, clock, abort, step } = anObjectRunner({ sources });
    await step();
    sources[1]!.beforeRead = hangs;
    sources[0]!.value = 300;
    const ticking = runner.tick(abort.signal);
    await clock.advance(SECOND_MS);
    expect(valuesOf(runner.status.composition!)).toEqual([300, 7]);
    await clock.advance(10 * SECOND_MS);
    const composition = await ticking;
    expect(statesOf(composition)).toBe('known failing');
    expect(valuesOf(composition)).toEqual([300, null]);
    expect(composition.requiredReplicas).toBe(15);
    expect(runner.status.pollErrors).toEqual([0, 1]);
  });

  it('counts failures to the fallback and is back with the first answer', async () => {
    const fallback: Fallback = { failureThreshold: 2, replicas: 6, behavior: 'static' };
    const { step, sources } = anObjectRunner({ object: { fallback } });
    await step();
    sources[0]!.beforeOpen = isDown;
    sources[0]!.beforeRead = isDown;
    const states = [await step(), await step(), await step(), await step()].map(statesOf);
    expect(states).toEqual(['failing', 'failing', 'fallback', 'fallback']);
    sources[0]!.beforeOpen = answers;
    sources[0]!.beforeRead = answers;
    expect(valuesOf(await step())).toEqual([55]);
  });

  it('neither drops nor jumps when a source comes back', async () => {
    const { step, sources } = anObjectRunner();
    const [source] = sources;
    const required: (number | null)[] = [];
    for (const value of [200, 200]) {
      source!.value = value;
      required.push((await step()).requiredReplicas);
    }
    source!.beforeRead = isDown;
    for (let i = 0; i < 3; i++) required.push((await step()).requiredReplicas);
    source!.beforeRead = answers;
    source!.value = 220;
    required.push((await step()).requiredReplicas);
    expect(required).toEqual([10, 10, 10, 10, 10, 11]);
  });

  it('records every composition with all it was made from, so that it can be made again', async () => {
    const { step, store, sources } = anObjectRunner({ decision: aDecision(workload, { value: 180 }) });
    await step();
    sources[0]!.beforeRead = isDown;
    await step();
    const ledger = await store.compositions('shop/checkout', { fromMs: 0, toMs: Infinity }, 10);
    expect(ledger).toHaveLength(2);
    for (const entry of ledger) expect(compose(entry.objectId, entry.input)).toEqual(entry);
  });

  it('serves on when the store fails', async () => {
    const store = new MemoryStore();
    store.recordComposition = () => Promise.reject(new StoreError('disk full'));
    const { step, metrics, logger } = anObjectRunner({ store });
    expect(valuesOf(await step())).toEqual([55]);
    expect(metrics.storeErrors).toBe(1);
    expect(logger.lines).toContain('error: composition not recorded, serving goes on');
  });

  it('has one composition per moment, also while the clock stands still', async () => {
    const { runner, abort } = anObjectRunner();
    const [first, second] = [await runner.tick(abort.signal), await runner.tick(abort.signal)];
    expect(second.atMs).toBe(first.atMs + 1);
  });

  it('logs a change once', async () => {
    const { step, sources, logger } = anObjectRunner();
    await step();
    sources[0]!.beforeRead = isDown;
    await step();
    await step();
    expect(logger.lines).toEqual([
      'info: Every trigger answers.',
      'warn: 1 of 1 triggers without an answer. t1: The last poll failed: connection refused.',
    ]);
  });

  it('gives all connections back when it is closed', async () => {
    const { step, runner, sources } = anObjectRunner();
    await step();
    await runner.close();
    expect(sources[0]!.left).toBe(0);
  });

  it('rejects a tick that is aborted, and nothing else', async () => {
    const { runner, clock, sources, abort } = anObjectRunner();
    sources[0]!.beforeRead = hangs;
    const ticking = runner.tick(abort.signal);
    const rejected = expect(ticking).rejects.toThrow('stop');
    await clock.advance(2 * SECOND_MS);
    abort.abort(new Error('stop'));
    await rejected;
  });
});

describe('after a restart, an object runner', () => {
  const fallback: Fallback = { failureThreshold: 1, replicas: 6, behavior: 'static' };

  async function restarted(prepare: (first: ReturnType<typeof anObjectRunner>) => Promise<unknown>, object = {}) {
    const first = anObjectRunner({ object });
    await prepare(first);
    const second = anObjectRunner({ store: first.store, clock: first.clock, object });
    await second.runner.restore();
    return second;
  }

  it('holds on to what was required, and serves no old answer as a new one', async () => {
    const { runner } = await restarted(({ step }) => step());
    expect(runner.status.composition).toMatchObject({
      active: null,
      requiredReplicas: 3,
      triggers: [
        {
          state: 'failing',
          metrics: [{ name: 's1-rabbitmq-orders', value: null }],
          reason: 'Not asked again yet since the restart.',
        },
      ],
    });
  });

  it('goes on counting failures, so that a fallback that was in effect stays so', async () => {
    const { runner, sources, step } = await restarted(
      async ({ step, sources }) => {
        await step();
        sources[0]!.beforeRead = isDown;
        await step();
        await step();
      },
      { fallback },
    );
    expect(statesOf(runner.status.composition!)).toBe('fallback');
    sources[0]!.beforeRead = isDown;
    expect((await step()).triggers[0]).toMatchObject({ state: 'fallback', failures: 3 });
  });

  /** Restarts in fallback, and while the source is still down, with other metrics in the configuration. */
  async function restartedWith(name: string, target: number) {
    const source = new ScriptedTrigger(55);
    const configured = (metric: TriggerMetric): Partial<ScaledObject> => ({
      fallback,
      triggers: [aReactiveTrigger({ name: 't1', metrics: [metric], open: source.open })],
    });
    const first = anObjectRunner({ object: configured({ name: 'rabbitmq-orders', target: 20 }) });
    await first.step();
    source.beforeOpen = isDown;
    source.beforeRead = isDown;
    for (let i = 0; i < 2; i++) await first.step();
    const { store, clock } = first;
    const second = anObjectRunner({ store, clock, object: configured({ name, target }) });
    await second.runner.restore();
    return second;
  }

  it('makes the fallback of the target that is configured now', async () => {
    const { runner, step } = await restartedWith('rabbitmq-orders', 200);
    const metrics = [{ name: 's1-rabbitmq-orders', metricType: 'AverageValue', target: 200, value: 1200 }];
    expect(runner.status.composition?.triggers[0]).toMatchObject({ state: 'fallback', metrics });
    expect((await step()).triggers[0]).toMatchObject({ state: 'fallback', metrics });
  });

  it('knows nothing of a trigger that watches something else now, and still asks for no less', async () => {
    const { runner, step } = await restartedWith('rabbitmq-mails', 20);
    const metrics = [{ name: 's1-rabbitmq-mails', value: null }];
    const { composition } = runner.status;
    expect(composition).toMatchObject({ active: null, requiredReplicas: 6, triggers: [{ state: 'waiting', metrics }] });
    expect((await step()).triggers[0]).toMatchObject({ state: 'failing', failures: 1, metrics });
  });

  it('starts anew when the triggers are others', async () => {
    const first = anObjectRunner();
    await first.step();
    const sources = [new ScriptedTrigger(1), new ScriptedTrigger(2)];
    const second = anObjectRunner({ store: first.store, clock: first.clock, sources });
    await second.runner.restore();
    expect(second.runner.status.composition).toBeNull();
  });

  it('starts anew when nothing is stored', async () => {
    const { runner } = anObjectRunner();
    await runner.restore();
    expect(runner.status.composition).toBeNull();
  });

  it('keeps the composite metric up from what it held, for a while', async () => {
    const modifiers = { formula: 't1 * 2', target: 10, activationTarget: 0, metricType: 'AverageValue' as const };
    const { runner, sources, step, clock } = await restarted(({ step }) => step(), { modifiers });
    expect(runner.status.composition?.composite).toMatchObject({ state: 'held', metric: { value: 110 } });
    sources[0]!.beforeOpen = isDown;
    expect((await step()).composite).toMatchObject({ state: 'held', metric: { value: 110 } });
    await clock.advance(15 * MINUTE_MS);
    expect((await step()).composite).toMatchObject({ state: 'failing', metric: { value: null } });
  });
});
