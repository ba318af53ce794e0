import { describe, expect, it } from 'vitest';
import { AcceleratedClock } from '../../src/demo/accelerated-clock.js';
import { ManualClock } from '../support/manual-clock.js';

const START = Date.UTC(2026, 10, 23, 11, 35);

describe('AcceleratedClock', () => {
  it('starts where it is told and passes a minute in a second at 60-fold speed', async () => {
    const base = new ManualClock(5_000);
    const clock = new AcceleratedClock({ base, startMs: START, speed: 60 });
    expect(clock.now()).toBe(START);
    await base.advance(1_000);
    expect(clock.now()).toBe(START + 60_000);
  });

  it('shows whole milliseconds', async () => {
    const base = new ManualClock();
    const clock = new AcceleratedClock({ base, startMs: START, speed: 1.5 });
    await base.advance(3);
    // 4.5 ms later, rounded.
    expect(clock.now()).toBe(START + 5);
  });

  it('sleeps in its own time', async () => {
    const base = new ManualClock();
    const clock = new AcceleratedClock({ base, startMs: START, speed: 60 });
    let wokeAt = NaN;
    const sleeping = clock.sleep(30_000).then(() => (wokeAt = clock.now()));
    await base.advance(499);
    expect(wokeAt).toBeNaN();
    await base.advance(1);
    await sleeping;
    expect(wokeAt).toBe(START + 30_000);
  });

  it('wakes with the reason of the signal when it is aborted', async () => {
    const clock = new AcceleratedClock({ base: new ManualClock(), startMs: START, speed: 60 });
    const controller = new AbortController();
    const sleeping = clock.sleep(30_000, controller.signal);
    controller.abort(new Error('stop'));
    await expect(sleeping).rejects.toThrow('stop');
  });

  it('stands still while the base clock is behind what it has shown', () => {
    let baseMs = 1_000;
    const base = { now: () => baseMs, sleep: () => Promise.resolve() };
    const clock = new AcceleratedClock({ base, startMs: START, speed: 60 });
    const shown = [1_100, 1_040, 1_110].map((ms) => {
      baseMs = ms;
      return clock.now() - START;
    });
    expect(shown).toEqual([6_000, 6_000, 6_600]);
  });

  it.each([
    ['a speed of 0', { startMs: START, speed: 0 }, 'speed must be > 0, got 0'],
    ['an infinite speed', { startMs: START, speed: Infinity }, 'speed must be > 0, got Infinity'],
    ['no start', { startMs: NaN, speed: 60 }, 'startMs must be finite, got NaN'],
  ])('refuses %s', (_sentence, props, message) => {
    expect(() => new AcceleratedClock({ base: new ManualClock(), ...props })).toThrow(message);
  });
});
