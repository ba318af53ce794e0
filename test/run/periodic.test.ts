import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/core/clock.js';
import { nextStart, periodically, type Periodic } from '../../src/run/periodic.js';
import { ManualClock } from '../support/manual-clock.js';

const PERIOD = 30_000;

/** A loop on a manual clock, and what it has done so far. */
function startLoop(
  overrides: Partial<Periodic> & { readonly work?: (latenessMs: number) => Promise<void> } = {},
  clock: ManualClock = new ManualClock(1_000_000),
) {
  const abort = new AbortController();
  const starts: number[] = [];
  const lateness: number[] = [];
  let ended = false;
  const { work = () => Promise.resolve(), ...rest } = overrides;
  const loop = periodically({
    clock,
    periodMs: PERIOD,
    phase: 0,
    firstDelayMs: 0,
    signal: abort.signal,
    ...rest,
    work: async (latenessMs) => {
      starts.push(clock.now());
      lateness.push(latenessMs);
      await work(latenessMs);
    },
  }).finally(() => (ended = true));
  loop.catch(() => undefined);
  return { clock, abort, loop, starts, lateness, hasEnded: () => ended };
}

describe('periodically', () => {
  it('starts after the first delay, and then once per period on the grid of its phase', async () => {
    const { clock, starts, abort, loop } = startLoop({ phase: 0.25, firstDelayMs: 400 });
    await clock.advance(120_000);
    // Periods are counted from the epoch: 1,000,000 = 33 x 30,000 + 10,000; phase 0.25 is 7,500 into each.
    expect(starts).toEqual([1_000_400, 1_027_500, 1_057_500, 1_087_500, 1_117_500]);
    abort.abort();
    await loop;
  });

  it('never overlaps itself, and the starts missed meanwhile drop out', async () => {
    const clock = new ManualClock(0);
    let running = 0;
    let most = 0;
    const { starts, abort, loop } = startLoop(
      {
        work: async () => {
          most = Math.max(most, ++running);
          await clock.sleep(70_000); // Two periods and a third.
          running--;
        },
      },
      clock,
    );
    await clock.advance(300_000);
    // 0 + 70 s ends at 70 s; the next grid time is 90 s, ends at 160 s; 180 s, ends at 250 s; 270 s.
    expect(starts).toEqual([0, 90_000, 180_000, 270_000]);
    expect(most).toBe(1);
    abort.abort();
    await clock.advance(70_000);
    await loop;
  });

  it('takes up the grid again at the very next start after work that ends just before it', async () => {
    const clock = new ManualClock(0);
    const { starts, abort, loop } = startLoop({ work: () => clock.sleep(29_999) }, clock);
    await clock.advance(65_000);
    expect(starts).toEqual([0, 30_000, 60_000]);
    abort.abort();
    await clock.advance(29_999);
    await loop;
  });

  it('tells the work how late it starts', async () => {
    const base = new ManualClock(0);
    /** Wakes two seconds after the time asked for, as on a busy machine. */
    const sluggish: Clock = { now: () => base.now(), sleep: (ms, signal) => base.sleep(ms + 2_000, signal) };
    const { lateness, abort, loop } = startLoop({ clock: sluggish, firstDelayMs: 5_000 }, base);
    await base.advance(70_000);
    expect(lateness).toEqual([2_000, 2_000, 2_000]);
    abort.abort();
    await loop;
  });

  it('does not start twice for one grid time when the clock wakes it a little early', async () => {
    const base = new ManualClock(0);
    /** Loses 20 ms in each sleep, as when the time of day is set back a little meanwhile. */
    const slow: Clock = { now: () => base.now(), sleep: (ms, signal) => base.sleep(Math.max(1, ms - 20), signal) };
    const { starts, lateness, abort, loop } = startLoop({ clock: slow, firstDelayMs: PERIOD }, base);
    await base.advance(100_000);
    expect(starts).toEqual([29_980, 59_980, 89_980]);
    expect(lateness).toEqual([0, 0, 0]);
    abort.abort();
    await loop;
  });

  it('goes on within a period when the clock is set back by an hour', async () => {
    let offset = 3_600_000;
    const base = new ManualClock(10_000_000);
    const settable: Clock = { now: () => base.now() + offset, sleep: (ms, signal) => base.sleep(ms, signal) };
    const { starts, abort, loop } = startLoop({ clock: settable }, base);
    await base.advance(60_000);
    const before = starts.length;
    offset = 0;
    await base.advance(60_000);
    expect(starts.length - before).toBe(2);
    abort.abort();
    await loop;
  });

  it('ends at once when aborted in a sleep, without error', async () => {
    const { clock, starts, abort, loop } = startLoop();
    await clock.advance(PERIOD);
    const before = starts.length;
    abort.abort(new Error('the end'));
    await loop;
    expect(starts).toHaveLength(before);
    expect(clock.sleeping).toBe(0);
  });

  it('does not start at all when aborted before', async () => {
    const { starts, loop } = startLoop({ signal: AbortSignal.abort() });
    await loop;
    expect(starts).toEqual([]);
  });

  it('lets work under way finish before it ends', async () => {
    const clock = new ManualClock(0);
    const { abort, hasEnded, loop } = startLoop({ work: () => clock.sleep(5_000) }, clock);
    await clock.advance(1_000);
    abort.abort();
    await clock.advance(3_000);
    expect(hasEnded()).toBe(false);
    await clock.advance(1_000);
    await loop;
  });

  it.each([
    ['the work', { work: () => Promise.reject(new Error('broken')) }],
    ['the clock', { clock: { now: () => 0, sleep: () => Promise.reject(new Error('broken')) } }],
  ])('ends with the error of %s', async (_, overrides) => {
    const { clock, loop } = startLoop(overrides);
    await clock.advance(0);
    await expect(loop).rejects.toThrow('broken');
  });
});

describe('nextStart', () => {
  it.each([
    ['the middle of a period', 45_000, 0, 60_000],
    ['a grid time itself, which has been used', 60_000, 0, 90_000],
    ['just before a grid time', 59_999, 0, 60_000],
    ['a phase later than now within the period', 61_000, 0.5, 75_000],
    ['a phase earlier than now within the period', 80_000, 0.5, 105_000],
    ['a time before the epoch', -1_000, 0, 0],
  ])('after %s', (_, nowMs, phase, expected) => {
    expect(nextStart(nowMs, PERIOD, phase)).toBe(expected);
  });
});
