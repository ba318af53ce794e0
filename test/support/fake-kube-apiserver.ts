import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { json } from 'node:stream/consumers';
import type { TestAuthority } from './pki.js';

export interface ReviewSpec {
  readonly token?: string;
  readonly user?: string;
  readonly groups?: readonly string[];
  readonly uid?: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
  readonly resourceAttributes?: Readonly<Record<string, string>>;
  readonly nonResourceAttributes?: Readonly<Record<string, string>>;
}

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly authorization: string | undefined;
  /** Tells connections apart. */
  readonly clientPort: number | undefined;
  readonly body: { readonly kind?: string; readonly spec?: ReviewSpec } | null;
}

export interface FakePod {
  readonly labels: Readonly<Record<string, string>>;
  readonly phase: string;
  readonly node?: string;
}

export interface FakeEndpointSlice {
  readonly service: string;
  /** Without `ready`: the condition is not there. */
  readonly endpoints: readonly { readonly addresses: readonly string[]; readonly ready?: boolean }[] | null;
}

const PODS = /^\/api\/v1\/namespaces\/([^/]+)\/pods$/;
const ENDPOINT_SLICES = /^\/apis\/discovery\.k8s\.io\/v1\/namespaces\/([^/]+)\/endpointslices$/;
const CONFIG_MAPS = '/api/v1/namespaces/kube-system/configmaps';
export const CONFIG_MAP = 'extension-apiserver-authentication';
/** Of the ServiceAccount that tidecast runs as. */
export const OWN_TOKEN = 'token-of-tidecast';

/**
 * The parts of kube-apiserver that an extension server asks: one ConfigMap with its watch, TokenReview and
 * SubjectAccessReview. Speaks TLS, and to nobody without the ServiceAccount's token.
 */
export class FakeKubeApiserver {
  readonly seen: SeenRequest[] = [];
  /** Users by token. */
  readonly users = new Map<string, object>();
  /** Answers reviews of access. */
  decide: (spec: ReviewSpec) => object = () => ({ allowed: true });
  /** Answers instead, while it is set: a status, or `hang`. */
  failure: number | 'hang' | null = null;
  /** How watches are answered: kept open, refused as too old, told so by an event, ended at once, or cut off. */
  watchMode: 'open' | 'gone' | 'expired' | 'ended' | 'reset' = 'open';
  /** By namespace. */
  readonly pods = new Map<string, readonly FakePod[]>();
  /** By namespace. */
  readonly endpointSlices = new Map<string, readonly FakeEndpointSlice[]>();
  readonly #server: Server;
  #data: Readonly<Record<string, string>> = {};
  #version = 1;
  readonly #watches = new Set<ServerResponse>();

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      void this.#answer(request, response);
    });
  }

  static async start(authority: TestAuthority): Promise<FakeKubeApiserver> {
    const server = createServer(await authority.issue('kube-apiserver'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FakeKubeApiserver(server);
  }

  get url(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** A kubeconfig for it, with the ServiceAccount's token. */
  kubeconfig(authority: TestAuthority): string {
    const ca = Buffer.from(authority.cert).toString('base64');
    return JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'test', cluster: { server: this.url, 'certificate-authority-data': ca } }],
      users: [{ name: 'tidecast', user: { token: OWN_TOKEN } }],
      contexts: [{ name: 'test', context: { cluster: 'test', user: 'tidecast' } }],
      'current-context': 'test',
    });
  }

  /** Changes the ConfigMap, and says so to whoever watches. */
  setConfigMap(data: Readonly<Record<string, string>>): void {
    this.#data = data;
    this.#version++;
    for (const response of this.#watches) {
      response.write(`${JSON.stringify({ type: 'MODIFIED', object: this.#configMap() })}\n`);
    }
  }

  get watching(): number {
    return this.#watches.size;
  }

  reviews(kind: 'TokenReview' | 'SubjectAccessReview'): ReviewSpec[] {
    return this.seen.flatMap(({ body }) => (body?.kind === kind ? [body.spec ?? {}] : []));
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  #podList(namespace: string, query: SeenRequest['query']): object {
    const pods = (this.pods.get(namespace) ?? []).map(({ labels, phase, node }) => ({
      metadata: { namespace, labels },
      spec: { ...(node !== undefined && { nodeName: node }) },
      status: { phase },
    }));
    return { kind: 'PodList', apiVersion: 'v1', ...listOf(pods, query) };
  }

  #endpointSliceList(namespace: string, query: SeenRequest['query']): object {
    const slices = (this.endpointSlices.get(namespace) ?? []).map(({ service, endpoints }) => ({
      metadata: { namespace, labels: { 'kubernetes.io/service-name': service } },
      addressType: 'IPv4',
      endpoints: endpoints && endpoints.map(({ addresses, ready }) => ({ addresses, conditions: { ready } })),
    }));
    return { kind: 'EndpointSliceList', apiVersion: 'discovery.k8s.io/v1', ...listOf(slices, query) };
  }

  #configMap(): object {
    const metadata = { name: CONFIG_MAP, namespace: 'kube-system', resourceVersion: String(this.#version) };
    return { kind: 'ConfigMap', apiVersion: 'v1', metadata, data: this.#data };
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Not relative to `url`: a request may still arrive while the server closes and has no address any more.
    const { pathname: path, searchParams } = new URL(request.url ?? '/', 'https://kube-apiserver');
    const { method = '', headers, socket } = request;
    const body = method === 'POST' ? ((await json(request)) as SeenRequest['body']) : null;
    const query = Object.fromEntries(searchParams);
    this.seen.push({ method, path, query, authorization: headers.authorization, clientPort: socket.remotePort, body });
    const send = (status: number, answer: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    };
    const fail = (code: number, message: string): void => {
      send(code, { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, message });
    };
    if (this.failure === 'hang') return;
    if (this.failure !== null) fail(this.failure, 'as the test wants it');
    else if (headers.authorization !== `Bearer ${OWN_TOKEN}`) fail(401, 'Unauthorized');
    else if (path === `${CONFIG_MAPS}/${CONFIG_MAP}`) send(200, this.#configMap());
    else if (path === CONFIG_MAPS && query['watch'] === 'true') this.#watch(response, fail);
    else if (PODS.test(path)) send(200, this.#podList(PODS.exec(path)![1]!, query));
    else if (ENDPOINT_SLICES.test(path)) send(200, this.#endpointSliceList(ENDPOINT_SLICES.exec(path)![1]!, query));
    else if (path === '/apis/authentication.k8s.io/v1/tokenreviews') {
      const user = this.users.get(body?.spec?.token ?? '');
      send(201, { ...body, status: user === undefined ? { user: {} } : { authenticated: true, user } });
    } else if (path === '/apis/authorization.k8s.io/v1/subjectaccessreviews') {
      send(201, { ...body, status: this.decide(body?.spec ?? {}) });
    } else fail(404, 'the server could not find the requested resource');
  }

  #watch(response: ServerResponse, fail: (code: number, message: string) => void): void {
    if (this.watchMode === 'gone') {
      fail(410, 'too old resource version');
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    if (this.watchMode === 'ended') response.end();
    else if (this.watchMode === 'reset') response.destroy();
    else if (this.watchMode === 'expired') {
      const object = { kind: 'Status', apiVersion: 'v1', status: 'Failure', code: 410, reason: 'Expired' };
      response.end(`${JSON.stringify({ type: 'ERROR', object })}\n`);
    } else {
      this.#watches.add(response);
      response.once('close', () => this.#watches.delete(response));
    }
  }
}

/** Selects by `key=value` only; pages as it is asked to. */
function listOf(
  objects: readonly { readonly metadata: { readonly labels: Readonly<Record<string, string>> } }[],
  { labelSelector = '', limit, continue: from = '0' }: SeenRequest['query'],
): object {
  const [key = '', value] = labelSelector.split('=');
  const selected = objects.filter(({ metadata }) => metadata.labels[key] === value);
  const end = Number(from) + Number(limit ?? selected.length);
  const metadata = { resourceVersion: '1', ...(end < selected.length && { continue: String(end) }) };
  return { metadata, items: selected.slice(Number(from), end) };
}
