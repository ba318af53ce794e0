import { Agent } from 'node:https';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { User } from '../../../src/core/identity.js';
import { hoursFromNow, testAuthority } from '../../support/pki.js';
import {
  BASE,
  CHECKOUT,
  call,
  clusterPki,
  configMapData,
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

async function aServer(
  ...[props]: Parameters<typeof startServer> extends [unknown, ...infer Rest] ? Rest : never
): Promise<TestServer> {
  const started = await startServer(pki, props);
  open.push(started);
  return started;
}

function keepAlive(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agents.push(agent);
  return agent;
}

describe('behind the certificate of the front proxy', () => {
  it.each<[string, Record<string, string | string[]>, User]>([
    [
      'the probe of the aggregator',
      identity('system:kube-aggregator', ['system:masters']) as Record<string, string>,
      { name: 'system:kube-aggregator', groups: ['system:masters', 'system:authenticated'], extra: {} },
    ],
    [
      'a user without a group, who is authenticated all the same',
      { 'X-Remote-User': 'system:aggregator' },
      { name: 'system:aggregator', groups: ['system:authenticated'], extra: {} },
    ],
    [
      'an anonymous user, who is not',
      { 'X-Remote-User': 'system:anonymous', 'X-Remote-Group': 'system:unauthenticated' },
      { name: 'system:anonymous', groups: ['system:unauthenticated'], extra: {} },
    ],
    [
      'groups with commas',
      { 'X-Remote-User': 'jane', 'X-Remote-Group': ['a,b', 'c, d', 'system:authenticated'] },
      { name: 'jane', groups: ['a,b', 'c, d', 'system:authenticated'], extra: {} },
    ],
    [
      'percent-encoded extra keys, several values, and a malformed key',
      {
        'X-Remote-User': 'jane',
        'X-Remote-Extra-Authentication.kubernetes.io%2fCredential-Id': ['x', 'y,z'],
        'X-Remote-Extra-100%': 'v',
      },
      {
        name: 'jane',
        groups: ['system:authenticated'],
        extra: { 'authentication.kubernetes.io/credential-id': ['x', 'y,z'], '100%': ['v'] },
      },
    ],
    [
      'a user in UTF-8',
      { 'X-Remote-User': Buffer.from('Zoë 東京').toString('latin1') },
      { name: 'Zoë 東京', groups: ['system:authenticated'], extra: {} },
    ],
    [
      'a UID that the ConfigMap does not list, which is ignored',
      { 'X-Remote-User': 'jane', 'X-Remote-Uid': '42' },
      { name: 'jane', groups: ['system:authenticated'], extra: {} },
    ],
    [
      'the first user name that is not empty',
      { 'X-Remote-User': ['', 'jane'] },
      { name: 'jane', groups: ['system:authenticated'], extra: {} },
    ],
  ])('believes %s', async (_, headers, user) => {
    const server = await aServer();
    const reply = await call(server, BASE, { headers, pair: pki.frontProxy });
    expect(reply.status).toBe(200);
    expect(server.access.asked.map((asked) => asked.user)).toEqual([user]);
  });

  it('takes the UID from the header that the ConfigMap lists', async () => {
    const server = await aServer();
    server.requestHeaders.update({ ...configMapData(pki), 'requestheader-uid-headers': '["X-Remote-Uid"]' });
    await call(server, BASE, { headers: { 'X-Remote-User': 'jane', 'X-Remote-Uid': '42' }, pair: pki.frontProxy });
    expect(server.access.asked[0]?.user).toMatchObject({ name: 'jane', uid: '42' });
  });

  it('accepts any name of the authority when the list of names is empty or missing', async () => {
    const server = await aServer();
    const other = await pki.frontProxyCa.issue('somebody', { usage: 'client' });
    const data = configMapData(pki);
    delete data['requestheader-allowed-names'];
    for (const names of [{}, { 'requestheader-allowed-names': '[]' }]) {
      server.requestHeaders.update({ ...data, ...names });
      expect((await call(server, BASE, { headers: identity('jane'), pair: other })).status).toBe(200);
    }
  });
});

describe('does not believe identity headers', () => {
  const forged = identity('system:kube-controller-manager', ['system:masters']);
  const unauthorized = {
    kind: 'Status',
    status: 'Failure',
    message: 'Unauthorized',
    reason: 'Unauthorized',
    code: 401,
  };

  it.each<[string, () => Promise<{ cert: string; key: string } | undefined>]>([
    ['without a certificate', () => Promise.resolve(undefined)],
    ['with a certificate of the cluster CA', () => pki.clusterCa.issue('front-proxy-client', { usage: 'client' })],
    [
      'with a certificate of a foreign authority of the same name',
      async () => (await testAuthority('front-proxy-ca')).issue('front-proxy-client'),
    ],
    [
      'with the right authority and a name that is not listed',
      () => pki.frontProxyCa.issue('somebody', { usage: 'client' }),
    ],
    [
      'with a certificate that has expired',
      () =>
        pki.frontProxyCa.issue('front-proxy-client', {
          usage: 'client',
          notBefore: hoursFromNow(-48),
          notAfter: hoursFromNow(-1),
        }),
    ],
    [
      'with a certificate that is not valid yet',
      () => pki.frontProxyCa.issue('front-proxy-client', { usage: 'client', notBefore: hoursFromNow(1) }),
    ],
    ['with a certificate for servers', () => pki.frontProxyCa.issue('front-proxy-client', { usage: 'server' })],
    ['with the certificate of the server itself', () => Promise.resolve(pki.server)],
  ])('%s', async (_, certificate) => {
    const server = await aServer();
    const pair = await certificate();
    const reply = await call(server, CHECKOUT, { headers: forged, ...(pair && { pair }) });
    expect(reply.status).toBe(401);
    expect(JSON.parse(reply.text)).toMatchObject(unauthorized);
    expect(reply.headers['retry-after']).toBeUndefined();
    expect(server.access.asked).toEqual([]);
  });

  it('with the right certificate and no user name', async () => {
    const server = await aServer();
    const headers = { 'X-Remote-User': '', 'X-Remote-Group': 'system:masters' };
    expect((await call(server, BASE, { headers, pair: pki.frontProxy })).status).toBe(401);
  });

  it('of a bearer of a token, who is whom the token says', async () => {
    const server = await aServer();
    server.tokens.users.set('good', { name: 'ci', groups: ['builders'], extra: {} });
    const reply = await call(server, CHECKOUT, { headers: { ...forged, Authorization: 'Bearer good' } });
    expect(reply.status).toBe(200);
    expect(server.access.asked[0]?.user).toEqual({
      name: 'ci',
      groups: ['builders', 'system:authenticated'],
      extra: {},
    });
  });

  it('before it has been told by what the front proxy is known', async () => {
    const { RequestHeaderKeeper } = await import('../../../src/serve/aggregated/request-header-keeper.js');
    const requestHeaders = new RequestHeaderKeeper();
    const server = await aServer({ requestHeaders });
    expect((await call(server, BASE, { headers: forged, pair: pki.frontProxy })).status).toBe(401);
    const ready = await call(server, '/readyz?verbose');
    expect([ready.status, ready.text]).toEqual([
      500,
      '[+]ping ok\n[+]serving-certificate ok\n[-]request-header-config failed: reason withheld\n[+]shutdown ok\nreadyz check failed\n',
    ]);
    requestHeaders.update(configMapData(pki));
    expect((await call(server, '/readyz')).text).toBe('ok');
    expect((await call(server, BASE, { headers: forged, pair: pki.frontProxy })).status).toBe(200);
  });
});

describe('bearer tokens', () => {
  it.each<[string, string | undefined, number]>([
    ['one that is known', 'Bearer good', 200],
    ['the scheme in other letters', 'bearer good', 200],
    ['one that is not known', 'Bearer bad', 401],
    ['another scheme', 'Basic Z29vZDpnb29k', 401],
    ['two words', 'Bearer good good', 401],
    ['nothing', 'Bearer ', 401],
    ['no header', undefined, 401],
    ['one that cannot be reviewed: an error, and no refusal', 'Bearer broken', 500],
  ])('%s', async (_, authorization, status) => {
    const server = await aServer();
    server.tokens.users.set('good', { name: 'ci', groups: [], extra: {} });
    server.tokens.users.set('broken', new Error('token=broken: ECONNREFUSED'));
    const reply = await call(server, BASE, { headers: authorization === undefined ? {} : { authorization } });
    expect(reply.status).toBe(status);
    expect(reply.text).not.toMatch(/broken|ECONNREFUSED/);
  });
});

describe('when the authority of the front proxy is replaced', () => {
  const headers = identity('jane');

  it('believes the new one at once and the old one no more, also over connections that are open', async () => {
    const server = await aServer();
    const agent = keepAlive();
    const old = { headers, pair: pki.frontProxy, agent };
    expect((await call(server, BASE, old)).status).toBe(200);
    const nextCa = await testAuthority('front-proxy-ca');
    const next = await nextCa.issue('front-proxy-client', { usage: 'client' });
    server.requestHeaders.update({ ...configMapData(pki), 'requestheader-client-ca-file': nextCa.cert });
    expect((await call(server, BASE, { headers, pair: next })).status).toBe(200);
    // The agent resumes its session where it has one; it is verified anew.
    expect((await call(server, BASE, { ...old, agent: keepAlive() })).status).toBe(401);
    const again = await call(server, BASE, old).catch(() => call(server, BASE, old));
    expect(again.status).toBe(401);
  });

  it('believes both while the ConfigMap holds both', async () => {
    const server = await aServer();
    const nextCa = await testAuthority('front-proxy-ca-2');
    const both = `${pki.frontProxyCa.cert}\n${nextCa.cert}`;
    server.requestHeaders.update({ ...configMapData(pki), 'requestheader-client-ca-file': both });
    for (const pair of [pki.frontProxy, await nextCa.issue('front-proxy-client')]) {
      expect((await call(server, BASE, { headers, pair })).status).toBe(200);
    }
  });

  it('ends no connection when other parts of the ConfigMap change, and heeds them at once', async () => {
    const server = await aServer();
    const agent = keepAlive();
    await call(server, BASE, { headers, pair: pki.frontProxy, agent });
    server.requestHeaders.update({ ...configMapData(pki), 'requestheader-allowed-names': '["other"]' });
    const refused = await call(server, BASE, { headers, pair: pki.frontProxy, agent }).catch(() =>
      call(server, BASE, { headers, pair: pki.frontProxy, agent }),
    );
    expect(refused.status).toBe(401);
  });

  it.each<[string, Record<string, string>]>([
    ['no JSON', { 'requestheader-allowed-names': 'front-proxy-client' }],
    ['JSON of another form', { 'requestheader-group-headers': '{"a":1}' }],
    [
      'a certificate that is none',
      { 'requestheader-client-ca-file': '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' },
    ],
    ['no certificate', { 'requestheader-client-ca-file': '' }],
    ['no header for the name', { 'requestheader-username-headers': '[]' }],
  ])('keeps the last good state when the new one has %s', async (_, broken) => {
    const server = await aServer();
    expect(server.requestHeaders.update({ ...configMapData(pki), ...broken })).toBe(false);
    expect(server.requestHeaders.problem()).toContain(Object.keys(broken)[0]);
    expect((await call(server, BASE, { headers, pair: pki.frontProxy })).status).toBe(200);
    expect((await call(server, '/readyz')).status).toBe(200);
  });
});

it('a certificate that expires on an open connection is no longer believed', async () => {
  const { ManualClock } = await import('../../support/manual-clock.js');
  const clock = new ManualClock(Date.now());
  const server = await aServer({ clock });
  const agent = keepAlive();
  const options = { headers: identity('jane'), pair: pki.frontProxy, agent };
  expect((await call(server, BASE, options)).status).toBe(200);
  await clock.advance(25 * 3_600_000);
  expect(statusOf(await call(server, BASE, options)).code).toBe(401);
});

it('a serving certificate that is replaced is shown to new connections, and open ones go on', async () => {
  const server = await aServer();
  const agent = keepAlive();
  const options = { headers: identity('jane'), pair: pki.frontProxy };
  await call(server, BASE, { ...options, agent });
  const nextCa = await testAuthority('next-serving-ca');
  server.certificate.replace(await nextCa.issue('next', { usage: 'server', names: ['tidecast.tidecast.svc'] }));
  await expect(call(server, BASE, options)).rejects.toThrow(/certificate/);
  expect((await call({ port: server.port, pki: { ...pki, serving: nextCa } }, BASE, options)).status).toBe(200);
  expect((await call(server, BASE, { ...options, agent })).status).toBe(200);
});
