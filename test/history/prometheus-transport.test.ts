import { getEventListeners } from 'node:events';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HistoryQueryError, HistoryResponseError, HistoryUnavailableError } from '../../src/core/errors.js';
import type { Observation, Series } from '../../src/core/series.js';
import type { PrometheusEndpoint } from '../../src/core/workload.js';
import { PrometheusSource, type PrometheusSourceOptions } from '../../src/history/prometheus.js';
import { createAuthority } from '../support/certificates.js';
import { describeWithPrograms, freePort, temporaryFolder } from '../support/programs.js';
import {
  type Reply,
  type ScriptedServer,
  hang,
  json,
  reset,
  slow,
  startScriptedServer,
  text,
  truncated,
} from '../support/scripted-server.js';

const AT_MS = 1_700_000_040_000;
const answer = {
  status: 'success',
  data: { resultType: 'vector', result: [{ metric: {}, value: [AT_MS / 1000, '5'] }] },
};
const five: Observation = { timeMs: AT_MS, value: 5 };
const ok = json(answer);

let server: ScriptedServer;
beforeEach(async () => {
  server = await startScriptedServer();
});
afterEach(() => server.close());

type Options = Partial<PrometheusSourceOptions>;
const sourceOf = (options: Options = {}, endpoint: Partial<PrometheusEndpoint> = {}): PrometheusSource =>
  new PrometheusSource({ address: server.url, ...endpoint }, { random: () => 0.5, backoffMs: 1, ...options });
const observe = (source: PrometheusSource, signal?: AbortSignal): Promise<Observation | null> =>
  source.observe('load', { atMs: AT_MS, ...(signal && { signal }) });

describe('requests', () => {
  it('ask for one moment in seconds, as a form', async () => {
    server.always(ok);
    await sourceOf().observe('sum(rate(x{a="b & c"}[5m]))', { atMs: AT_MS + 250 });
    const [{ method, path, params, headers }] = server.requests as [(typeof server.requests)[0]];
    expect([method, path]).toEqual(['POST', '/api/v1/query']);
    expect(Object.fromEntries(params)).toEqual({ query: 'sum(rate(x{a="b & c"}[5m]))', time: '1700000040.25' });
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded;charset=utf-8');
    expect(headers).toMatchObject({ accept: 'application/json', 'user-agent': 'tidecast' });
  });

  it('ask for a long range in parts that hold every grid point once, and join them', async () => {
    server.always((request, response) => {
      const [start, end] = [Number(request.params.get('start')), Number(request.params.get('end'))];
      const values = [start, end].map((time) => [time, String(time - AT_MS / 1000)]);
      const data = { resultType: 'matrix', result: [{ metric: {}, values }] };
      return json({ status: 'success', data })(request, response);
    });
    const range = { startMs: AT_MS, endMs: AT_MS + 7 * 500, stepMs: 500 };
    const series = await sourceOf({ maxPointsPerRequest: 3 }).read('load', range);
    // Points 0 to 7 in parts 0-2, 3-5 and 6-7, half a second apart; each reply holds only its ends.
    expect([...series.values]).toEqual([0, NaN, 1, 1.5, NaN, 2.5, 3, 3.5]);
    expect(
      server.requests.map(({ path, params }) => [path, params.get('start'), params.get('end'), params.get('step')]),
    ).toEqual([
      ['/api/v1/query_range', '1700000040', '1700000041', '0.5'],
      ['/api/v1/query_range', '1700000041.5', '1700000042.5', '0.5'],
      ['/api/v1/query_range', '1700000043', '1700000043.5', '0.5'],
    ]);
  });

  it('see different series in different parts of a range as several', async () => {
    const part = (pod: string): Reply =>
      json({ status: 'success', data: { resultType: 'matrix', result: [{ metric: { pod }, values: [] }] } });
    server.script(part('a'), part('b'));
    const reading = sourceOf({ maxPointsPerRequest: 1 }).read('load', { startMs: 0, endMs: 1000, stepMs: 1000 });
    await expect(reading).rejects.toThrow(/2 series that differ in pod: \{pod="a"\}, \{pod="b"\}/);
  });

  it('stop at the first part that fails', async () => {
    server.always(text(400, 'no'));
    const reading = sourceOf({ maxPointsPerRequest: 1 }).read('load', { startMs: 0, endMs: 9000, stepMs: 1000 });
    await expect(reading).rejects.toThrow(HistoryQueryError);
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ['a start off the grid', { startMs: 30_000, endMs: 120_000, stepMs: 60_000 }],
    ['an end off the grid', { startMs: 0, endMs: 90_000, stepMs: 60_000 }],
    ['ends out of order', { startMs: 60_000, endMs: 0, stepMs: 60_000 }],
    ['a step below a millisecond', { startMs: 0, endMs: 1, stepMs: 0.5 }],
    ['no step', { startMs: 0, endMs: 0, stepMs: 0 }],
  ])('are not sent for %s', async (_, range) => {
    await expect(sourceOf().read('load', range)).rejects.toThrow(RangeError);
    expect(server.requests).toHaveLength(0);
  });

  it.each<Options>([
    { maxPointsPerRequest: 11_001 },
    { maxPointsPerRequest: 0 },
    { maxConcurrent: 0 },
    { retries: -1 },
  ])('cannot be configured with %o', (options) => {
    expect(() => sourceOf(options)).toThrow(/must be a whole number from/);
  });

  it('carry basic authentication and the headers of the endpoint', async () => {
    server.always(ok);
    const headers = { 'X-Scope-OrgID': 'team-a' };
    await observe(sourceOf({}, { basic: { username: 'ann', password: 's3cret' }, headers }));
    // printf ann:s3cret | base64
    expect(server.requests[0]!.headers).toMatchObject({
      authorization: 'Basic YW5uOnMzY3JldA==',
      'x-scope-orgid': 'team-a',
    });
  });

  it('carry a bearer token', async () => {
    server.always(ok);
    await observe(sourceOf({}, { bearerToken: 'tok' }));
    expect(server.requests[0]!.headers.authorization).toBe('Bearer tok');
  });

  it('are under way maxConcurrent at a time', async () => {
    let underWay = 0;
    let most = 0;
    server.always(async (request, response) => {
      most = Math.max(most, ++underWay);
      await slow(5, ok)(request, response);
      underWay--;
    });
    const source = sourceOf({ maxConcurrent: 3 });
    await Promise.all(Array.from({ length: 12 }, () => observe(source)));
    expect(most).toBe(3);
  });
});

describe('GET in place of POST', () => {
  it.each([405, 501])('follows a %s, and is remembered', async (status) => {
    server.always((request, response) => (request.method === 'POST' ? text(status, '') : ok)(request, response));
    const source = sourceOf();
    expect(await observe(source)).toEqual(five);
    expect(await observe(source)).toEqual(five);
    expect(server.requests.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET']);
    expect(Object.fromEntries(server.requests[1]!.params)).toEqual({ query: 'load', time: '1700000040' });
  });

  it('is not remembered when it is refused as well', async () => {
    server.always(text(405, 'read-only'));
    const source = sourceOf();
    await expect(observe(source)).rejects.toThrow(/status 405, "read-only"/);
    await expect(observe(source)).rejects.toThrow(HistoryQueryError);
    expect(server.requests.map(({ method }) => method)).toEqual(['POST', 'GET', 'POST', 'GET']);
  });

  it('keeps the query string of the address', async () => {
    server.script(text(405, ''), ok);
    await observe(sourceOf({}, { address: `${server.url}/vm?extra_label=a` }));
    expect(server.requests[1]!.path).toBe('/vm/api/v1/query');
    expect(server.requests[1]!.params.get('extra_label')).toBe('a');
  });
});

describe('retries', () => {
  const passing: [string, Reply][] = [
    ['500', text(500, '')],
    ['502', text(502, '<html>')],
    ['503', text(503, '')],
    ['429', text(429, '')],
    ['a closed connection', reset],
    ['an answer that breaks off', truncated(JSON.stringify(answer), 20)],
    ['an error page that breaks off', truncated('x'.repeat(100), 20, 500)],
  ];
  it.each(passing)('get over %s', async (_, failure) => {
    server.script(failure, failure, ok);
    expect(await observe(sourceOf({ retries: 2 }))).toEqual(five);
    expect(server.requests).toHaveLength(3);
  });

  it.each(passing)('end after as many as configured, for %s', async (_, failure) => {
    server.always(failure);
    await expect(observe(sourceOf({ retries: 3 }))).rejects.toThrow(HistoryUnavailableError);
    expect(server.requests).toHaveLength(4);
  });

  it('send the same request again', async () => {
    server.script(text(503, ''), ok);
    await observe(sourceOf({}, { bearerToken: 'tok' }));
    const [first, second] = server.requests;
    expect(second).toEqual(first);
  });

  it('get over a timeout', async () => {
    server.script(hang);
    server.always(ok);
    expect(await observe(sourceOf({ timeoutMs: 300 }))).toEqual(five);
  });

  it.each([400, 401, 403, 404, 413, 422])('do not follow a %s', async (status) => {
    server.always(text(status, ''));
    await expect(observe(sourceOf())).rejects.toThrow(HistoryQueryError);
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ['an answer that is not JSON', text(200, 'OK')],
    ['an answer that is too long', json(`"${'x'.repeat(2000)}"`)],
  ])('do not follow %s', async (_, reply) => {
    server.always(reply);
    await expect(observe(sourceOf({ maxResponseBytes: 1000 }))).rejects.toThrow(HistoryResponseError);
    expect(server.requests).toHaveLength(1);
  });

  it('wait as long as Retry-After asks, but not longer than the maximum', async () => {
    server.script(text(503, '', { 'retry-after': '3600' }), ok);
    const startedAt = performance.now();
    expect(await observe(sourceOf({ backoffMs: 1, maxBackoffMs: 120 }))).toEqual(five);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(115);
  });
});

describe('failures', () => {
  it('name a server that cannot be reached', async () => {
    const port = await freePort();
    const observing = observe(sourceOf({ retries: 1 }, { address: `http://127.0.0.1:${port}` }));
    await expect(observing).rejects.toThrow(HistoryUnavailableError);
    await expect(observing).rejects.toThrow(
      `http://127.0.0.1:${port} did not answer the query "load": connect ECONNREFUSED 127.0.0.1:${port}`,
    );
  });

  it('name a host that does not exist', async () => {
    const observing = observe(sourceOf({}, { address: 'http://no-such-host.invalid' }));
    await expect(observing).rejects.toThrow(/did not answer the query "load": .*(ENOTFOUND|EAI_AGAIN)/);
  });

  const drip: Reply = (_request, response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write(' '), 20);
    response.on('close', () => {
      clearInterval(timer);
    });
  };
  it.each([
    ['a server that does not answer', hang],
    ['a server that never finishes', drip],
  ])('end %s after the timeout', async (_, reply) => {
    server.always(reply);
    const observing = observe(sourceOf({ timeoutMs: 120, retries: 0 }));
    await expect(observing).rejects.toThrow(HistoryUnavailableError);
    await expect(observing).rejects.toThrow(/no complete answer within 120ms/);
  });

  it('end a network that swallows packets after the timeout, and pass when it comes back', async () => {
    server.always(ok);
    const source = sourceOf({ timeoutMs: 500, retries: 0 });
    server.silence();
    await expect(observe(source)).rejects.toThrow(HistoryUnavailableError);
    server.speak();
    expect(await observe(source)).toEqual(five);
  });

  it.each([
    ['plain', json(`"${'x'.repeat(5000)}"`)],
    [
      'compressed, by its length when unpacked',
      ((_request, response) => {
        const body = gzipSync('x'.repeat(1_000_000));
        expect(body.length).toBeLessThan(2000);
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(body);
      }) satisfies Reply,
    ],
    ['an error page', text(500, 'x'.repeat(5000))],
  ])('refuse an answer beyond the limit: %s', async (_, reply) => {
    server.always(reply);
    const observing = observe(sourceOf({ maxResponseBytes: 2000 }));
    await expect(observing).rejects.toThrow(HistoryResponseError);
    await expect(observing).rejects.toThrow(/larger than 2000 bytes; does the query return many series/);
  });

  it('read an answer of just the limit', async () => {
    server.always(ok);
    expect(await observe(sourceOf({ maxResponseBytes: JSON.stringify(answer).length }))).toEqual(five);
  });
});

describe('redirects', () => {
  const to = (location: string, status = 302): Reply => text(status, '', { location });

  it.each([301, 302, 307, 308])('are followed on the same server with the same request: %s', async (status) => {
    server.script(to('/prom/api/v1/query', status), ok);
    expect(await observe(sourceOf({}, { bearerToken: 'tok' }))).toEqual(five);
    expect(server.requests[1]).toMatchObject({
      method: 'POST',
      path: '/prom/api/v1/query',
      body: server.requests[0]!.body,
    });
    expect(server.requests[1]!.headers.authorization).toBe('Bearer tok');
  });

  it('with GET do not repeat parameters that the new address has', async () => {
    server.script(text(405, ''), to('/elsewhere?query=load&time=1700000040'), ok);
    await observe(sourceOf());
    expect(server.requests[2]!.params.getAll('query')).toEqual(['load']);
  });

  it('end when they go round', async () => {
    server.always(to('/again'));
    await expect(observe(sourceOf())).rejects.toThrow(/redirects more than 5 times/);
    expect(server.requests).toHaveLength(6);
  });

  it.each(['http:', 'https:'])('to another host are refused, and nothing is sent there: %s', async (protocol) => {
    const other = await startScriptedServer();
    server.always(to(`${protocol}//localhost:${other.port}/login?state=canary`));
    const observing = observe(sourceOf({}, { bearerToken: 'tok', headers: { 'X-Scope-OrgID': 'team-a' } }));
    await expect(observing).rejects.toThrow(HistoryResponseError);
    await expect(observing).rejects.toThrow(
      `redirects to ${protocol}//localhost:${other.port}/login; if that is the Prometheus meant, configure it`,
    );
    expect(other.requests).toHaveLength(0);
    await other.close();
  });

  it('to another port over http, and to what is no address, are refused', async () => {
    server.script(to('http://127.0.0.1:1/api'), to('http://[broken'));
    await expect(observe(sourceOf())).rejects.toThrow(/redirects to http:\/\/127\.0\.0\.1:1\/api/);
    await expect(observe(sourceOf())).rejects.toThrow(/redirects to "http:\/\/\[broken"/);
  });
});

describe('an abort', () => {
  const reason = new Error('shutting down');

  it('before the request sends nothing', async () => {
    await expect(observe(sourceOf(), AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(server.requests).toHaveLength(0);
  });

  it('during the request ends it', async () => {
    server.always(hang);
    const controller = new AbortController();
    const observing = observe(sourceOf(), controller.signal);
    void server.received(1).then(() => {
      controller.abort(reason);
    });
    await expect(observing).rejects.toBe(reason);
  });

  it('during the pause before a retry ends it', async () => {
    const controller = new AbortController();
    server.always((request, response) => {
      response.on('finish', () =>
        setImmediate(() => {
          controller.abort(reason);
        }),
      );
      return text(503, '')(request, response);
    });
    await expect(observe(sourceOf({ backoffMs: 20_000 }), controller.signal)).rejects.toBe(reason);
    expect(server.requests).toHaveLength(1);
  });

  it('while waiting in line sends nothing', async () => {
    server.always(hang);
    const [first, second] = [new AbortController(), new AbortController()];
    const source = sourceOf({ maxConcurrent: 1 });
    const both = [observe(source, first.signal), observe(source, second.signal)];
    const outcomes = Promise.allSettled(both);
    await server.received(1);
    second.abort(reason);
    await expect(both[1]).rejects.toBe(reason);
    first.abort(reason);
    await outcomes;
    expect(server.requests).toHaveLength(1);
  });

  it('may end many requests: a shared signal gives no warning and keeps no listener', async () => {
    server.always(ok);
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning);
    process.on('warning', onWarning);
    const { signal } = new AbortController();
    const source = sourceOf();
    await Promise.all(Array.from({ length: 30 }, () => observe(source, signal)));
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

describe('credentials', () => {
  const canaries = {
    basic: { username: 'ann', password: 'canary-password' },
    headers: { 'X-Api-Key': 'canary-header' },
  };
  const secrets = ['canary', Buffer.from('ann:canary-password').toString('base64')];
  const echo =
    (status: number): Reply =>
    (request, response) =>
      text(status, `You sent ${JSON.stringify(request.headers)}`)(request, response);
  const situations: [string, Reply, Options][] = [
    ['a refusal that echoes the request', echo(400), {}],
    ['a failure that echoes the request', echo(500), { retries: 0 }],
    ['an answer that echoes the request', echo(200), {}],
    ['a refusal that is cut off in the middle of one', text(400, `${'x'.repeat(190)}canary-header`), {}],
    ['a web page', text(200, '<title>canary-header</title>'), {}],
    ['a redirect', text(302, '', { location: 'http://elsewhere.invalid/?token=canary-header' }), {}],
    ['a closed connection', reset, { retries: 0 }],
    ['a timeout', hang, { timeoutMs: 60, retries: 0 }],
    ['an answer that is too long', text(200, 'canary-header'.repeat(500)), { maxResponseBytes: 100 }],
  ];
  it.each(situations)('do not appear in the error about %s', async (_, reply, options) => {
    server.always(reply);
    const address = server.url.replace('http://', 'http://bob:canary-url@') + '/?token=canary-query';
    const error: unknown = await observe(sourceOf(options, { ...canaries, address })).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(Error);
    const shown = inspect(error, { depth: 20, showHidden: true, getters: true }) + JSON.stringify(error);
    for (const secret of secrets) expect(shown).not.toContain(secret);
  });

  it('do not appear in a warning, nor in the source itself', async () => {
    server.always(json({ ...answer, warnings: ['canary-header is deprecated'] }));
    const warnings: string[] = [];
    const source = sourceOf({ onWarning: (warning) => warnings.push(warning) }, canaries);
    await observe(source);
    expect(warnings).toEqual(['*** is deprecated']);
    expect(inspect(source, { depth: 20, showHidden: true }) + JSON.stringify(source)).not.toContain('canary');
  });
});

describeWithPrograms(['openssl'], 'TLS', () => {
  const withServer = async (
    use: (parts: { address: string; ca: string; client: { cert: string; key: string } }) => Promise<void>,
  ): Promise<void> => {
    const folder = await temporaryFolder();
    const authority = createAuthority(folder.path);
    const tls = { ...authority.issue('server'), ca: authority.cert, requestCert: true, rejectUnauthorized: true };
    const secure = await startScriptedServer({ tls });
    secure.always(ok);
    const { cert, key } = authority.issue('client');
    await use({ address: secure.url, ca: authority.cert, client: { cert, key } }).finally(async () => {
      await secure.close();
      await folder.remove();
    });
  };

  it('presents the client certificate and trusts the given authority', async () => {
    await withServer(async ({ address, ca, client }) => {
      expect(await observe(sourceOf({}, { address, tls: { ca, ...client } }))).toEqual(five);
    });
  });

  it('trusts anybody when told to', async () => {
    await withServer(async ({ address, client }) => {
      expect(await observe(sourceOf({}, { address, tls: { insecureSkipVerify: true, ...client } }))).toEqual(five);
    });
  });

  it('says what to do about a certificate that is not trusted, and does not try again', async () => {
    await withServer(async ({ address, client }) => {
      const observing = observe(sourceOf({ backoffMs: 20_000 }, { address, tls: client }));
      await expect(observing).rejects.toThrow(HistoryUnavailableError);
      await expect(observing).rejects.toThrow(/configure the authority that signed its certificate/);
    });
  });

  it('fails without a client certificate where one is required', async () => {
    await withServer(async ({ address, ca }) => {
      await expect(observe(sourceOf({ retries: 0 }, { address, tls: { ca } }))).rejects.toThrow(
        HistoryUnavailableError,
      );
    });
  });

  it('is followed to from http on the same host', async () => {
    await withServer(async ({ address, ca, client }) => {
      server.always(text(308, '', { location: `${address}/api/v1/query` }));
      expect(await observe(sourceOf({}, { tls: { ca, ...client } }))).toEqual(five);
    });
  });
});

it('reads 11,000 points', async () => {
  const values = Array.from({ length: 11_000 }, (_, index) => [index, String(index * 0.1)]);
  server.always(json({ status: 'success', data: { resultType: 'matrix', result: [{ metric: {}, values }] } }));
  const series: Series = await sourceOf().read('load', { startMs: 0, endMs: 10_999_000, stepMs: 1000 });
  expect(series.length).toBe(11_000);
  expect(series.countKnown()).toBe(11_000);
  expect(series.at(10_999_000)).toBe(10_999 * 0.1);
  expect(server.requests).toHaveLength(1);
});
