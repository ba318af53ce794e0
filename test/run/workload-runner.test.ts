import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/core/duration.js';
import { StoreError, TrainingError } from '../../src/core/errors.js';
import { candidatesFor } from '../../src/forecast/registry.js';
import type { WorkloadUpdate } from '../../src/core/store.js';
import type { Mode } from '../../src/core/workload.js';
import { fingerprint } from '../../src/run/fingerprint.js';
import { MemoryStore } from '../../src/store/memory-store.js';
import type { Trainer } from '../../src/train/trainer.js';
import { ManualClock } from '../support/manual-clock.js';
import { POLL_MS, START_MS, STEP_MS, aFastWorkload, aRunner, anInProcessTrainer, wave } from './running.js';
import { ScriptedSource, answers, hangs, isDown, returnsSeveral } from './scripted-source.js';

/** A load that began so long ago. */
const since = (ageMs: number) => (timeMs: number) => (timeMs < START_MS - ageMs ? NaN : wave(timeMs));

describe('the first ticks', () => {
  it('decides from observation and forecast at once where there is history', async () => {
    const { tick, source, runner } = aRunner();
    const decision = await tick();
    expect(decision).toMatchObject({ state: 'fresh', atMs: START_MS, active: true });
    expect(decision.input.observation).toEqual({ timeMs: START_MS, value: wave(START_MS) });
    expect(decision.input.forecast?.originMs).toBe(START_MS);
    // A day of two-minute steps, both ends included.
    expect(source.points).toBe(721);
    expect(runner.status).toMatchObject({ decision, notReadyReason: null, sourceAnsweredAtMs: START_MS });
    expect(runner.status.model).toMatchObject({ name: 'combination', fittedAtMs: START_MS });
  });

  it('is cold while there is too little history, says how long it takes, and becomes fresh by itself', async () => {
    // Two samples, 4 and 2 min ago, and one now. The random walk needs three changes.
    const { tick, run } = aRunner({ source: new ScriptedSource(since(2 * STEP_MS)) });
    const first = await tick();
    expect(first).toMatchObject({ state: 'cold', origin: 'observed', value: wave(START_MS) });
    expect(first.reason).toBe(
      'Serving the observed value: 3 of the 4 samples that a forecast needs are known; ' +
        'ready in about 2m at one sample per 2m.',
    );
    const decisions = await run(4 * MINUTE_MS);
    const ready = decisions.find(({ state }) => state === 'fresh');
    expect(ready?.atMs).toBe(START_MS + 2 * MINUTE_MS);
    expect(ready?.input.forecast?.model).toBe('random-walk');
    // Two days after the first sample.
    expect(ready?.reason).toMatch(/; forecasts are provisional until \S+ \S+ UTC, without a daily curve\.$/);
    expect(decisions.every(({ state }) => state === 'cold' || state === 'fresh')).toBe(true);
  });

  it('changes to the better model once there is enough history for it', async () => {
    // The best needs 150 rows, 60 steps and an hour of minutes to look back on: 270 samples, and can be tried where these
    // are three fifths: 15 h.
    const best = candidatesFor('auto')[0]!.name;
    const { tick, run } = aRunner({ source: new ScriptedSource(since(15 * HOUR_MS - 5 * STEP_MS)) });
    expect((await tick()).input.forecast?.model).not.toBe(best);
    const decisions = await run(6 * STEP_MS);
    expect(decisions.at(-1)?.input.forecast?.model).toBe(best);
  });

  it('does not wait for a first pull that is slow: it decides on what is observed', async () => {
    const { clock, source, tick } = aRunner();
    source.before = async (request) => {
      if (request === 'read') await clock.sleep(50 * SECOND_MS);
    };
    const first = tick();
    await clock.advance(10 * SECOND_MS);
    expect(await first).toMatchObject({ state: 'cold', value: wave(START_MS), atMs: START_MS });
    expect((await first).reason).toBe('Serving the observed value: the first forecast is being made.');
    await clock.advance(20 * SECOND_MS);
    const second = tick();
    await clock.advance(10 * SECOND_MS);
    expect(await second).toMatchObject({ state: 'cold', value: wave(START_MS + POLL_MS) });
    await clock.advance(20 * SECOND_MS);
    expect(await tick()).toMatchObject({ state: 'fresh', atMs: START_MS + 2 * POLL_MS });
    // One pull, which outlasted two ticks.
    expect(source.reads).toHaveLength(1);
  });

  it('serves an error, never 0, while nothing has ever been known', async () => {
    const { source, tick, runner } = aRunner();
    source.before = isDown;
    expect(runner.status.notReadyReason).toBe('waiting for the first answer of the source');
    const decision = await tick();
    expect(decision).toMatchObject({ state: 'stale', origin: 'none', value: null, active: null });
    expect(decision.reason).toBe('The load is unknown: connection refused, and there is no forecast.');
  });

  it('takes an empty answer for unknown, not for 0, and says what to do', async () => {
    const decision = await aRunner({ source: new ScriptedSource(() => NaN) }).tick();
    expect(decision).toMatchObject({ state: 'stale', value: null, active: null });
    expect(decision.reason).toContain('the query has no number now');
    expect(decision.reason).toContain('append "or vector(0)"');
  });

  it('serves 0 where 0 is what is observed', async () => {
    const decision = await aRunner({ source: new ScriptedSource(() => 0) }).tick();
    expect(decision).toMatchObject({ state: 'fresh', value: 0, active: false });
  });

  it('serves no value while the query returns several series, and names what tells them apart', async () => {
    const { source, tick } = aRunner();
    source.before = returnsSeveral;
    const decision = await tick();
    expect(decision).toMatchObject({ state: 'stale', value: null });
    expect(decision.reason).toContain('several series, which differ in pod (a, b)');
  });
});

describe('new samples', () => {
  it('update the model without another fit, and move the origin of the forecast', async () => {
    const { tick, run, metrics, source } = aRunner();
    await tick();
    const fits = metrics.fits;
    const decisions = await run(20 * MINUTE_MS);
    expect(metrics.fits).toBe(fits);
    expect(decisions.map(({ input }) => input.forecast!.originMs)).toEqual(
      decisions.map(({ atMs }) => Math.floor(atMs / STEP_MS) * STEP_MS),
    );
    // The window once, then every two minutes 5 steps of overlap, the last known one and the new one.
    expect(source.points).toBe(721 + 10 * 7);
  });

  it('that correct older ones lead to another fit, as if they had been so from the beginning', async () => {
    const { tick, run, metrics, source } = aRunner();
    await tick();
    const fits = metrics.fits;
    // What was known as 100 lower turns out to be the wave: a late write.
    const late = START_MS - 2 * STEP_MS;
    source.load = (timeMs) => (timeMs === late ? 5_000 : wave(timeMs));
    await run(STEP_MS);
    expect(metrics.fits).toBe(fits + 1);

    const other = aRunner({ source: new ScriptedSource(source.load), clock: new ManualClock(START_MS + STEP_MS) });
    await other.tick();
    const [corrected, anew] = [run, other.run].map((go) => go(POLL_MS));
    const values = (await corrected)![0]!.input.forecast!.points.map(({ value }) => value);
    const expected = (await anew)![0]!.input.forecast!.points.map(({ value }) => value);
    // The other runner's window begins one step later; a day's worth of other samples makes little of that.
    values.forEach((value, i) => {
      expect(Math.abs(value / expected[i]! - 1)).toBeLessThan(0.01);
    });
  });

  it('are all there is from ignored windows: the model does not learn from those', async () => {
    // Half a day of jumps between 100 and 10,000, then 100. The last value forecasts 100, with a band that is as wide
    // as the jumps it has seen: of the origins, one in four was followed by a jump upwards.
    const jumps = (timeMs: number): boolean => timeMs < START_MS - 12 * HOUR_MS && (timeMs / STEP_MS) % 2 === 0;
    const load = (timeMs: number): number => (jumps(timeMs) ? 10_000 : 100);
    const ignoreWindows = [{ fromMs: START_MS - DAY_MS, toMs: START_MS - 12 * HOUR_MS }];
    const [learning, ignoring] = [[], ignoreWindows].map((windows) =>
      aRunner({
        source: new ScriptedSource(load),
        workload: aFastWorkload({ ignoreWindows: windows, model: 'last-value' }),
      }),
    );
    expect((await learning!.tick()).value).toBe(10_000);
    expect((await ignoring!.tick()).value).toBe(100);
    // What is masked is still shown.
    expect(ignoring!.runner.series.at(START_MS - 18 * HOUR_MS)).toBe(10_000);
  });
});

describe('mode', () => {
  /** Rises by a tenth of itself in each step now, so that the forecast is above what is observed. */
  const rising = (timeMs: number): number => wave(timeMs + 2 * HOUR_MS);

  it.each<[Mode, string, string]>([
    ['active', 'forecast', 'is above the observed'],
    ['auto', 'forecast', 'is above the observed'],
    ['observe', 'observed', 'mode is observe; the forecast would ask for'],
  ])('%s serves the %s value', async (mode, origin, reason) => {
    // Half an hour past the trough at 4.5 h: the steepest rise is ahead.
    const clock = new ManualClock(START_MS + 5 * HOUR_MS - 2 * HOUR_MS);
    const { tick } = aRunner({ workload: aFastWorkload({ mode }), source: new ScriptedSource(rising), clock });
    const decision = await tick();
    expect(decision).toMatchObject({ state: 'fresh', origin });
    expect(decision.reason).toContain(reason);
    expect(decision.input.evidence).not.toBeNull();
  });

  it('auto does not serve a forecast that has not helped on the own history', async () => {
    // It only falls: what comes within the lead time is never above what is observed now.
    const { tick } = aRunner({
      workload: aFastWorkload({ mode: 'auto' }),
      source: new ScriptedSource((timeMs) => 1_000 - (timeMs - START_MS) / MINUTE_MS),
    });
    const decision = await tick();
    expect(decision.input.evidence!.origins).toBeGreaterThanOrEqual(12);
    expect(decision).toMatchObject({ state: 'degraded', origin: 'observed', value: 1_000 });
    expect(decision.reason).toContain('the forecast did not help');
    expect(decision.reason).toContain('set mode: active');
  });

  it('auto is cold while there is a forecast but too little history to prove it', async () => {
    const { tick } = aRunner({
      workload: aFastWorkload({ mode: 'auto' }),
      source: new ScriptedSource(since(4 * HOUR_MS)),
    });
    const decision = await tick();
    expect(decision).toMatchObject({ state: 'cold', origin: 'observed', value: wave(START_MS) });
    expect(decision.reason).toContain('not enough history yet to prove');
  });

  it('observe serves no forecast in an outage either, but holds the last value', async () => {
    const { source, tick, run } = aRunner({ workload: aFastWorkload({ mode: 'observe' }) });
    const { value } = await tick();
    source.before = isDown;
    const [decision] = await run(POLL_MS);
    expect(decision).toMatchObject({ state: 'degraded', origin: 'held', value });
  });
});

describe('the clock', () => {
  /** Shows another time of day than its own. */
  class SettableClock extends ManualClock {
    offsetMs = 0;

    override now(): number {
      return super.now() + this.offsetMs;
    }
  }

  it('may stand still: each decision has a moment of its own, and all are recorded', async () => {
    const { tick, store, workload, metrics } = aRunner();
    const decisions = [await tick(), await tick(), await tick(), await tick()];
    expect(decisions.map(({ atMs }) => atMs - START_MS)).toEqual([0, 1, 2, 3]);
    expect(await store.decisions(workload.id, { fromMs: 0, toMs: Infinity }, 10)).toHaveLength(4);
    expect(metrics.storeErrors).toBe(0);
  });

  it('may be set back: new samples go on being pulled, and the forecast starts from the new present', async () => {
    const source = new ScriptedSource(wave);
    const clock = new SettableClock(START_MS);
    const { tick, metrics } = aRunner({ source, clock });
    await tick();
    clock.offsetMs = -HOUR_MS - 10_000;
    const reads = source.reads.length;
    const decision = await tick();
    const nowMs = START_MS - HOUR_MS - 10_000;
    expect(source.reads).toHaveLength(reads + 1);
    expect(decision.atMs).toBe(nowMs);
    expect(decision.input.forecast?.originMs).toBe(Math.floor(nowMs / STEP_MS) * STEP_MS);
    expect(decision).toMatchObject({ state: 'fresh' });
    await clock.advance(STEP_MS);
    const next = await tick();
    expect(next.input.forecast?.originMs).toBe(Math.floor((nowMs + STEP_MS) / STEP_MS) * STEP_MS);
    expect(metrics.storeErrors).toBe(0);
  });
});

describe('a store that fails', () => {
  class BrokenStore extends MemoryStore {
    broken = false;
    readonly updates: WorkloadUpdate[] = [];

    override record(update: WorkloadUpdate): Promise<void> {
      this.updates.push(update);
      return this.broken ? Promise.reject(new StoreError('disk full')) : super.record(update);
    }
  }

  it('does not keep decisions from being made, and gets everything it missed with the next record', async () => {
    const store = new BrokenStore();
    const { tick, run, metrics, logger, workload } = aRunner({ store });
    store.broken = true;
    expect(await tick()).toMatchObject({ state: 'fresh' });
    const decisions = await run(10 * MINUTE_MS);
    expect(decisions.every(({ state }) => state === 'fresh')).toBe(true);
    expect(metrics.storeErrors).toBe(21);
    expect(logger.lines).toContain('error: decision not recorded, serving goes on');

    store.broken = false;
    await run(POLL_MS);
    expect(metrics.storeErrors).toBe(21);
    const stored = await store.load(workload.id, store.updates[0]!.fingerprint, STEP_MS);
    // The whole window, from a day before the last sample at +10 min.
    expect(stored?.samples).toMatchObject({ startMs: START_MS + 10 * MINUTE_MS - DAY_MS, length: 721 });
    expect(stored?.model?.model).toBe('combination');
    expect(stored?.forecast?.originMs).toBe(START_MS + 10 * MINUTE_MS);
  });

  it('takes only what is new when it works', async () => {
    const store = new BrokenStore();
    const { tick, run } = aRunner({ store });
    await tick();
    await run(2 * STEP_MS);
    // The first one brings the window and the model; then, at each new sample, the overlap and it; nothing in between.
    expect(store.updates.map(({ samples }) => samples?.length ?? 0)).toEqual([721, 0, 0, 0, 7, 0, 0, 0, 7]);
    expect(store.updates.filter(({ model }) => model !== undefined)).toHaveLength(1);
  });
});

describe('training', () => {
  /** Trains when told to, or fails. */
  class HeldTrainer implements Trainer {
    failing = false;
    readonly #trainer = anInProcessTrainer();
    #release: () => void = () => undefined;

    run: Trainer['run'] = async (task, request, options) => {
      if (this.failing) throw new TrainingError('the worker thread ended with code 1');
      await new Promise<void>((resolve) => (this.#release = resolve));
      return this.#trainer.run(task, request, options);
    };

    release(): void {
      this.#release();
    }

    close(): Promise<void> {
      return this.#trainer.close();
    }
  }

  it('of a first model is waited for, but no longer than a second', async () => {
    const trainer = new HeldTrainer();
    const { clock, tick, runner } = aRunner({ trainer });
    const first = tick();
    await clock.advance(SECOND_MS);
    expect(await first).toMatchObject({ state: 'cold', origin: 'observed', value: wave(START_MS), atMs: START_MS });
    expect((await first).reason).toBe('Serving the observed value: the first forecast is being made.');
    const second = tick();
    await clock.advance(SECOND_MS / 2);
    trainer.release();
    expect(await second).toMatchObject({ state: 'fresh', atMs: START_MS + SECOND_MS });
    expect(runner.status.model?.name).toBe('combination');
    expect(clock.sleeping).toBe(0);
  });

  it('of a first model that fails is the reason why there is no forecast', async () => {
    const trainer = new HeldTrainer();
    trainer.failing = true;
    const { tick, logger } = aRunner({ trainer });
    const decision = await tick();
    expect(decision).toMatchObject({ state: 'degraded', origin: 'observed', value: wave(START_MS) });
    expect(decision.reason).toBe(
      'Serving the observed value: no forecast ' +
        '(training failed (the worker thread ended with code 1); tried again at 00:01 UTC).',
    );
    expect(logger.lines).toContain('warn: training failed, serving goes on');
  });

  it('once more that fails is told with each decision, and the model before it goes on', async () => {
    const trainer = new HeldTrainer();
    const { clock, tick, run } = aRunner({ trainer });
    const first = tick();
    await clock.advance(0);
    trainer.release();
    await first;
    trainer.failing = true;
    const decision = (await run(6 * HOUR_MS)).at(-1)!;
    expect(decision).toMatchObject({ state: 'fresh' });
    expect(decision.input.forecast?.originMs).toBe(START_MS + 6 * HOUR_MS);
    expect(decision.reason).toContain(
      '; training failed (the worker thread ended with code 1); tried again at 06:01 UTC.',
    );
  });

  it('is stored with its model, once, with the decision that comes next', async () => {
    const trainer = new HeldTrainer();
    const { clock, tick, run, store, workload } = aRunner({ trainer });
    const first = tick();
    await clock.advance(SECOND_MS);
    await first;
    const stored = () => store.load(workload.id, fingerprint(workload), STEP_MS);
    expect((await stored())?.model).toBeNull();
    trainer.release();
    await run(POLL_MS);
    expect((await stored())?.model).toMatchObject({ model: 'combination', fittedAtMs: START_MS });
    expect((await stored())?.forecast?.originMs).toBe(START_MS);
  });
});

describe('the log', () => {
  it('says when the state or the problem changes, and is quiet otherwise', async () => {
    const { logger, source, tick, run } = aRunner();
    await tick();
    await run(5 * MINUTE_MS);
    source.before = isDown;
    await run(5 * MINUTE_MS);
    source.before = answers;
    await run(5 * MINUTE_MS);
    const told = logger.lines.filter((line) => !line.startsWith('debug'));
    expect(told.map((line) => line.split(':')[0])).toEqual(['info', 'warn', 'info']);
    expect(told[1]).toContain('connection refused');
  });
});

describe('an abort', () => {
  it('ends a tick that waits with the reason, and records nothing', async () => {
    const { abort, runner, source, store, workload, clock } = aRunner();
    source.before = hangs;
    const ticking = runner.tick(abort.signal);
    const reason = new Error('stopping');
    abort.abort(reason);
    await expect(ticking).rejects.toBe(reason);
    expect(await store.decisions(workload.id, { fromMs: 0, toMs: Infinity }, 10)).toEqual([]);
    expect(clock.sleeping).toBe(0);
  });
});
