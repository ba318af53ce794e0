import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Decision } from '../../src/core/decision.js';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/core/duration.js';
import type { Workload } from '../../src/core/workload.js';
import { uniform } from '../../src/demo/noise.js';
import { Service } from '../../src/run/service.js';
import { decide } from '../../src/scaling/decide.js';
import { SqliteStore } from '../../src/store/sqlite-store.js';
import { ManualClock } from '../support/manual-clock.js';
import { temporaryFolder } from '../support/programs.js';
import { CountedMetrics, KeptLog, POLL_MS, START_MS, aFastWorkload, anInProcessTrainer } from './running.js';
import { ScriptedSource, answers, isDown } from './scripted-source.js';

/** A load of a town that sleeps at night, with noise; the metric is missing in every 97th minute. */
function day(timeMs: number): number {
  const minute = Math.floor(timeMs / MINUTE_MS);
  if (minute % 97 === 0) return NaN;
  const noise = 1 + 0.1 * (uniform(1, minute) - 0.5);
  return noise * (300 - 250 * Math.cos((2 * Math.PI * timeMs) / DAY_MS));
}

const WORKLOADS: readonly Workload[] = [
  aFastWorkload({ scaledObject: 'auto', mode: 'auto', historyWindowMs: 3 * DAY_MS }),
  aFastWorkload({ scaledObject: 'observe', mode: 'observe', pollingIntervalMs: 5 * MINUTE_MS }),
];

/** From 10:00 to 13:00 there is no answer: longer than the two hours for which a forecast lasts. */
const OUTAGE = { fromMs: START_MS + 10 * HOUR_MS, toMs: START_MS + 13 * HOUR_MS };

describe('a whole day', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let store: SqliteStore;
  let ledgers: ReadonlyMap<string, readonly Decision[]>;

  beforeAll(async () => {
    folder = await temporaryFolder();
    const path = join(folder.path, 'store.db');
    const clock = new ManualClock(START_MS);
    const source = new ScriptedSource(day);
    source.before = (request) =>
      clock.now() >= OUTAGE.fromMs && clock.now() < OUTAGE.toMs ? isDown(request) : answers(request);
    const written = SqliteStore.open(path);
    const metrics = new CountedMetrics();
    const service = new Service({
      workloads: WORKLOADS,
      sourceFor: () => source,
      store: written,
      trainer: anInProcessTrainer(metrics),
      clock,
      metrics,
      logger: new KeptLog(),
      timer: () => clock.now(),
    });
    await service.start();
    await clock.advance(DAY_MS);
    await service.stop();
    await written.close();
    expect(metrics.storeErrors).toBe(0);
    // Read back by another store: what counts is what is in the file.
    store = SqliteStore.open(path);
    const read = WORKLOADS.map(
      async ({ id }) => [id, await store.decisions(id, { fromMs: 0, toMs: Infinity }, Infinity)] as const,
    );
    ledgers = new Map(await Promise.all(read));
  }, 120_000);

  afterAll(async () => {
    await store.close();
    await folder.remove();
  });

  it.each(WORKLOADS.map(({ scaledObject, id }) => [scaledObject, id] as const))(
    'of workload "%s" can be decided again from the ledger, decision by decision',
    (_, id) => {
      const decisions = ledgers.get(id)!;
      expect(decisions.length).toBeGreaterThan(280);
      for (const decision of decisions) {
        expect(decide(decision.workloadId, decision.input)).toEqual(decision);
        expect(decision.input.atMs).toBe(decision.atMs);
      }
    },
  );

  it.each(WORKLOADS.map((workload) => [workload.scaledObject, workload] as const))(
    'of workload "%s" has exactly one decision per step',
    (_, { id, pollingIntervalMs }) => {
      const times = ledgers.get(id)!.map(({ atMs }) => atMs);
      const periods = times.map((atMs) => Math.floor((atMs - times[1]!) / pollingIntervalMs));
      // The first decision comes right after the start, before the grid of its phase begins.
      expect(times[0]! - START_MS).toBeLessThan(1_000);
      expect(periods.slice(1)).toEqual(Array.from({ length: DAY_MS / pollingIntervalMs }, (_step, i) => i));
      expect(new Set(times.slice(1).map((atMs) => (atMs - START_MS) % pollingIntervalMs)).size).toBe(1);
    },
  );

  it('never serves less than what is observed, and never a number where nothing is known', () => {
    for (const decisions of ledgers.values()) {
      for (const { state, origin, value, active, input } of decisions) {
        expect(state === 'stale').toBe(value === null);
        expect(origin === 'none').toBe(value === null);
        expect(active === null).toBe(value === null);
        if (value === null) continue;
        // The load is never below 45: a value near 0 would be an unknown one in disguise.
        expect(value).toBeGreaterThanOrEqual(45);
        if (input.observation !== null) expect(value).toBeGreaterThanOrEqual(input.observation.value);
      }
    }
  });

  it('gets over the outage: forecast or held, then an error, then fresh again', () => {
    const [auto, observe] = WORKLOADS.map(({ id }) => ledgers.get(id)!);
    const between = (decisions: readonly Decision[], fromMs: number, toMs: number): readonly Decision[] =>
      decisions.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
    const states = (decisions: readonly Decision[]): string[] => [...new Set(decisions.map(({ state }) => state))];

    const last = between(auto!, 0, OUTAGE.fromMs).at(-1)!;
    const usedUpMs = last.input.forecast!.endMs;
    expect(states(between(auto!, START_MS + POLL_MS, OUTAGE.fromMs))).toEqual(['fresh', 'degraded']);
    const bridged = between(auto!, OUTAGE.fromMs, usedUpMs);
    expect(states(bridged)).toEqual(['degraded']);
    for (const { value, input } of bridged) expect(value).toBeGreaterThanOrEqual(input.heldValue!);
    expect(states(between(auto!, usedUpMs, OUTAGE.toMs))).toEqual(['stale']);
    expect(states(between(auto!, OUTAGE.toMs + MINUTE_MS, START_MS + DAY_MS))).toContain('fresh');

    expect(states(between(observe!, OUTAGE.fromMs, OUTAGE.toMs))).toEqual(['degraded', 'stale']);
    expect(new Set(observe!.filter(({ value }) => value !== null).map(({ origin }) => origin))).toEqual(
      new Set(['observed', 'held']),
    );
  });

  it('is degraded in the minutes without the metric, and says why', () => {
    const missing = ledgers
      .get(WORKLOADS[0]!.id)!
      .filter(({ atMs }) => Number.isNaN(day(atMs)) && (atMs < OUTAGE.fromMs || atMs >= OUTAGE.toMs));
    // 1440 minutes less three hours, every 97th of them, twice a minute: 13 x 2.
    expect(missing.length).toBeGreaterThanOrEqual(24);
    for (const decision of missing) {
      expect(decision).toMatchObject({ state: 'degraded', active: true });
      expect(decision.reason).toContain('the query has no number now');
    }
  });

  it('forecasts what came: the served quantile is met about as often as its level says', () => {
    let known = 0;
    let met = 0;
    for (const { input } of ledgers.get(WORKLOADS[0]!.id)!) {
      for (const { timeMs, value } of input.forecast?.points ?? []) {
        if (Number.isNaN(day(timeMs))) continue;
        known++;
        if (day(timeMs) <= value) met++;
      }
    }
    expect(known).toBeGreaterThan(5_000);
    expect(met / known).toBeGreaterThan(0.8);
    expect(met / known).toBeLessThan(0.97);
  });
});
