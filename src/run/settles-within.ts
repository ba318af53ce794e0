import type { Clock } from '../core/clock.js';

/**
 * Waits for work at most `ms` of the clock's time; the work goes on.
 *
 * @returns whether it has ended; its rejection is passed on, and ignored once nobody waits
 */
export async function settlesWithin(
  clock: Clock,
  ms: number,
  signal: AbortSignal,
  work: Promise<unknown>,
): Promise<boolean> {
  const limit = new AbortController();
  const stop = (): void => {
    limit.abort(signal.reason);
  };
  signal.throwIfAborted();
  signal.addEventListener('abort', stop);
  const patience = clock.sleep(ms, limit.signal).then(() => false);
  patience.catch(() => undefined);
  work.catch(() => undefined);
  try {
    return await Promise.race([work.then(() => true), patience]);
  } finally {
    signal.removeEventListener('abort', stop);
    limit.abort();
  }
}
