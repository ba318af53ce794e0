import { setMaxListeners } from 'node:events';
import axios, { type AxiosInstance, type AxiosResponse, isAxiosError } from 'axios';
import axiosRetry from 'axios-retry';
import PQueue from 'p-queue';
import { formatDuration } from '../core/duration.js';
import { withDeadline } from './attempt.js';
import { excerpt } from './excerpt.js';
import type { Problems } from './problems.js';
import { type RetryOptions, isTooLarge, retryPolicy } from './retry.js';
import type { Target } from './target.js';

/** Enough for http to https, a moved path and a canonical name; more is a loop. */
const MAX_REDIRECTS = 5;
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
/** A server or proxy in front of it does not take POST. */
const NO_POST: readonly number[] = [405, 501];

export interface TransportOptions extends RetryOptions {
  /** For one attempt, from connecting to the last byte. */
  readonly timeoutMs: number;
  readonly maxConcurrent: number;
  /** After decompression. */
  readonly maxResponseBytes: number;
}

/** An HTTP answer of any status, read to its end. */
export interface HttpReply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** A request as its caller sees it. */
export interface Call {
  readonly params: Readonly<Record<string, string>>;
  /** Makes the errors. */
  readonly problems: Problems;
  readonly signal: AbortSignal | undefined;
  /** Goes before others that wait in line: a decision waits for it. */
  readonly isUrgent?: boolean;
}

type Method = 'GET' | 'POST';
type Reply = HttpReply & { readonly location: string | undefined };

/**
 * Sends queries to one server: as a POST form, which has no limit of length, or as a GET once the server has refused
 * POST with 405 or 501. At most `maxConcurrent` are under way, the others wait in line.
 *
 * Redirects are followed within the same origin and from http to https on the same host. Any other is an error, because
 * credentials, tenant headers and the client certificate are meant for the host that was configured.
 */
export class HttpTransport {
  readonly #target: Target;
  readonly #options: TransportOptions;
  readonly #http: AxiosInstance;
  readonly #queue: PQueue;
  #method: Method = 'POST';

  constructor(target: Target, options: TransportOptions) {
    this.#target = target;
    this.#options = options;
    this.#queue = new PQueue({ concurrency: options.maxConcurrent });
    this.#http = axios.create({
      adapter: withDeadline(axios.getAdapter('http'), options.timeoutMs),
      headers: { Accept: 'application/json', 'User-Agent': 'tidecast', ...target.headers },
      httpAgent: target.httpAgent,
      httpsAgent: target.httpsAgent,
      maxContentLength: options.maxResponseBytes,
      maxRedirects: 0,
      responseType: 'text',
      // Before any of it is cut off for a message: half a secret is not recognised any more.
      transformResponse: (body: unknown) => (typeof body === 'string' ? target.scrub(body) : body),
      validateStatus: (status) => (status < 500 && status !== 429) || NO_POST.includes(status),
    });
    axiosRetry(this.#http, retryPolicy(options));
  }

  /**
   * @param path such as `/api/v1/query`
   * @returns the server's answer, whatever its status; 429 and 5xx after the last retry
   * @throws {HistoryUnavailableError} no answer after the last retry
   * @throws {HistoryResponseError} more than `maxResponseBytes`, or a redirect that is not followed
   * @throws the signal's reason when it is aborted
   */
  async send(path: string, call: Call): Promise<HttpReply> {
    const { signal } = call;
    signal?.throwIfAborted();
    // One signal may end any number of requests. That is not the leak of which Node.js would warn.
    if (signal !== undefined) setMaxListeners(0, signal);
    const priority = call.isUrgent === true ? 1 : 0;
    return this.#queue.add(() => this.#follow(this.#target.urlOf(path), call), { priority, ...(signal && { signal }) });
  }

  async #follow(firstUrl: string, call: Call): Promise<HttpReply> {
    let url = new URL(firstUrl);
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const { location, ...reply } = await this.#ask(url, call);
      if (location === undefined) return reply;
      url = redirectTarget(url, location, call.problems);
    }
    throw call.problems.unusable(`it redirects more than ${MAX_REDIRECTS} times`);
  }

  /** One request, with GET in place of POST where the server wants it so. */
  async #ask(url: URL, call: Call): Promise<Reply> {
    const method = this.#method;
    const reply = await this.#request(method, url, call);
    if (method === 'GET' || !NO_POST.includes(reply.status)) return reply;
    const second = await this.#request('GET', url, call);
    if (!NO_POST.includes(second.status)) this.#method = 'GET';
    return second;
  }

  async #request(method: Method, url: URL, { params, problems, signal }: Call): Promise<Reply> {
    try {
      const request =
        method === 'POST' ? { url: url.href, data: new URLSearchParams(params) } : { url: withQuery(url, params) };
      return replyOf(await this.#http.request<string>({ method, ...request, ...(signal && { signal }) }));
    } catch (error) {
      signal?.throwIfAborted();
      if (isAxiosError<string>(error) && error.response !== undefined) return replyOf(error.response);
      throw this.#failure(error, problems);
    }
  }

  #failure(error: unknown, problems: Problems): Error {
    const { timeoutMs, maxResponseBytes } = this.#options;
    if (isTooLarge(error)) {
      return problems.unusable(
        `it is larger than ${maxResponseBytes} bytes; does the query return many series? Aggregate them, as in sum(...)`,
      );
    }
    const { message, code = '' } = error as { message: string; code?: string };
    if (code === 'ETIMEDOUT') return problems.unavailable(`no complete answer within ${formatDuration(timeoutMs)}`);
    const hint = /CERT|ISSUER|SIGNATURE/.test(code) ? '; configure the authority that signed its certificate' : '';
    return problems.unavailable(`${message.includes(code) ? message : `${message} (${code})`}${hint}`);
  }
}

function replyOf({ status, headers, data }: AxiosResponse<string>): Reply {
  const header = (name: string): string | undefined => {
    const value: unknown = headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  const location = REDIRECTS.includes(status) ? header('location') : undefined;
  return { status, contentType: header('content-type') ?? '', body: data, location };
}

/** Sets rather than appends: the address of a redirect may repeat the parameters. */
function withQuery(url: URL, params: Readonly<Record<string, string>>): string {
  const result = new URL(url);
  for (const [name, value] of Object.entries(params)) result.searchParams.set(name, value);
  return result.href;
}

function redirectTarget(from: URL, location: string, problems: Problems): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from) : null;
  const isSameHost = to?.hostname === from.hostname && from.protocol === 'http:' && to.protocol === 'https:';
  if (to !== null && (to.origin === from.origin || isSameHost)) return to;
  const shown = to === null ? excerpt(location) : `${to.origin}${to.pathname}`;
  throw problems.unusable(`it redirects to ${shown}; if that is the Prometheus meant, configure it as the address`);
}
