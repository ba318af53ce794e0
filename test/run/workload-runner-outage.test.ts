import { describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/core/duration.js';
import { POLL_MS, START_MS, STEP_MS, aFastWorkload, aRunner, wave } from './running.js';
import { answers, hangs, isDown } from './scripted-source.js';

describe('a source that fails', () => {
  it('is bridged by the forecast until that is used up, then becomes an error, and recovers by itself', async () => {
    const { source, tick, run } = aRunner();
    const before = await tick();
    source.before = isDown;
    const outage = await run(3 * HOUR_MS);

    // The forecast was made at the start and reaches two hours ahead: its last point lies at +2 h.
    const bridged = outage.filter(({ atMs }) => atMs < START_MS + 2 * HOUR_MS);
    const after = outage.filter(({ atMs }) => atMs >= START_MS + 2 * HOUR_MS);
    for (const decision of bridged) {
      expect(decision).toMatchObject({ state: 'degraded', active: true });
      expect(['forecast', 'held']).toContain(decision.origin);
      expect(decision.value).toBeGreaterThanOrEqual(before.value!);
      expect(decision.reason).toContain('connection refused');
      expect(decision.reason).toContain('the forecast lasts until 02:00 UTC');
    }
    expect(after).toHaveLength(121);
    for (const decision of after) expect(decision).toMatchObject({ state: 'stale', value: null, active: null });
    expect(after[0]?.reason).toContain('the forecast was used up at 02:00 UTC');

    source.before = answers;
    const [recovered] = await run(POLL_MS);
    expect(recovered).toMatchObject({ state: 'fresh', active: true });
    expect(recovered?.input).toMatchObject({ sourceProblem: null, forecastProblem: null });
    expect(recovered?.input.forecast?.originMs).toBe(START_MS + 3 * HOUR_MS);
  });

  it('holds the last observed decision where that is above the forecast', async () => {
    // Half a day of 1,000 that fell to 100 for the second half: the forecast says 100. One more look at 1,000.
    const { source, tick, run } = aRunner();
    source.load = (timeMs) => (timeMs === START_MS + POLL_MS ? 1_000 : 100);
    await tick();
    const [peak] = await run(POLL_MS);
    expect(peak?.value).toBe(1_000);
    source.before = isDown;
    for (const decision of await run(10 * MINUTE_MS)) {
      expect(decision).toMatchObject({ state: 'degraded', origin: 'held', value: 1_000 });
    }
    source.before = answers;
    expect((await run(POLL_MS))[0]?.value).toBeLessThan(150);
  });

  it('that never answers is given up at the deadline, and the decision is made', async () => {
    const { clock, source, tick } = aRunner();
    await tick();
    source.before = hangs;
    await clock.advance(POLL_MS);
    const ticking = tick();
    await clock.advance(10 * SECOND_MS);
    const decision = await ticking;
    expect(decision).toMatchObject({ state: 'degraded', atMs: START_MS + POLL_MS });
    expect(decision.reason).toContain('no answer from the source within 10s');
  });

  it('is not waited for longer than half a polling interval', async () => {
    const { clock, source, tick } = aRunner({ workload: aFastWorkload({ pollingIntervalMs: 4 * SECOND_MS }) });
    source.before = hangs;
    const ticking = tick();
    await clock.advance(2 * SECOND_MS);
    expect((await ticking).reason).toContain('no answer from the source within 2s');
  });

  it('that answers only for the moment leaves the forecast as it is, and says that it grows old', async () => {
    const { source, tick, run } = aRunner();
    await tick();
    source.before = (request) => (request === 'read' ? isDown(request) : answers(request));
    const decisions = await run(3 * HOUR_MS);
    // Current for three steps and one poll: 6 min 30 s. A new sample was due after 2 min, which is when pulling failed.
    const states = decisions.map(({ state }) => state);
    expect(states.indexOf('degraded')).toBe(13);
    expect(states.slice(13).every((state) => state === 'degraded')).toBe(true);
    expect(decisions[13]?.reason).toContain('the forecast is 7m old (connection refused)');
    const last = decisions.at(-1)!;
    expect(last).toMatchObject({ origin: 'observed', value: wave(last.atMs) });
    expect(last.reason).toBe('Serving the observed value: the forecast is used up (connection refused).');
  });

  it('is asked again at every tick for what could not be pulled, and no more than that', async () => {
    const { source, tick, run } = aRunner();
    await tick();
    source.before = isDown;
    await run(10 * MINUTE_MS);
    source.before = answers;
    const before = source.points;
    await run(POLL_MS);
    // From 5 steps before the last known sample, at 0 min, to 10 min: 5 + 1 + 5.
    expect(source.points - before).toBe(11);
    await run(POLL_MS);
    expect(source.points - before).toBe(11);
  });
});

describe('a metric that disappears while its source goes on answering', () => {
  it('is bridged by the forecast from its last known sample, which is used up like any other', async () => {
    const { source, tick, run } = aRunner();
    const before = await tick();
    source.load = (timeMs) => (timeMs > START_MS ? NaN : wave(timeMs));
    const decisions = await run(3 * HOUR_MS);
    for (const decision of decisions) {
      if (decision.atMs < START_MS + 2 * HOUR_MS) {
        expect(decision).toMatchObject({ state: 'degraded' });
        expect(decision.value).toBeGreaterThanOrEqual(before.value!);
      } else {
        expect(decision).toMatchObject({ state: 'stale', value: null });
        expect(decision.reason).toContain('the forecast was used up at 02:00 UTC');
      }
    }
    source.load = (timeMs) => (timeMs > START_MS && timeMs <= START_MS + 3 * HOUR_MS ? NaN : wave(timeMs));
    const back = (await run(STEP_MS)).at(-1);
    expect(back).toMatchObject({ state: 'fresh' });
    expect(back?.input.forecast?.originMs).toBe(START_MS + 3 * HOUR_MS + STEP_MS);
  });
});
