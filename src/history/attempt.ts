import { type AxiosAdapter, AxiosError, isAxiosError, isCancel } from 'axios';

/**
 * An adapter that gives every attempt the same time in all, where axios' own timeout starts again with every byte, and
 * reports the end of it as `ETIMEDOUT`. A body that ends early is reported as the lost connection that it is, whatever
 * its status. The caller's own signal still aborts.
 */
export function withDeadline(adapter: AxiosAdapter, timeoutMs: number): AxiosAdapter {
  return async (config) => {
    // AbortSignal.any would do, but in Node.js 20 every call leaves something behind in a signal that lives long.
    const attempt = new AbortController();
    const stop = (): void => {
      attempt.abort();
    };
    const stops = [AbortSignal.timeout(timeoutMs), config.signal];
    for (const signal of stops) signal?.addEventListener?.('abort', stop);
    if (config.signal?.aborted === true) stop();
    try {
      return await adapter({ ...config, signal: attempt.signal });
    } catch (error) {
      if (isCancel(error) && config.signal?.aborted !== true) throw new AxiosError('timeout', 'ETIMEDOUT', config);
      if (!isAxiosError(error)) throw error;
      const { response } = error;
      const isCutOff = response !== undefined && typeof response.data !== 'string';
      if (isCutOff) throw new AxiosError('the answer broke off', 'ECONNRESET', config);
      throw new AxiosError(error.message, error.code, config, error.request, response);
    } finally {
      for (const signal of stops) signal?.removeEventListener?.('abort', stop);
    }
  };
}
