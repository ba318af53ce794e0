import { Agent } from 'node:https';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/core/errors.js';
import type { Verdict } from '../../../src/core/identity.js';
import { silentLogger } from '../../../src/core/logger.js';
import { DEFAULT_LIMITS } from '../../../src/serve/aggregated/limits.js';
import { ManualClock } from '../../support/manual-clock.js';
import { fakeView, workloadStatus } from '../external-metrics/fake-view.js';
import {
  BASE,
  CHECKOUT,
  METRIC,
  call,
  clusterPki,
  identity,
  startServer,
  statusOf,
  type Pki,
  type TestServer,
} from './setup.js';

let pki: Pki;
beforeAll(async () => {
  pki = await clusterPki();
});
const open: TestServer[] = [];
const agents: Agent[] = [];
afterEach(async () => {
  for (const agent of agents.splice(0)) agent.destroy();
  await Promise.all(open.splice(0).map(({ server }) => server.close()));
});
async function aServer(props: Parameters<typeof startServer>[1] = {}): Promise<TestServer> {
  const started = await startServer(pki, props);
  open.push(started);
  return started;
}
function keepAlive(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agents.push(agent);
  return agent;
}
const proxied = () => ({ headers: identity('jane'), pair: pki.frontProxy });

it('keeps idle connections longer than the 90 s of kube-apiserver', () => {
  expect(DEFAULT_LIMITS.keepAliveTimeoutMs).toBeGreaterThan(90_000);
  expect(DEFAULT_LIMITS.headersTimeoutMs).toBeGreaterThan(DEFAULT_LIMITS.keepAliveTimeoutMs);
});

it('names the address that cannot be listened on', async () => {
  const { port } = await aServer();
  const error = await startServer(pki, { port }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UsageError);
  expect(String(error)).toContain(`127.0.0.1:${port}: EADDRINUSE`);
});

it('needs no backend for discovery, OpenAPI and readiness', async () => {
  const view = fakeView([workloadStatus(['shop', 'checkout', METRIC], null, { reason: 'Prometheus is down' })]);
  const server = await aServer({ view });
  for (const path of ['/apis', BASE, '/openapi/v2', '/openapi/v3', '/readyz', '/livez']) {
    expect([path, (await call(server, path, proxied())).status]).toEqual([path, 200]);
  }
  const reply = await call(server, CHECKOUT, proxied());
  expect(statusOf(reply)).toMatchObject({ code: 503, reason: 'ServiceUnavailable' });
  expect(reply.headers['retry-after']).toBeUndefined();
});

it('answers 200 requests at once, each with its own', async () => {
  const names = Array.from({ length: 200 }, (_, index) => `app-${index}`);
  const server = await aServer({
    view: fakeView(names.map((name, index) => workloadStatus(['shop', name, METRIC], index))),
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 50 });
  agents.push(agent);
  const values = await Promise.all(
    names.map(async (name) => {
      const path = `${BASE}/namespaces/shop/${METRIC}?labelSelector=scaledobject.keda.sh%2Fname%3D${name}`;
      const reply = await call(server, path, { ...proxied(), agent });
      return (JSON.parse(reply.text) as { items: { value: string }[] }).items[0]?.value;
    }),
  );
  expect(values).toEqual(names.map((_, index) => String(index)));
});

describe('each request', () => {
  it('is logged with audit id, user and workload, and counted', async () => {
    const lines: object[] = [];
    const server = await aServer({ logger: { ...silentLogger, info: (details) => void lines.push(details) } });
    const headers = { ...identity('jane'), 'Audit-ID': '3f1c-77' };
    const reply = await call(server, CHECKOUT, { headers, pair: pki.frontProxy });
    expect(reply.headers['audit-id']).toBe('3f1c-77');
    await call(server, `${BASE}/namespaces/shop/rps?labelSelector=)`, { headers, pair: pki.frontProxy });
    await call(server, BASE);
    const route = '/apis/external.metrics.k8s.io/v1beta1/namespaces/:namespace/:metric';
    expect(lines).toMatchObject([
      { auditId: '3f1c-77', user: 'jane', method: 'GET', route, status: 200, workload: `shop/checkout/${METRIC}` },
      { user: 'jane', status: 400, workload: 'shop/*/rps' },
      { auditId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string, user: null, route: BASE, status: 401 },
    ]);
    const text = await server.registry.metrics();
    expect(text).toContain(
      `tidecast_aggregated_request_duration_seconds_count{method="GET",route="${route}",status="200"} 1`,
    );
    expect(text).toContain('tidecast_aggregated_authentications_total{outcome="front-proxy"} 2');
    expect(text).toContain('tidecast_aggregated_authentications_total{outcome="refused"} 1');
    expect(text).toContain('tidecast_aggregated_authorizations_total{outcome="allowed"} 2');
    expect(text).toMatch(/tidecast_aggregated_certificate_expiry_timestamp_seconds 1\d{9}/);
  });

  it('of a health probe is logged where it fails', async () => {
    const lines: unknown[] = [];
    const info = (details: object): void => void lines.push((details as { route: string }).route);
    const server = await aServer({ logger: { ...silentLogger, info } });
    for (const path of ['/livez', '/readyz/ping', '/readyz/nothing']) await call(server, path);
    expect(lines).toEqual(['none']);
  });

  it.each<[string, string]>([
    ['markup and spaces', 'a b'],
    ['65 characters', 'a'.repeat(65)],
    ['nothing', ''],
  ])('gets an audit id of its own in place of %s', async (_, sent) => {
    const server = await aServer();
    const reply = await call(server, '/livez', { headers: { 'Audit-ID': sent } });
    expect(reply.headers['audit-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each<[string, string, string, number]>([
    ['a path that is not there', 'GET', '/nothing', 404],
    ['the root', 'GET', '/', 404],
    ['the REST API of the other port', 'GET', '/api/v1/workloads', 404],
    ['metrics, which are on the other port', 'GET', '/metrics', 404],
    ['a write', 'POST', CHECKOUT, 405],
    ['a write to discovery', 'DELETE', '/apis', 405],
    ['a watch', 'GET', `${CHECKOUT}&watch=1`, 405],
    ['half an escape', 'GET', '/apis/%zz', 400],
  ])('is answered with a Status: %s', async (_, method, path, code) => {
    const server = await aServer();
    const reply = await call(server, path, { ...proxied(), method });
    expect(reply.status).toBe(code);
    expect(statusOf(reply)).toMatchObject({ kind: 'Status', code });
    expect(reply.headers['audit-id']).toBeDefined();
    expect(reply.headers['location']).toBeUndefined();
  });
});

describe('shutting down', () => {
  it('fails readiness at once, serves until kube-apiserver has noticed, then closes', async () => {
    const clock = new ManualClock(Date.now());
    const started = await startServer(pki, { clock, limits: { drainMs: 5_000 } });
    const agent = keepAlive();
    await call(started, BASE, { ...proxied(), agent });
    const closed = started.server.close();
    await clock.untilSleeping();
    const ready = await call(started, '/readyz');
    expect([ready.status, ready.text]).toEqual([
      500,
      '[+]ping ok\n[+]serving-certificate ok\n[+]request-header-config ok\n[-]shutdown failed: reason withheld\nreadyz check failed\n',
    ]);
    expect((await call(started, '/livez')).text).toBe('ok');
    expect((await call(started, BASE, { ...proxied(), agent })).headers.connection).toBe('keep-alive');
    await clock.advance(5_000);
    // The agent's idle connection does not keep it from closing.
    await closed;
    await expect(call(started, BASE, proxied())).rejects.toThrow('ECONNREFUSED');
  });

  it('lets a request in flight finish, and tells its client to close', async () => {
    let decide: (verdict: Verdict) => void = () => undefined;
    let asked: () => void = () => undefined;
    const isAsked = new Promise<void>((resolve) => (asked = resolve));
    const access = {
      review: () =>
        new Promise<Verdict>((resolve) => {
          decide = resolve;
          asked();
        }),
    };
    const started = await startServer(pki, { access, limits: { closeGraceMs: 60_000 } });
    const reply = call(started, CHECKOUT, { ...proxied(), agent: keepAlive() });
    await isAsked;
    const closed = started.server.close();
    await expect
      .poll(() =>
        call(started, '/livez').then(
          ({ status }) => status,
          () => 'refused',
        ),
      )
      .toBe('refused');
    decide({ isAllowed: true, reason: '' });
    expect(await reply).toMatchObject({ status: 200, headers: { connection: 'close' } });
    await closed;
  });
});
