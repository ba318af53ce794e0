import fc from 'fast-check';
import { fastify, type FastifyInstance, type InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { externalMetricsRoutes, sendStatus } from '../../../src/serve/external-metrics/routes.js';
import type { ServiceView } from '../../../src/serve/view.js';
import { fakeView, workloadStatus } from './fake-view.js';

const BASE = '/apis/external.metrics.k8s.io/v1beta1';
const METRIC = 's0-predictkube-predictkube_metric';
const CHECKOUT = `${BASE}/namespaces/shop/${METRIC}`;
const SELECT = 'labelSelector=scaledobject.keda.sh%2Fname%3Dcheckout';

const STATUSES = [
  workloadStatus(['shop', 'checkout', METRIC], 12.5),
  workloadStatus(['shop', 'checkout', 's1-predictkube-predictkube_metric'], 2_000),
  workloadStatus(['shop', 'Zero', METRIC], 0),
  workloadStatus(['shop', 'negative', METRIC], -3),
  workloadStatus(['shop', 'huge', METRIC], 1e300),
  workloadStatus(['shop', 'broken', METRIC], NaN),
  workloadStatus(['shop', 'stale', METRIC], null, { reason: 'the forecast ran out at 18:40; Prometheus is down' }),
  workloadStatus(['shop', 'cold', METRIC], null, { decision: null, notReadyReason: 'Prometheus refuses the query' }),
  workloadStatus(['shop', 'new', METRIC], null, { decision: null }),
  workloadStatus(['other', 'checkout', METRIC], 1),
];

let app: FastifyInstance;
beforeAll(async () => {
  app = await serverFor(fakeView(STATUSES));
});
afterAll(async () => {
  await app.close();
});

async function serverFor(view: ServiceView): Promise<FastifyInstance> {
  const server = fastify({
    frameworkErrors: (error, incoming, reply) => {
      void sendStatus(error, incoming, reply);
    },
  });
  await server.register(externalMetricsRoutes, { view });
  return server;
}

interface Reply {
  readonly code: number;
  readonly headers: Record<string, unknown>;
  readonly body: { readonly [key: string]: unknown; readonly kind?: string; readonly message: string };
}

async function request(options: InjectOptions | string, server = app): Promise<Reply> {
  const { statusCode, headers, body } = await server.inject(options);
  return { code: statusCode, headers, body: JSON.parse(body) as Reply['body'] };
}

describe('discovery', () => {
  const group = {
    name: 'external.metrics.k8s.io',
    versions: [{ groupVersion: 'external.metrics.k8s.io/v1beta1', version: 'v1beta1' }],
    preferredVersion: { groupVersion: 'external.metrics.k8s.io/v1beta1', version: 'v1beta1' },
  };
  it.each<[string, object]>([
    ['/apis', { kind: 'APIGroupList', apiVersion: 'v1', groups: [group] }],
    ['/apis/external.metrics.k8s.io', { kind: 'APIGroup', apiVersion: 'v1', ...group }],
    [
      BASE,
      {
        kind: 'APIResourceList',
        apiVersion: 'v1',
        groupVersion: 'external.metrics.k8s.io/v1beta1',
        resources: [
          {
            name: 'externalmetrics',
            singularName: '',
            namespaced: true,
            kind: 'ExternalMetricValueList',
            verbs: ['get'],
          },
        ],
      },
    ],
  ])('answers %s with and without a slash, for any Accept', async (url, expected) => {
    for (const path of [url, `${url}/`, `${url}?timeout=32s`]) {
      for (const accept of ['application/json', 'application/vnd.kubernetes.protobuf', 'nonsense', undefined]) {
        const reply = await request({ url: path, headers: accept === undefined ? {} : { accept } });
        expect(reply.body).toEqual(expected);
        expect(reply.code).toBe(200);
        expect(reply.headers['content-type']).toBe('application/json');
      }
    }
  });

  it('does not depend on there being any workload', async () => {
    const empty = await serverFor(fakeView([]));
    expect((await request(BASE, empty)).body['resources']).toHaveLength(1);
    await empty.close();
  });

  describe('aggregated', () => {
    const accept =
      'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,' +
      'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json';

    it('answers with the content type asked for', async () => {
      const reply = await request({ url: '/apis', headers: { accept } });
      expect(reply.headers).toMatchObject({
        'content-type': 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
        vary: 'Accept',
        'cache-control': 'public',
      });
      const resource = {
        resource: 'externalmetrics',
        scope: 'Namespaced',
        singularResource: '',
        responseKind: { group: '', version: '', kind: 'ExternalMetricValueList' },
        verbs: ['get'],
      };
      expect(reply.body).toEqual({
        kind: 'APIGroupDiscoveryList',
        apiVersion: 'apidiscovery.k8s.io/v2',
        metadata: {},
        items: [
          {
            metadata: { name: 'external.metrics.k8s.io', creationTimestamp: null },
            versions: [{ version: 'v1beta1', freshness: 'Current', resources: [resource] }],
          },
        ],
      });
    });

    it('answers 304 to whoever has it, and anew to whoever has something else', async () => {
      const first = await request({ url: '/apis', headers: { accept } });
      const etag = first.headers['etag'] as string;
      expect(etag).toMatch(/^"[0-9a-f]+"$/);
      const again = await app.inject({ url: '/apis', headers: { accept, 'if-none-match': etag } });
      expect([again.statusCode, again.body]).toEqual([304, '']);
      expect((await request({ url: '/apis', headers: { accept, 'if-none-match': '"x"' } })).code).toBe(200);
    });

    it('is not claimed for plain JSON, nor for the version that is not served', async () => {
      for (const plain of ['application/json', accept.split(',')[1]]) {
        const reply = await request({ url: '/apis', headers: { accept: plain } });
        expect(reply.headers['content-type']).toBe('application/json');
        expect(reply.headers['etag']).toBeUndefined();
        expect(reply.body.kind).toBe('APIGroupList');
      }
    });
  });
});

describe('a value', () => {
  it('is a list of exactly one item', async () => {
    const reply = await request(`${CHECKOUT}?${SELECT}`);
    expect(reply.code).toBe(200);
    expect(reply.headers['content-type']).toBe('application/json');
    expect(reply.body).toEqual({
      kind: 'ExternalMetricValueList',
      apiVersion: 'external.metrics.k8s.io/v1beta1',
      metadata: {},
      items: [{ metricName: METRIC, metricLabels: {}, timestamp: '2026-01-01T00:00:07Z', value: '12500m' }],
    });
  });

  it.each<[string, string, string]>([
    ['another trigger of the same ScaledObject', 'shop/s1-predictkube-predictkube_metric?so=checkout', '2k'],
    ['the same name in another namespace', `other/${METRIC}?so=checkout`, '1'],
    ['a true zero', `shop/${METRIC}?so=Zero`, '0'],
    ['a negative value, which the HPA would read as overflow', `shop/${METRIC}?so=negative`, '0'],
    ['a value beyond what the HPA can read', `shop/${METRIC}?so=huge`, '9223372036854775807m'],
    ['a metric in capitals', `shop/S0-PredictKube-PREDICTKUBE_metric?so=checkout`, '12500m'],
    ['a metric with escaped characters', `shop/s0%2Dpredictkube%2dpredictkube_metric?so=checkout`, '12500m'],
    ['a trailing slash', `shop/${METRIC}/?so=checkout`, '12500m'],
  ])('of %s', async (_, path, expected) => {
    const reply = await request(
      `${BASE}/namespaces/${path.replace('so=', 'labelSelector=scaledobject.keda.sh/name%3D')}`,
    );
    expect(reply.body['items']).toMatchObject([{ value: expected }]);
  });

  it.each<[string, string]>([
    ['unencoded', 'labelSelector=scaledobject.keda.sh/name=checkout'],
    ['form encoding with spaces as plus', 'labelSelector=scaledobject.keda.sh%2Fname+in+%28checkout%29'],
    ['spaces as %20', 'labelSelector=%20scaledobject.keda.sh/name%20%3D%20checkout'],
    ['two equals signs', 'labelSelector=scaledobject.keda.sh/name%3D%3Dcheckout'],
    ['further requirements that are met', `${SELECT}%2C%21tier%2Ccolour%21%3Dred`],
    ['other list options, as kubectl sends them', `limit=500&resourceVersion=0&${SELECT}&pretty=true&continue=&x`],
    ['watch=false', `watch=false&${SELECT}`],
    ['watch=0', `watch=0&${SELECT}`],
    ['the first of two selectors', `${SELECT}&labelSelector=nonsense(`],
  ])('is found by a selector with %s', async (_, query) => {
    expect(await request(`${CHECKOUT}?${query}`)).toMatchObject({ code: 200, body: { items: [{ value: '12500m' }] } });
  });

  it('is given to whatever accepts JSON', async () => {
    for (const accept of ['application/vnd.kubernetes.protobuf, */*', 'application/json, */*', 'application/*']) {
      expect((await request({ url: `${CHECKOUT}?${SELECT}`, headers: { accept } })).code).toBe(200);
    }
  });

  it('answers HEAD with the headers alone', async () => {
    const reply = await app.inject({ method: 'HEAD', url: `${CHECKOUT}?${SELECT}` });
    expect([reply.statusCode, reply.body, reply.headers['content-type']]).toEqual([200, '', 'application/json']);
  });
});

describe('no value is a Status, never a number and never an empty list:', () => {
  const so = (name: string): string => `${CHECKOUT}?labelSelector=scaledobject.keda.sh%2Fname%3D${name}`;
  const notFound = [404, 'NotFound'] as const;
  const unavailable = [503, 'ServiceUnavailable'] as const;
  const badRequest = [400, 'BadRequest'] as const;
  it.each<[string, string, readonly [number, string], string]>([
    [
      'a stale decision',
      so('stale'),
      unavailable,
      `${METRIC} of ScaledObject shop/stale has no value: the forecast ran out at 18:40; Prometheus is down`,
    ],
    [
      'no decision yet, with a reason',
      so('cold'),
      unavailable,
      `${METRIC} of ScaledObject shop/cold has no value yet: Prometheus refuses the query`,
    ],
    ['no decision yet', so('new'), unavailable, 'has no value yet: the first decision is still to be made'],
    [
      'an unknown ScaledObject',
      so('nothing'),
      notFound,
      `no metric ${METRIC}: no forecast trigger of ScaledObject shop/nothing is known; check its name, namespace`,
    ],
    ['a ScaledObject in other letters', so('CHECKOUT'), notFound, 'ScaledObject shop/CHECKOUT is known'],
    [
      'an unknown metric of a known ScaledObject',
      `${BASE}/namespaces/shop/rps?${SELECT}`,
      notFound,
      `no metric rps: ScaledObject shop/checkout has ${METRIC}, s1-predictkube-predictkube_metric`,
    ],
    [
      'an unknown namespace',
      `${BASE}/namespaces/nowhere/${METRIC}?${SELECT}`,
      notFound,
      'ScaledObject nowhere/checkout',
    ],
    ['a contradiction', so('checkout%2Cscaledobject.keda.sh%2Fname%3Dother'), notFound, 'nothing matches the label'],
    ['a label that no metric has', so('checkout%2Cquantile%3Dp90'), notFound, 'the only label is scaledobject.keda.sh'],
    ['a label that must be absent', so('checkout%2C%21scaledobject.keda.sh%2Fname'), notFound, 'nothing matches'],
    [
      'no selector',
      CHECKOUT,
      badRequest,
      'scaledObject name is not specified: add labelSelector=scaledobject.keda.sh/name={name}',
    ],
    ['an empty selector', `${CHECKOUT}?labelSelector=`, badRequest, 'scaledObject name is not specified'],
    ['a selector of something else', `${CHECKOUT}?labelSelector=a%3Db`, badRequest, 'name is not specified'],
    ['an empty name', so(''), badRequest, 'name is not specified'],
    ['existence alone', `${CHECKOUT}?labelSelector=scaledobject.keda.sh%2Fname`, badRequest, 'name is not specified'],
    ['a choice', `${CHECKOUT}?labelSelector=scaledobject.keda.sh%2Fname+in+(a,b)`, badRequest, 'name is not specified'],
    ['a negation', `${CHECKOUT}?labelSelector=scaledobject.keda.sh%2Fname!%3Da`, badRequest, 'name is not specified'],
  ])('%s', async (_, url, [code, reason], message) => {
    const reply = await request(url);
    expect(reply.code).toBe(code);
    expect(reply.headers['content-type']).toBe('application/json');
    expect(reply.headers['retry-after']).toBeUndefined();
    expect(reply.body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: expect.stringContaining(message) as string,
      reason,
      details: { group: 'external.metrics.k8s.io', kind: url.split('?')[0]!.split('/').at(-1) },
      code,
    });
  });

  it('a value that is not finite is an internal error', async () => {
    const reply = await request(so('broken'));
    expect(reply).toMatchObject({ code: 500, body: { kind: 'Status', reason: 'InternalError', code: 500 } });
  });

  it('a failure within says nothing of its inside', async () => {
    const view = {
      ...fakeView([]),
      find: () => {
        throw new Error('password hunter2 at /src/run/secret.ts');
      },
    };
    const server = await serverFor(view);
    const reply = await request(`${CHECKOUT}?${SELECT}`, server);
    expect(reply).toMatchObject({ code: 500, body: { kind: 'Status', reason: 'InternalError' } });
    expect(reply.body.message).toMatch(/^Internal error occurred: /);
    expect(JSON.stringify(reply.body)).not.toContain('hunter2');
    await server.close();
  });
});

describe('malformed and foreign requests get a Status:', () => {
  const selector = (text: string): string => `${CHECKOUT}?labelSelector=${encodeURIComponent(text)}`;
  const NAME = 'scaledobject.keda.sh/name';
  it.each<[string, InjectOptions, number]>([
    ['a selector without key', { url: selector('=checkout') }, 400],
    ['a selector that ends early', { url: selector(`${NAME} in (checkout`) }, 400],
    ['a selector with two operators', { url: selector(`${NAME}===checkout`) }, 400],
    ['a selector with a comma at its end', { url: selector(`${NAME}=checkout,`) }, 400],
    ['a selector with a comma at its start', { url: selector(`,${NAME}=checkout`) }, 400],
    ['a selector with an expression as value', { url: selector(`${NAME}=sum(rate(x[2m]))`) }, 400],
    ['a selector with quotes', { url: selector(`${NAME}="checkout"`) }, 400],
    ['a selector with NUL', { url: selector(`${NAME}=check\0out`) }, 400],
    ['a selector with an emoji', { url: selector(`${NAME}=🌊`) }, 400],
    ['a selector of half an escape', { url: `${CHECKOUT}?labelSelector=%` }, 400],
    ['a selector of broken UTF-8', { url: `${CHECKOUT}?labelSelector=%ff%fe` }, 400],
    ['a selector of 10,000 characters', { url: selector(`${NAME}=${'a'.repeat(10_000)}`) }, 400],
    ['a comparison with a word', { url: selector(`${NAME}=checkout,x>y`) }, 400],
    ['a selector without its name', { url: `${CHECKOUT}?${NAME}=checkout` }, 400],
    ['a selector in other letters', { url: `${CHECKOUT}?labelselector=${NAME}=checkout` }, 400],
    ['a watch', { url: `${CHECKOUT}?${SELECT}&watch=true` }, 405],
    ['a watch by number', { url: `${CHECKOUT}?${SELECT}&watch=1` }, 405],
    ['a watch without value', { url: `${CHECKOUT}?${SELECT}&watch` }, 405],
    ['YAML only', { url: `${CHECKOUT}?${SELECT}`, headers: { accept: 'application/yaml' } }, 406],
    ['no JSON', { url: `${CHECKOUT}?${SELECT}`, headers: { accept: 'application/json;q=0, */*' } }, 406],
    ['POST', { method: 'POST', url: `${CHECKOUT}?${SELECT}` }, 405],
    ['POST of JSON', { method: 'POST', url: CHECKOUT, payload: { a: 1 } }, 405],
    [
      'POST of what claims to be JSON',
      { method: 'POST', url: CHECKOUT, headers: { 'content-type': 'application/json' }, payload: '{' },
      405,
    ],
    ['POST of XML', { method: 'POST', url: CHECKOUT, headers: { 'content-type': 'text/xml' }, payload: '<a/>' }, 405],
    [
      'POST of a broken content type',
      { method: 'POST', url: CHECKOUT, headers: { 'content-type': ';;' }, payload: 'a' },
      405,
    ],
    ['PUT', { method: 'PUT', url: CHECKOUT, payload: {} }, 405],
    ['PATCH', { method: 'PATCH', url: CHECKOUT, payload: {} }, 405],
    ['DELETE', { method: 'DELETE', url: CHECKOUT }, 405],
    ['OPTIONS', { method: 'OPTIONS', url: CHECKOUT }, 405],
    ['DELETE of the group', { method: 'DELETE', url: BASE }, 405],
    ['POST to the list of groups', { method: 'POST', url: '/apis', payload: {} }, 405],
    ['another group', { url: '/apis/custom.metrics.k8s.io/v1beta1' }, 404],
    ['another version', { url: '/apis/external.metrics.k8s.io/v1beta2' }, 404],
    ['capitals in the group', { url: '/apis/External.Metrics.k8s.io/v1beta1' }, 404],
    ['the namespaces', { url: `${BASE}/namespaces` }, 404],
    ['one namespace', { url: `${BASE}/namespaces/shop` }, 404],
    ['a metric without namespace', { url: `${BASE}/${METRIC}` }, 404],
    ['a part of a metric', { url: `${CHECKOUT}/status?${SELECT}` }, 404],
    ['a doubled slash', { url: `/apis//external.metrics.k8s.io/v1beta1` }, 404],
    ['an empty namespace', { url: `${BASE}/namespaces//${METRIC}?${SELECT}` }, 404],
    ['a slash in the metric', { url: `${BASE}/namespaces/shop/a%2Fb?${SELECT}` }, 404],
    ['a way out of the folder', { url: `${BASE}/namespaces/shop/..%2f..%2fetc?${SELECT}` }, 404],
    ['a metric with NUL', { url: `${BASE}/namespaces/shop/a%00b?${SELECT}` }, 404],
    ['a metric called like a property', { url: `${BASE}/namespaces/shop/__proto__?${SELECT}` }, 404],
    ['a metric in UTF-8', { url: `${BASE}/namespaces/shop/%E2%82%AC?${SELECT}` }, 404],
    ['an unknown path', { url: '/apis/unknown' }, 404],
    ['half an escape in the path', { url: `${BASE}/namespaces/shop/%` }, 400],
    ['broken UTF-8 in the path', { url: `${BASE}/namespaces/shop/%ff?${SELECT}` }, 400],
  ])('%s', async (_, options, code) => {
    const reply = await request(options);
    expect(reply.body).toMatchObject({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code });
    expect(reply.body['reason']).not.toBe('');
    expect(reply.body.message).not.toBe('');
    expect(reply.code).toBe(code);
    expect(reply.headers['content-type']).toBe('application/json');
    expect(reply.headers['allow']).toBe(code === 405 ? 'GET, HEAD' : undefined);
    expect(reply.headers['retry-after']).toBeUndefined();
  });

  it('a method that the server does not route', async () => {
    const reply = await request({ method: 'PROPFIND' as 'GET', url: CHECKOUT });
    expect(reply).toMatchObject({ code: 405, headers: { allow: 'GET, HEAD' }, body: { kind: 'Status' } });
  });

  it('says where a selector is wrong and what was expected', async () => {
    const reply = await request(selector(`${NAME} is checkout`));
    expect(reply.body.message).toBe(
      'labelSelector, position 27: found "is", expected one of =, ==, !=, in, notin, >, <, "," or the end',
    );
  });

  it('anything at all', async () => {
    const urlText = fc.string({ unit: fc.constantFrom(...Array.from('abz09%/.-_~!*()\'@:$&+,;=?# "<>\\^`{|}é€')) });
    const part = fc.oneof(
      { weight: 3, arbitrary: urlText },
      { weight: 1, arbitrary: fc.constantFrom('shop', METRIC, 'namespaces', 'v1beta1', '', '..', '%2F', '%00', '%zz') },
    );
    const url = fc
      .tuple(fc.constantFrom('/apis', BASE, `${BASE}/namespaces`, CHECKOUT), fc.array(part, { maxLength: 4 }), urlText)
      .map(([base, parts, query]) => `${[base, ...parts].join('/')}?labelSelector=${query}`.replaceAll('#', ''));
    const method = fc.constantFrom('GET', 'GET', 'GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS');
    await fc.assert(
      fc.asyncProperty(method, url, async (name, target) => {
        // A client resolves dots before it sends; what has left /apis by then is somebody else's.
        fc.pre(new URL(target, 'http://localhost').pathname.startsWith('/apis'));
        const { statusCode, body } = await app.inject({ method: name as 'GET', url: target });
        if (name === 'HEAD') return;
        const { kind, code } = JSON.parse(body) as { kind: string; code?: number };
        if (kind === 'Status') expect(code).toBe(statusCode);
        else expect([statusCode, /^(API|External).*List$|^APIGroup$/.test(kind)]).toEqual([200, true]);
        expect(statusCode).not.toBe(500);
      }),
      { numRuns: 400 },
    );
  });
});

it('leaves other paths of the server alone', async () => {
  const server = await serverFor(fakeView([]));
  server.post('/api/v1/things', (incoming) => ({ got: incoming.body }));
  const other = await server.inject({ method: 'POST', url: '/api/v1/things', payload: { a: 1 } });
  expect(other.json()).toEqual({ got: { a: 1 } });
  expect((await server.inject('/nothing')).json()).not.toHaveProperty('kind');
  await server.close();
});

it('keeps a real connection usable after a refused body', async () => {
  const server = await serverFor(fakeView(STATUSES));
  const address = await server.listen({ host: '127.0.0.1', port: 0 });
  const url = `${address}${CHECKOUT}?${SELECT}`;
  const refused = await fetch(url, { method: 'POST', body: 'x'.repeat(100_000) });
  expect([refused.status, ((await refused.json()) as { kind: string }).kind]).toEqual([405, 'Status']);
  const head = await fetch(url, { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
  const value = (await (await fetch(url)).json()) as { items: { value: string }[] };
  expect(value.items[0]?.value).toBe('12500m');
  await server.close();
});
