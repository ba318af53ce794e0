import { TriggerError } from '../core/errors.js';

/** A source's message is quoted up to here; a page of HTML helps nobody. */
const MAX_QUOTED = 300;

/** In our own words: the system's are made for its manual. */
const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection closed by the other side',
  ENOTFOUND: 'host not found',
  EAI_AGAIN: 'host name cannot be resolved now',
  EHOSTUNREACH: 'host cannot be reached',
  ENETUNREACH: 'network cannot be reached',
  ETIMEDOUT: 'connection timed out',
};

/** In OpenSSL's words, which name a line of its source, an answer that is not TLS at all. */
const NOT_TLS = /SSL routines:\w+:wrong version number/;

/** Makes a {@link TriggerError} of whatever went wrong. */
export type Failure = (error: unknown) => TriggerError;

/**
 * Failures of one source. The error that was caught is not kept as their cause: clients attach requests, and with them
 * credentials, to their errors.
 *
 * @param source what the user calls it, such as `redis at cache:6379`
 * @param mask hides the credentials in what others wrote
 */
export function failureOf(source: string, mask: (text: string) => string): Failure {
  return (error) => {
    // Before anything is changed or cut off: half a secret would not be recognised.
    const text = mask(
      withoutAuthorization(mask(describeError(error)))
        .replace(/\s+/g, ' ')
        .trim(),
    );
    // Without the end of a sentence: it becomes part of another.
    const quoted = text.length <= MAX_QUOTED ? text.replace(/(?<!\.)\.$/, '') : `${text.slice(0, MAX_QUOTED)}...`;
    return new TriggerError(`${mask(source)}: ${quoted}`);
  };
}

/** A server may repeat the header that it was sent, in which credentials are encoded together, or a token it has given us. */
function withoutAuthorization(text: string): string {
  return text.replace(/(authorization["']?\s*[:=]\s*["']?\w+\s+)[^\s"',;}]+/gi, '$1***');
}

function describeError(error: unknown): string {
  // Of several addresses of one host each has failed; the first says as much as all.
  if (error instanceof AggregateError && error.errors.length > 0) return describeError(error.errors[0]);
  if (!(error instanceof Error)) return 'failed for an unknown reason';
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'no answer before the deadline';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const known = code === undefined ? undefined : SYSTEM_ERRORS[code];
  if (known !== undefined) return `${known} (${code})`;
  if (NOT_TLS.test(error.message)) return 'does not speak TLS on this port (wrong version number)';
  if (error.message !== '') return error.message;
  return code ?? error.name;
}
