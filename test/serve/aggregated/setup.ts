import { request as send, type Agent, type RequestOptions } from 'node:https';
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { Registry } from 'prom-client';
import type { Clock } from '../../../src/core/clock.js';
import type { Access, AccessReviewer, TokenReviewer, User, Verdict } from '../../../src/core/identity.js';
import { silentLogger } from '../../../src/core/logger.js';
import { RequestHeaderKeeper } from '../../../src/serve/aggregated/request-header-keeper.js';
import { AggregatedServer, type AggregatedServerProps } from '../../../src/serve/aggregated/server.js';
import { SystemClock } from '../../../src/run/system-clock.js';
import { ReplaceableCertificate } from '../certificates/replaceable-certificate.js';
import { testAuthority, type Pair, type TestAuthority } from '../../support/pki.js';
import { fakeView, workloadStatus } from '../external-metrics/fake-view.js';

export const SERVICE_NAME = 'tidecast.tidecast.svc';
export const BASE = '/apis/external.metrics.k8s.io/v1beta1';
export const METRIC = 's0-predictkube-predictkube_metric';
export const CHECKOUT = `${BASE}/namespaces/shop/${METRIC}?labelSelector=scaledobject.keda.sh%2Fname%3Dcheckout`;

/** The certificates of a cluster. */
export interface Pki {
  /** Signs the serving certificate. */
  readonly serving: TestAuthority;
  /** Signs the front proxy's. */
  readonly frontProxyCa: TestAuthority;
  /** Signs those of ordinary clients. */
  readonly clusterCa: TestAuthority;
  readonly frontProxy: Pair;
  readonly server: Pair;
}

export async function clusterPki(): Promise<Pki> {
  const [serving, frontProxyCa, clusterCa] = await Promise.all(
    ['serving-ca', 'front-proxy-ca', 'kubernetes'].map((name) => testAuthority(name)),
  );
  return {
    serving: serving!,
    frontProxyCa: frontProxyCa!,
    clusterCa: clusterCa!,
    frontProxy: await frontProxyCa!.issue('front-proxy-client', { usage: 'client' }),
    server: await serving!.issue('tidecast', { usage: 'server', names: [SERVICE_NAME] }),
  };
}

/** The ConfigMap as kubeadm's clusters have it. */
export function configMapData({ frontProxyCa, clusterCa }: Pki): Record<string, string> {
  return {
    'client-ca-file': clusterCa.cert,
    'requestheader-client-ca-file': frontProxyCa.cert,
    'requestheader-allowed-names': '["front-proxy-client"]',
    'requestheader-username-headers': '["X-Remote-User"]',
    'requestheader-group-headers': '["X-Remote-Group"]',
    'requestheader-extra-headers-prefix': '["X-Remote-Extra-"]',
  };
}

/** Lets everyone do everything, unless a test says otherwise, and remembers what it was asked. */
export class FakeAccess implements AccessReviewer {
  readonly asked: { readonly user: User; readonly access: Access }[] = [];
  verdict: (user: User, access: Access) => Verdict = () => ({ isAllowed: true, reason: '' });
  review(user: User, access: Access): Promise<Verdict> {
    this.asked.push({ user, access });
    return new Promise((resolve) => {
      resolve(this.verdict(user, access));
    });
  }
}

export class FakeTokens implements TokenReviewer {
  readonly asked: string[] = [];
  readonly users = new Map<string, User | Error>();
  review(token: string): Promise<User | null> {
    this.asked.push(token);
    const user = this.users.get(token) ?? null;
    return user instanceof Error ? Promise.reject(user) : Promise.resolve(user);
  }
}

export interface TestServer {
  readonly port: number;
  readonly server: AggregatedServer;
  readonly pki: Pki;
  readonly access: FakeAccess;
  readonly tokens: FakeTokens;
  readonly requestHeaders: RequestHeaderKeeper;
  readonly certificate: ReplaceableCertificate;
  readonly registry: Registry;
}

/** A listening server with fakes for all that it asks. The caller closes it. */
export async function startServer(pki: Pki, props: Partial<AggregatedServerProps> = {}): Promise<TestServer> {
  const [access, tokens, requestHeaders] = [new FakeAccess(), new FakeTokens(), new RequestHeaderKeeper()];
  const [certificate, registry] = [new ReplaceableCertificate(pki.server), new Registry()];
  requestHeaders.update(configMapData(pki));
  const clock: Clock = new SystemClock();
  const server = new AggregatedServer({
    view: fakeView([workloadStatus(['shop', 'checkout', METRIC], 12.5)]),
    ...{ host: '127.0.0.1', port: 0, certificates: certificate, requestHeaders, tokens, access, registry, clock },
    logger: silentLogger,
    ...props,
    limits: { drainMs: 0, closeGraceMs: 500, ...props.limits },
  });
  const port = Number(new URL(await server.start()).port);
  return { port, server, pki, access, tokens, requestHeaders, certificate, registry };
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface CallOptions {
  readonly method?: string;
  /** A repeated header has a list. */
  readonly headers?: OutgoingHttpHeaders;
  /** The client certificate; absent: none. */
  readonly pair?: Pair;
  readonly agent?: Agent;
  readonly body?: string;
}

/** One request over TLS, verified as kube-apiserver does. */
export async function call(
  { port, pki }: Pick<TestServer, 'port' | 'pki'>,
  path: string,
  { method = 'GET', headers = {}, pair, agent, body }: CallOptions = {},
): Promise<Reply> {
  const options: RequestOptions = {
    ...{ host: '127.0.0.1', port, path, method, headers, ca: pki.serving.cert, servername: SERVICE_NAME },
    agent: agent ?? false,
    ...pair,
  };
  const sent = send(options).end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, headers: response.headers, text: await text(response) };
}

/** The headers that the front proxy adds for a user. */
export function identity(user: string, groups: readonly string[] = []): OutgoingHttpHeaders {
  return { 'X-Remote-User': user, ...(groups.length > 0 && { 'X-Remote-Group': [...groups] }) };
}

export function statusOf({ text: body }: Reply): {
  readonly reason: string;
  readonly message: string;
  readonly code: number;
} {
  return JSON.parse(body) as ReturnType<typeof statusOf>;
}
