import { type AxiosError, isAxiosError } from 'axios';
import axiosRetry, { type IAxiosRetryConfig, retryAfter } from 'axios-retry';

export interface RetryOptions {
  /** Attempts after the first one. */
  readonly retries: number;
  /** Mean delay before the first retry, in milliseconds; it doubles with each further one. */
  readonly backoffMs: number;
  /** No delay is longer than this, whatever the server asks for. */
  readonly maxBackoffMs: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** How axios-retry is to repeat requests: see {@link isWorthRetry} and {@link retryDelayMs}. */
export function retryPolicy(options: RetryOptions): IAxiosRetryConfig {
  return {
    retries: options.retries,
    retryCondition: isWorthRetry,
    retryDelay: (attempt, error) => retryDelayMs(attempt, retryAfter(error), options),
  };
}

/**
 * Whether the same request may succeed later: the network failed, the time was up, or the server is overloaded or broken
 * (429, 5xx). A refusal, an answer beyond the limit, an untrusted certificate and a name that does not exist stay as they
 * are.
 */
export function isWorthRetry(error: AxiosError): boolean {
  if (error.response !== undefined) return error.response.status === 429 || error.response.status >= 500;
  return axiosRetry.isNetworkError(error) && !isTooLarge(error);
}

/** Whether the answer is longer than `maxContentLength`, for which axios has no code of its own. */
export function isTooLarge(error: unknown): boolean {
  return isAxiosError(error) && error.message.startsWith('maxContentLength');
}

/**
 * Milliseconds to wait before a retry: exponential, spread evenly over half to one and a half of its mean so that many
 * clients do not come back together; at least what `Retry-After` asks for; never more than the maximum.
 *
 * @param attempt number of the retry, from 1
 * @param retryAfterMs what the server asks for, 0 when it does not
 */
export function retryDelayMs(
  attempt: number,
  retryAfterMs: number,
  { backoffMs, maxBackoffMs, random }: Pick<RetryOptions, 'backoffMs' | 'maxBackoffMs' | 'random'>,
): number {
  const backoff = backoffMs * 2 ** (attempt - 1) * (0.5 + random());
  return Math.min(Math.max(backoff, retryAfterMs), maxBackoffMs);
}
