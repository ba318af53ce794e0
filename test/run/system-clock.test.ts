import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { SystemClock } from '../../src/run/system-clock.js';

describe('SystemClock', () => {
  it('shows the time of day', () => {
    const before = Date.now();
    const shown = new SystemClock().now();
    expect(shown).toBeGreaterThanOrEqual(before);
    expect(shown).toBeLessThanOrEqual(Date.now());
  });

  it('sleeps at least as long as asked', async () => {
    const before = performance.now();
    await new SystemClock().sleep(20.4);
    expect(performance.now() - before).toBeGreaterThanOrEqual(20.4);
  });

  it.each([0, -5])('lets other work run in a sleep of %s ms', async (ms) => {
    const work = vi.fn();
    setImmediate(work);
    const clock = new SystemClock();
    while (work.mock.calls.length === 0) await clock.sleep(ms);
    expect(work).toHaveBeenCalledOnce();
  });

  it.each([
    ['an infinite sleep', Infinity],
    ['a sleep that is longer than a timer can be', 40 * 86_400_000],
  ])('does not cut %s short, and ends it with the reason of the signal', async (_sentence, ms) => {
    const controller = new AbortController();
    const clock = new SystemClock();
    const sleeping = clock.sleep(ms, controller.signal);
    await expect(Promise.race([sleeping.then(() => 'woke'), clock.sleep(20).then(() => 'asleep')])).resolves.toBe(
      'asleep',
    );
    const reason = new Error('stop');
    controller.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
  });

  it('does not begin to sleep when the signal is aborted already', async () => {
    const reason = new Error('stopped before');
    await expect(new SystemClock().sleep(1_000, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it('refuses NaN', async () => {
    await expect(new SystemClock().sleep(NaN)).rejects.toThrow('cannot sleep for NaN ms');
  });

  it('lets the process end during a sleep when it is not to keep it alive', async () => {
    const url = new URL('../../src/run/system-clock.ts', import.meta.url).href;
    const program = `
      const { SystemClock } = await import(${JSON.stringify(url)});
      void new SystemClock({ keepAlive: false }).sleep(600_000);
      console.log('sleeping');
    `;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', program];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 20_000 });
    expect(stdout).toBe('sleeping\n');
  });
});
