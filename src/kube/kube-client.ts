import { Agent, type AgentOptions, type RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import axios, { type AxiosInstance, type AxiosRequestConfig } from 'axios';
import axiosRetry from 'axios-retry';
import type { Readable } from 'node:stream';
import { kubeError } from './kube-error.js';

export interface KubeClientProps {
  readonly config: KubeConfig;
  /** Uniform in [0, 1); spreads retries. */
  readonly random: () => number;
  /** For one attempt. Kubernetes' own library waits as long. */
  readonly timeoutMs?: number;
  /** Mean delay before the first retry; it grows by half with each further one. */
  readonly backoffMs?: number;
}

const DEFAULT_TIMEOUT_MS = 10_000;
/** The delays of Kubernetes' own library for reviews: five attempts from 500 ms by a factor of 1.5. */
const DEFAULT_BACKOFF_MS = 500;
const BACKOFF_FACTOR = 1.5;
const RETRIES = 4;
const MAX_RESPONSE_BYTES = 4 * 1024 * 1024;

/** The parts of a secure connection that decide whether an open one may be used again. */
const TLS_KEYS = ['ca', 'cert', 'key', 'passphrase', 'rejectUnauthorized', 'servername'] as const;

/**
 * Requests to kube-apiserver over connections that are kept: the client library's own calls open a new one each, too dear
 * for a review per request. Credentials and the authority come from the library at every call, so that a token or a
 * certificate that is renewed on disk is used.
 */
export class KubeClient {
  readonly #props: KubeClientProps;
  readonly #http: AxiosInstance;
  #agent: { readonly key: string; readonly agent: Agent } | null = null;

  constructor(props: KubeClientProps) {
    this.#props = props;
    this.#http = axios.create({
      headers: { Accept: 'application/json', 'User-Agent': 'tidecast' },
      maxContentLength: MAX_RESPONSE_BYTES,
      maxRedirects: 0,
      proxy: false,
    });
    const { backoffMs = DEFAULT_BACKOFF_MS, random } = props;
    axiosRetry(this.#http, {
      retries: RETRIES,
      // What is sent here changes nothing in the cluster, POST included: reviews are questions.
      retryCondition: (error) =>
        error.response === undefined ? !axios.isCancel(error) : isWorthRetry(error.response.status),
      retryDelay: (attempt) => backoffMs * BACKOFF_FACTOR ** (attempt - 1) * (0.5 + random()),
      shouldResetTimeout: true,
    });
  }

  /** @throws {KubernetesError} any answer but 2xx, or none */
  async get<Body>(path: string, signal?: AbortSignal): Promise<Body> {
    return this.#send<Body>({ method: 'GET', url: path }, signal);
  }

  /** For objects that are questions, such as reviews: it may be sent more than once. @throws {KubernetesError} as {@link get} */
  async ask<Body>(path: string, body: object): Promise<Body> {
    return this.#send<Body>({ method: 'POST', url: path, data: body });
  }

  /**
   * Watches until something happens: resolves at the first event, or when the server ends the watch.
   *
   * @param path of a list, with its query
   * @param deadlineMs a watch that has been silent for so long is given up; resolves
   * @throws {KubernetesError} it cannot be watched
   */
  async untilEvent(path: string, { deadlineMs, signal }: { deadlineMs: number; signal: AbortSignal }): Promise<void> {
    const ended = new AbortController();
    const timer = setTimeout(() => {
      ended.abort();
    }, deadlineMs);
    const either = AbortSignal.any([signal, ended.signal]);
    try {
      const request = { method: 'GET', url: path, responseType: 'stream', timeout: 0 } as const;
      const stream = await this.#send<Readable>({ ...request, 'axios-retry': { retries: 0 } }, either);
      await new Promise((resolve) => {
        for (const event of ['data', 'end', 'close', 'error']) stream.once(event, resolve);
      });
    } catch (error) {
      if (!ended.signal.aborted) throw error;
    } finally {
      clearTimeout(timer);
      ended.abort();
    }
  }

  /** Ends idle connections. */
  close(): void {
    this.#agent?.agent.destroy();
  }

  async #send<Body>(request: AxiosRequestConfig, signal?: AbortSignal): Promise<Body> {
    const { config, timeoutMs = DEFAULT_TIMEOUT_MS } = this.#props;
    try {
      const cluster = config.getCurrentCluster();
      const options: RequestOptions = {};
      await config.applyToHTTPSOptions(options);
      const { data } = await this.#http.request<Body>({
        baseURL: cluster?.server ?? '',
        timeout: timeoutMs,
        httpsAgent: cluster?.proxyUrl === undefined ? this.#agentFor(options) : options.agent,
        headers: headersOf(options),
        ...(signal && { signal }),
        ...request,
      });
      return data;
    } catch (error) {
      signal?.throwIfAborted();
      throw kubeError(request, error);
    }
  }

  /** The same agent, with its open connections, while what secures them is the same. */
  #agentFor(options: RequestOptions): Agent {
    const security: AgentOptions = Object.fromEntries(
      TLS_KEYS.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]),
    );
    const key = JSON.stringify(security);
    if (this.#agent?.key !== key) {
      this.#agent?.agent.destroy();
      this.#agent = { key, agent: new Agent({ ...security, keepAlive: true }) };
    }
    return this.#agent.agent;
  }
}

function isWorthRetry(status: number): boolean {
  return status === 429 || status >= 500;
}

function headersOf({ headers, auth }: RequestOptions): Record<string, string> {
  const entries = Object.entries(headers ?? {}).map(([name, value]) => [name, String(value)] as const);
  const basic =
    auth === undefined || auth === null ? [] : [['Authorization', `Basic ${Buffer.from(auth).toString('base64')}`]];
  return Object.fromEntries([...entries, ...basic]) as Record<string, string>;
}
