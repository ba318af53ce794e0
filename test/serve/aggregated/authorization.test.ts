import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Access, User } from '../../../src/core/identity.js';
import { accessOf } from '../../../src/serve/aggregated/access-of.js';
import { CachedAccessReviewer, CachedTokenReviewer } from '../../../src/serve/aggregated/cached-reviewers.js';
import {
  BASE,
  CHECKOUT,
  FakeAccess,
  FakeTokens,
  METRIC,
  call,
  clusterPki,
  identity,
  startServer,
  statusOf,
  type Reply,
  type TestServer,
} from './setup.js';

const GROUP = 'external.metrics.k8s.io';
const resource = (more: Partial<Access>): Access =>
  ({
    kind: 'resource',
    verb: 'list',
    group: GROUP,
    version: 'v1beta1',
    resource: 'rps',
    namespace: 'shop',
    name: '',
    ...more,
  }) as Access;

describe('what a request asks for', () => {
  it.each<[string, string, string, Access]>([
    ['a metric is listed', 'GET', `${BASE}/namespaces/shop/rps`, resource({})],
    ['with a slash at the end', 'GET', `${BASE}/namespaces/shop/rps/`, resource({})],
    ['with a query', 'GET', `${BASE}/namespaces/shop/rps?labelSelector=a%2Fb&limit=500`, resource({})],
    ['by HEAD as by GET', 'HEAD', `${BASE}/namespaces/shop/rps`, resource({})],
    ['or watched', 'GET', `${BASE}/namespaces/shop/rps?watch=true`, resource({ verb: 'watch' })],
    ['watch without a value is a watch', 'GET', `${BASE}/namespaces/shop/rps?watch`, resource({ verb: 'watch' })],
    ['watch=false is none', 'GET', `${BASE}/namespaces/shop/rps?watch=false`, resource({})],
    ['watch=0 is none', 'GET', `${BASE}/namespaces/shop/rps?watch=0`, resource({})],
    ['one with a name is got', 'GET', `${BASE}/namespaces/shop/rps/x`, resource({ verb: 'get', name: 'x' })],
    ['POST creates', 'POST', `${BASE}/namespaces/shop/rps`, resource({ verb: 'create' })],
    ['PUT updates', 'PUT', `${BASE}/namespaces/shop/rps/x`, resource({ verb: 'update', name: 'x' })],
    ['PATCH patches', 'PATCH', `${BASE}/namespaces/shop/rps/x`, resource({ verb: 'patch', name: 'x' })],
    ['DELETE deletes one', 'DELETE', `${BASE}/namespaces/shop/rps/x`, resource({ verb: 'delete', name: 'x' })],
    ['or all', 'DELETE', `${BASE}/namespaces/shop/rps`, resource({ verb: 'deletecollection' })],
    [
      'segments are decoded one by one',
      'GET',
      `${BASE}/namespaces/a%2Fb/r%20ps`,
      resource({ namespace: 'a/b', resource: 'r ps' }),
    ],
    ['at the scope of the cluster', 'GET', `${BASE}/rps`, resource({ namespace: '' })],
    [
      'a namespace is its own object',
      'GET',
      `${BASE}/namespaces/shop`,
      resource({ verb: 'get', resource: 'namespaces', name: 'shop' }),
    ],
    ['all namespaces', 'GET', `${BASE}/namespaces`, resource({ resource: 'namespaces', namespace: '' })],
    ['discovery is a path', 'GET', '/apis', { kind: 'path', verb: 'get', path: '/apis' }],
    ['of a group too', 'GET', `/apis/${GROUP}`, { kind: 'path', verb: 'get', path: `/apis/${GROUP}` }],
    ['of a version too', 'GET', `${BASE}?timeout=32s`, { kind: 'path', verb: 'get', path: BASE }],
    ['OpenAPI', 'GET', `/openapi/v3${BASE}?hash=AB`, { kind: 'path', verb: 'get', path: `/openapi/v3${BASE}` }],
    ['another method of a path', 'OPTIONS', '/metrics', { kind: 'path', verb: 'options', path: '/metrics' }],
  ])('%s', (_, method, url, expected) => {
    expect(accessOf(method, url)).toEqual(expected);
  });
});

let server: TestServer;
let pair: { cert: string; key: string };
beforeAll(async () => {
  const pki = await clusterPki();
  pair = pki.frontProxy;
  server = await startServer(pki);
});
afterAll(() => server.server.close());
beforeEach(() => {
  server.access.verdict = () => ({ isAllowed: true, reason: '' });
  server.access.asked.length = 0;
});
const asJane = (path: string, method = 'GET'): Promise<Reply> =>
  call(server, path, { method, headers: identity('jane'), pair });

describe('who may not', () => {
  it.each<[string, string, string, string, string]>([
    [
      'a metric, without a reason',
      CHECKOUT,
      'GET',
      '',
      `${METRIC}.${GROUP} is forbidden: User "jane" cannot list resource "${METRIC}" in API group "${GROUP}" in the namespace "shop"`,
    ],
    [
      'a metric, with one',
      CHECKOUT,
      'GET',
      'RBAC: role "x" not found',
      `${METRIC}.${GROUP} is forbidden: User "jane" cannot list resource "${METRIC}" in API group "${GROUP}" in the namespace "shop": RBAC: role "x" not found`,
    ],
    [
      'markup',
      `${BASE}/namespaces/a%3Cb%3E/m%26n`,
      'GET',
      '<script>',
      `m&amp;n.${GROUP} is forbidden: User "jane" cannot list resource "m&amp;n" in API group "${GROUP}" in the namespace "a&lt;b&gt;": &lt;script&gt;`,
    ],
    [
      'a named object of the cluster',
      `${BASE}/rps/x`,
      'DELETE',
      '',
      `rps.${GROUP} "x" is forbidden: User "jane" cannot delete resource "rps" in API group "${GROUP}" at the cluster scope`,
    ],
    ['a path', '/apis', 'GET', '', 'forbidden: User "jane" cannot get path "/apis"'],
    ['a path that does not exist', '/nothing', 'GET', 'no', 'forbidden: User "jane" cannot get path "/nothing": no'],
    ['a path of OpenAPI', '/openapi/v2', 'GET', '', 'forbidden: User "jane" cannot get path "/openapi/v2"'],
  ])('is told so in the words of Kubernetes: %s', async (_, path, method, reason, message) => {
    server.access.verdict = () => ({ isAllowed: false, reason });
    const reply = await asJane(path, method);
    expect(statusOf(reply)).toMatchObject({
      kind: 'Status',
      status: 'Failure',
      code: 403,
      reason: 'Forbidden',
      message,
    });
    expect(reply.status).toBe(403);
    expect(reply.headers['x-content-type-options']).toBe('nosniff');
    expect(reply.headers['retry-after']).toBeUndefined();
  });

  it('an error of the review is an error, and never a yes', async () => {
    server.access.verdict = () => {
      throw new Error('connect ECONNREFUSED 10.0.0.1:443');
    };
    const reply = await asJane(CHECKOUT);
    expect(statusOf(reply)).toMatchObject({ code: 500, reason: 'InternalError' });
    expect(statusOf(reply).message).toMatch(/^Internal error occurred: /);
    expect(reply.text).not.toContain('10.0.0.1');
  });

  it('health is open to everyone, and nothing else is', async () => {
    server.access.verdict = () => ({ isAllowed: false, reason: '' });
    for (const path of ['/healthz', '/livez', '/readyz', '/readyz/serving-certificate', '/readyz?exclude=ping']) {
      const reply = await call(server, path);
      expect([path, reply.status, reply.text]).toEqual([path, 200, 'ok']);
    }
    for (const path of ['/', '/apis', '/metrics', '/openapi/v2', '/version', '/healthzz', '/readyz%2f..', CHECKOUT]) {
      expect([path, (await call(server, path)).status]).toEqual([path, 401]);
    }
  });

  it('what is reviewed is what is served, whatever the URL', async () => {
    const part = fc.oneof(
      fc.constantFrom(
        'apis',
        GROUP,
        'v1beta1',
        'namespaces',
        'shop',
        METRIC,
        '..',
        '.',
        '%2e',
        '%2F',
        '#',
        '?',
        ';',
        '%23',
        '',
        '%',
      ),
      fc.string({ maxLength: 5 }).map(encodeURIComponent),
    );
    const path = fc
      .tuple(fc.boolean(), fc.array(part, { maxLength: 6 }), fc.constantFrom('/', '//', '%2F', '#', ';'))
      .map(
        ([isMetric, parts, joint]) =>
          `${isMetric ? `${BASE}/namespaces` : ''}/${parts.join(joint)}?labelSelector=scaledobject.keda.sh/name%3Dcheckout`,
      );
    await fc.assert(
      fc.asyncProperty(path, async (url) => {
        server.access.asked.length = 0;
        const { status, text } = await asJane(url.replace(/[^\x21-\x7e]/g, '_'));
        expect(status).not.toBe(500);
        if (status !== 200 || !text.includes('ExternalMetricValueList","apiVersion')) return;
        expect(server.access.asked.map(({ access }) => access)).toMatchObject([
          { kind: 'resource', verb: 'list', namespace: 'shop', resource: METRIC },
        ]);
      }),
      { numRuns: 150 },
    );
  });
});

describe('answers are kept for ten seconds', () => {
  const jane: User = { name: 'jane', groups: ['a'], extra: {} };
  const list = resource({});

  it('yes and no alike, for the same user and access', async () => {
    for (const isAllowed of [true, false]) {
      let nowMs = 0;
      const access = new FakeAccess();
      access.verdict = () => ({ isAllowed, reason: '' });
      const cached = new CachedAccessReviewer({ reviewer: access, now: () => nowMs });
      await Promise.all([cached.review(jane, list), cached.review(jane, list)]);
      nowMs = 9_999;
      expect((await cached.review(jane, list)).isAllowed).toBe(isAllowed);
      expect(access.asked).toHaveLength(1);
      nowMs = 10_000;
      await cached.review(jane, list);
      expect(access.asked).toHaveLength(2);
    }
  });

  it.each<[string, User, Access]>([
    ['another user', { ...jane, name: 'joe' }, list],
    ['other groups', { ...jane, groups: ['b'] }, list],
    ['groups that read alike when joined', { ...jane, groups: ['a', ''] }, list],
    ['another UID', { ...jane, uid: '1' }, list],
    ['other extra', { ...jane, extra: { scope: ['x'] } }, list],
    ['another namespace', jane, resource({ namespace: 'other' })],
    ['another metric', jane, resource({ resource: 'other' })],
    ['another verb', jane, resource({ verb: 'watch' })],
  ])('but not for %s', async (_, user, access) => {
    const reviewer = new FakeAccess();
    const cached = new CachedAccessReviewer({ reviewer, now: () => 0 });
    await cached.review(jane, list);
    await cached.review(user, access);
    expect(reviewer.asked).toHaveLength(2);
  });

  it('failures are not kept', async () => {
    const tokens = new FakeTokens();
    tokens.users.set('t', new Error('down'));
    const cached = new CachedTokenReviewer({ reviewer: tokens, now: () => 0 });
    await expect(cached.review('t')).rejects.toThrow('down');
    tokens.users.set('t', jane);
    expect(await cached.review('t')).toEqual(jane);
    tokens.users.delete('t');
    expect(await cached.review('t')).toEqual(jane);
    expect(tokens.asked).toEqual(['t', 't']);
  });

  it('system:masters are not reviewed', async () => {
    const reviewer = new FakeAccess();
    const cached = new CachedAccessReviewer({ reviewer, now: () => 0 });
    expect(await cached.review({ ...jane, groups: ['system:masters'] }, list)).toEqual({ isAllowed: true, reason: '' });
    expect(reviewer.asked).toEqual([]);
  });

  it('a flood of users does not fill the memory, and the newest are kept', async () => {
    const reviewer = new FakeAccess();
    const cached = new CachedAccessReviewer({ reviewer, now: () => 0 });
    const user = (index: number): User => ({ ...jane, name: `user-${index}` });
    for (let index = 0; index < 5_000; index++) await cached.review(user(index), list);
    await cached.review(user(4_999), list);
    expect(reviewer.asked).toHaveLength(5_000);
    await cached.review(user(0), list);
    expect(reviewer.asked).toHaveLength(5_001);
  });
});
