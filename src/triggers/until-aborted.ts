/**
 * Waits for a promise no longer than until the signal is aborted; the promise itself goes on unheeded.
 *
 * @throws the signal's reason when it is aborted first
 */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  // Whoever stops waiting no longer handles a failure that comes later.
  promise.catch(() => undefined);
  signal.throwIfAborted();
  let abort: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the reason is the caller's
      reject(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (abort !== undefined) signal.removeEventListener('abort', abort);
  }
}

/**
 * Acts under a signal that is aborted with the first of two. Unlike `AbortSignal.any`, it leaves nothing behind on a
 * signal that outlives the act.
 *
 * @throws the reason of a signal that is aborted already, and whatever `act` throws
 */
export async function untilEither<T>(
  one: AbortSignal,
  other: AbortSignal,
  act: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const signals = [one, other];
  for (const signal of signals) signal.throwIfAborted();
  const either = new AbortController();
  const abort = (): void => {
    either.abort(signals.find(({ aborted }) => aborted)?.reason);
  };
  for (const signal of signals) signal.addEventListener('abort', abort, { once: true });
  try {
    return await act(either.signal);
  } finally {
    for (const signal of signals) signal.removeEventListener('abort', abort);
  }
}
