import { describe, expect, it } from 'vitest';
import { settlesWithin } from '../../src/run/settles-within.js';
import { ManualClock } from '../support/manual-clock.js';

const never = new AbortController().signal;

describe('settlesWithin', () => {
  it('says that the work has ended', async () => {
    const clock = new ManualClock();
    expect(await settlesWithin(clock, 1_000, never, Promise.resolve('done'))).toBe(true);
    expect(clock.sleeping).toBe(0);
  });

  it('says that the work goes on, and does not mind how it ends', async () => {
    const clock = new ManualClock();
    let reject: (reason: Error) => void = () => undefined;
    const promise = new Promise<void>((_resolve, fail) => (reject = fail));
    const settled = settlesWithin(clock, 1_000, never, promise);
    await clock.advance(1_000);
    expect(await settled).toBe(false);
    reject(new Error('later'));
    await clock.advance(1);
  });

  it('passes on a rejection in time', async () => {
    await expect(settlesWithin(new ManualClock(), 1_000, never, Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  it('rejects when it is aborted', async () => {
    const clock = new ManualClock();
    const abort = new AbortController();
    const settled = settlesWithin(clock, 1_000, abort.signal, new Promise(() => undefined));
    abort.abort(new Error('stop'));
    await expect(settled).rejects.toThrow('stop');
    expect(clock.sleeping).toBe(0);
  });
});
