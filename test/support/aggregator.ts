import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import { Agent, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Pair } from './pki.js';

const GROUP = 'external.metrics.k8s.io';
const GROUP_VERSION = `${GROUP}/v1beta1`;
const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
/** What kube-apiserver 1.30 to 1.36 asks for. */
const AGGREGATED_ACCEPT = `${AGGREGATED},application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList`;
const PROBE_TIMEOUT_MS = 5_000;
const IDLE_TIMEOUT_MS = 90_000;

export interface AggregatorProps {
  /** Port of the extension server on 127.0.0.1. */
  readonly port: number;
  /** `spec.service` of the APIService. */
  readonly service: { readonly name: string; readonly namespace: string };
  /** `spec.caBundle`, as PEM. */
  readonly caBundle: string;
  /** The front proxy's certificate. */
  readonly frontProxy: Pair;
}

export interface Caller {
  readonly name: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Those that kube-apiserver calls on its own behalf as. */
const PROBE: Caller = { name: 'system:kube-aggregator', groups: ['system:masters'] };
const DISCOVERY_FALLBACK: Caller = { name: 'system:kube-aggregator', groups: [] };
const OPENAPI: Caller = { name: 'system:aggregator', groups: [] };

/**
 * What kube-apiserver's aggregator does with one APIService, by the rules of kube-aggregator: it probes, discovers, collects
 * OpenAPI, and passes clients' requests on with their identity in headers and the query encoded anew. Clients reach it over
 * plain HTTP, and are whoever {@link caller} says.
 */
export class Aggregator {
  caller: Caller = {
    name: 'system:serviceaccount:kube-system:horizontal-pod-autoscaler',
    groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'],
  };
  /** Whether clients that ask for aggregated discovery get it. */
  offersAggregatedDiscovery = true;
  /** What clients have asked for, as it was passed on. */
  readonly proxied: string[] = [];
  readonly #props: AggregatorProps;
  readonly #agent = new Agent({ keepAlive: true, timeout: IDLE_TIMEOUT_MS });
  readonly #server: Server;
  #isAvailable = false;
  #discovered: object | null = null;
  #etag: string | undefined;

  private constructor(props: AggregatorProps, server: Server) {
    this.#props = props;
    this.#server = server;
    server.on('request', (incoming, response) => {
      this.#serve(incoming, response).catch(() => {
        // A connection that fails is a plain-text error to the client.
        response.writeHead(503, { 'content-type': 'text/plain' }).end('error trying to reach service');
      });
    });
  }

  static async start(props: AggregatorProps): Promise<Aggregator> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Aggregator(props, server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The availability controller: only while a probe has passed are requests passed on. */
  async probe(): Promise<boolean> {
    const probes = Array.from({ length: 5 }, () =>
      this.send(PROBE, `/apis/${GROUP_VERSION}`, { timeoutMs: PROBE_TIMEOUT_MS }).then(
        ({ status }) => status >= 200 && status <= 299,
        () => false,
      ),
    );
    this.#isAvailable = (await Promise.all(probes)).includes(true);
    return this.#isAvailable;
  }

  /** The discovery manager: aggregated discovery, or the resources of the version where that is not understood. */
  async discover(): Promise<'aggregated' | 'not modified' | 'legacy'> {
    const headers = { Accept: AGGREGATED_ACCEPT, ...(this.#etag !== undefined && { 'If-None-Match': this.#etag }) };
    const answer = await this.send(PROBE, '/apis', { headers, timeoutMs: PROBE_TIMEOUT_MS });
    if (answer.status === 304) return 'not modified';
    if (answer.status === 200 && answer.headers['content-type'] === AGGREGATED) {
      this.#discovered = JSON.parse(answer.body.toString()) as object;
      this.#etag = answer.headers.etag;
      return 'aggregated';
    }
    await this.discoverLegacy();
    return 'legacy';
  }

  /** How kube-apiserver asks servers that do not know aggregated discovery. */
  async discoverLegacy(): Promise<Answer> {
    return this.send(DISCOVERY_FALLBACK, `/apis/${GROUP_VERSION}`, { headers: { Accept: 'application/json' } });
  }

  /** The OpenAPI aggregators, of version 2, and of version 3 with the documents that its root names. */
  async openapi(): Promise<{ readonly v2: Answer; readonly v3: Answer; readonly documents: readonly Answer[] }> {
    const headers = { Accept: 'application/json' };
    const v2 = await this.send(OPENAPI, '/openapi/v2', { headers });
    const v3 = await this.send(OPENAPI, '/openapi/v3', { headers });
    const { paths } = JSON.parse(v3.body.toString()) as { paths: Record<string, { serverRelativeURL: string }> };
    const documents = await Promise.all(
      Object.values(paths).map(({ serverRelativeURL }) => this.send(this.caller, serverRelativeURL, { headers })),
    );
    return { v2, v3, documents };
  }

  /** One request to the extension server. @throws when there is no connection that can be trusted, or no answer in time */
  async send(
    { name, groups, extra = {} }: Caller,
    path: string,
    {
      method = 'GET',
      headers = {},
      body,
      timeoutMs = 60_000,
    }: { method?: string; headers?: OutgoingHttpHeaders; body?: Buffer; timeoutMs?: number } = {},
  ): Promise<Answer> {
    const { port, caBundle, frontProxy, service } = this.#props;
    const sent = request({
      ...{ host: '127.0.0.1', port, path, method, agent: this.#agent, ca: caBundle, ...frontProxy },
      // Whichever address is dialled.
      servername: `${service.name}.${service.namespace}.svc`,
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        ...headers,
        'X-Remote-User': encode(name),
        ...(groups.length > 0 && { 'X-Remote-Group': groups.map(encode) }),
        ...Object.fromEntries(
          Object.entries(extra).map(([key, value]) => [`X-Remote-Extra-${encodeURIComponent(key)}`, encode(value)]),
        ),
        'X-Forwarded-For': '127.0.0.1',
      },
    });
    sent.end(body);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return { status: response.statusCode ?? 0, headers: response.headers, body: await buffer(response) };
  }

  async close(): Promise<void> {
    this.#agent.destroy();
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'https://aggregator');
    const path = pathname.replace(/\/$/, '');
    if (path.startsWith(`/apis/${GROUP_VERSION}`)) {
      await this.#pass(incoming, response, { pathname, searchParams });
      return;
    }
    const wantsAggregated = this.offersAggregatedDiscovery && (incoming.headers.accept ?? '').includes(AGGREGATED);
    const own = OWN_DOCUMENTS[path];
    if (path === '/apis' && wantsAggregated && this.#discovered !== null) {
      sendJson(response, this.#discovered, AGGREGATED);
    } else if (own !== undefined) {
      sendJson(response, own);
    } else {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found');
    }
  }

  async #pass(
    incoming: IncomingMessage,
    response: ServerResponse,
    { pathname, searchParams }: Pick<URL, 'pathname' | 'searchParams'>,
  ): Promise<void> {
    if (!this.#isAvailable) {
      response.writeHead(503, { 'content-type': 'text/plain' }).end('service unavailable');
      return;
    }
    searchParams.sort();
    const query = searchParams.toString();
    const path = `${pathname}${query === '' ? '' : `?${query}`}`;
    this.proxied.push(path);
    const headers = without(incoming.headers, ['authorization', 'host', 'connection']);
    const answer = await this.send(this.caller, path, {
      method: incoming.method ?? 'GET',
      headers: { ...headers, 'Audit-ID': randomUUID() },
      body: await buffer(incoming),
    });
    const passed = without(answer.headers, ['transfer-encoding', 'connection']);
    response.writeHead(answer.status, passed).end(answer.body);
  }
}

/** What kube-apiserver answers itself. */
const OWN_DOCUMENTS: Readonly<Record<string, object>> = {
  '/api': { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] },
  '/api/v1': {
    kind: 'APIResourceList',
    groupVersion: 'v1',
    resources: [{ name: 'pods', singularName: 'pod', namespaced: true, kind: 'Pod', verbs: ['get', 'list'] }],
  },
  '/apis': {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: [
      {
        name: GROUP,
        versions: [{ groupVersion: GROUP_VERSION, version: 'v1beta1' }],
        preferredVersion: { groupVersion: GROUP_VERSION, version: 'v1beta1' },
      },
    ],
  },
};

function without(headers: IncomingMessage['headers'], names: readonly string[]): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
}

function sendJson(response: ServerResponse, document: object, type = 'application/json'): void {
  response.writeHead(200, { 'content-type': type }).end(JSON.stringify(document));
}

/** Go sends UTF-8; Node.js writes headers as latin1. */
function encode(value: string): string {
  return Buffer.from(value).toString('latin1');
}
