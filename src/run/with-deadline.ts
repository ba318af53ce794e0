import type { Clock } from '../core/clock.js';
import { formatDuration } from '../core/duration.js';
import { HistoryUnavailableError } from '../core/errors.js';

/**
 * Runs `work` for at most `ms` of the clock's time.
 *
 * @param work gets a signal that is aborted at the deadline, when `signal` is, and once the work has ended
 * @throws {HistoryUnavailableError} at the deadline; the work may still be winding up then
 */
export async function withDeadline<T>(
  clock: Clock,
  ms: number,
  signal: AbortSignal,
  work: (limit: AbortSignal) => Promise<T>,
): Promise<T> {
  // AbortSignal.any would do, but in Node.js 20 every call leaves something behind in a signal that lives long.
  const limit = new AbortController();
  const stop = (): void => {
    limit.abort(signal.reason);
  };
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  const deadline = clock.sleep(ms, limit.signal).then(() => {
    const error = new HistoryUnavailableError(`no answer from the source within ${formatDuration(ms)}`);
    limit.abort(error);
    throw error;
  });
  // The race below is what reports; a deadline that loses it ends by abort.
  deadline.catch(() => undefined);
  try {
    return await Promise.race([work(limit.signal), deadline]);
  } finally {
    signal.removeEventListener('abort', stop);
    limit.abort();
  }
}
