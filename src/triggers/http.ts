import type { AxiosInstance, AxiosResponse } from 'axios';
import { TriggerError } from '../core/errors.js';
import type { Connecting } from './pool.js';
import type { TlsOptions } from './tls.js';

/** A larger answer is none to a question for one number. */
const MAX_RESPONSE_BYTES = 16 * 1024 * 1024;

/** KEDA's default for HTTP sources. */
export const DEFAULT_HTTP_TIMEOUT = '3s';
/** The same, where no parameter changes it. */
export const DEFAULT_HTTP_TIMEOUT_MS = 3_000;

type Headers = Readonly<Record<string, string>>;

export interface HttpOptions {
  /** Of every request. */
  readonly headers: Headers;
  /** For the whole of one answer. */
  readonly timeoutMs: number;
  readonly tls: TlsOptions;
  /** What the certificate has to be for, where it is not the host that is asked. */
  readonly servername?: string;
}

/** An HTTP client that keeps its connections open between polls. */
export interface HttpClient {
  /** @param headers besides those of all requests */
  readonly get: (url: string, signal: AbortSignal, headers?: Headers) => Promise<AxiosResponse<string>>;
  readonly postForm: (
    url: string,
    form: URLSearchParams,
    headers: Headers,
    signal: AbortSignal,
  ) => Promise<AxiosResponse<string>>;
  readonly close: () => void;
}

/** Makes a client; nothing is asked before its first use. */
export function httpClient(options: HttpOptions): Connecting<HttpClient> {
  return {
    connect: async () => {
      const [{ default: axios }, { Agent: HttpAgent }, { Agent: HttpsAgent }] = await Promise.all([
        import('axios'),
        import('node:http'),
        import('node:https'),
      ]);
      const httpAgent = new HttpAgent({ keepAlive: true });
      const { tls, servername } = options;
      const httpsAgent = new HttpsAgent({ keepAlive: true, ...tls, ...(servername !== undefined && { servername }) });
      const instance: AxiosInstance = axios.create({
        headers: { 'User-Agent': 'tidecast', ...options.headers },
        timeout: options.timeoutMs,
        httpAgent,
        httpsAgent,
        maxContentLength: MAX_RESPONSE_BYTES,
        // Credentials are meant for the host that was configured.
        maxRedirects: 0,
        responseType: 'text',
        transformResponse: (body: unknown) => body,
        validateStatus: () => true,
      });
      return {
        get: (url, signal, headers = {}) => instance.get<string>(url, { signal, headers }),
        postForm: (url, form, headers, signal) => instance.post<string>(url, form, { signal, headers }),
        close: () => {
          httpAgent.destroy();
          httpsAgent.destroy();
        },
      };
    },
    disconnect: (client) => {
      client.close();
    },
  };
}

/** @throws {TriggerError} another status than 200, quoting the body */
export function bodyOf({ status, data }: Pick<AxiosResponse<string>, 'status' | 'data'>): string {
  if (status === 200) return data;
  throw new TriggerError(`answered ${status}: ${data.trim() === '' ? 'nothing more' : data}`);
}

/**
 * The JSON of an answer with status 200.
 *
 * @throws {TriggerError} another status, quoting the body, or no JSON
 */
export function jsonOf(answer: Pick<AxiosResponse<string>, 'status' | 'data'>): unknown {
  const body = bodyOf(answer);
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw new TriggerError(`answered what is not JSON: ${body.trim() === '' ? 'nothing' : body}`);
  }
}
