import { describe, expect, it, vi } from 'vitest';
import { HistoryUnavailableError } from '../../src/core/errors.js';
import { withDeadline } from '../../src/run/with-deadline.js';
import { ManualClock } from '../support/manual-clock.js';

const forever = (): Promise<never> => new Promise(() => undefined);

describe('withDeadline', () => {
  it('passes on what the work returns, and leaves no timer behind', async () => {
    const clock = new ManualClock();
    expect(await withDeadline(clock, 1_000, new AbortController().signal, () => Promise.resolve(42))).toBe(42);
    expect(clock.sleeping).toBe(0);
  });

  it('passes on what the work throws', async () => {
    const clock = new ManualClock();
    const work = (): Promise<never> => Promise.reject(new Error('refused'));
    await expect(withDeadline(clock, 1_000, new AbortController().signal, work)).rejects.toThrow('refused');
    expect(clock.sleeping).toBe(0);
  });

  it('gives up at the deadline, says so, and tells the work through its signal', async () => {
    const clock = new ManualClock();
    let limit: AbortSignal | undefined;
    const result = withDeadline(clock, 10_000, new AbortController().signal, (signal) => {
      limit = signal;
      return forever();
    });
    const failed = expect(result).rejects.toThrow(new HistoryUnavailableError('no answer from the source within 10s'));
    await clock.advance(9_999);
    expect(limit?.aborted).toBe(false);
    await clock.advance(1);
    await failed;
    expect(limit?.reason).toBeInstanceOf(HistoryUnavailableError);
  });

  it('takes work that fails after the deadline for what it is: too late', async () => {
    const clock = new ManualClock();
    const work = async (): Promise<never> => {
      await clock.sleep(2_000);
      throw new Error('late');
    };
    const result = withDeadline(clock, 1_000, new AbortController().signal, work);
    const failed = expect(result).rejects.toThrow(HistoryUnavailableError);
    await clock.advance(5_000);
    await failed;
  });

  it.each([
    ['during the work', false],
    ['before it', true],
  ])("ends with the caller's reason when aborted %s", async (_, before) => {
    const clock = new ManualClock();
    const reason = new Error('stopping');
    const abort = new AbortController();
    if (before) abort.abort(reason);
    let limit: AbortSignal | undefined;
    const result = withDeadline(clock, 1_000, abort.signal, (signal) => {
      limit = signal;
      return forever();
    });
    abort.abort(reason);
    await expect(result).rejects.toBe(reason);
    expect(limit?.reason).toBe(reason);
    expect(clock.sleeping).toBe(0);
  });

  it('leaves nothing behind in a signal that lives long', async () => {
    const clock = new ManualClock();
    const { signal } = new AbortController();
    const listening = [vi.spyOn(signal, 'addEventListener'), vi.spyOn(signal, 'removeEventListener')];
    // Combining signals by this would leave about 100 bytes per call in `signal` (Node.js 20), unseen by listeners.
    const any = vi.spyOn(AbortSignal, 'any');
    for (let i = 0; i < 100; i++) await withDeadline(clock, 1_000, signal, () => Promise.resolve());
    const [added, removed] = listening.map(({ mock }) => mock.calls.map(([type, listener]) => ({ type, listener })));
    expect(removed).toEqual(added);
    expect(any).not.toHaveBeenCalled();
    any.mockRestore();
  });
});
