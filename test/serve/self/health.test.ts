import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { buildApp } from '../../../src/serve/http-server.js';
import { SelfMetrics } from '../../../src/serve/self/metrics.js';
import { FakeServiceView, NOW_MS, aDecision, aStatus, aWorkload } from '../../support/fake-service-view.js';

const CHECKOUT = aWorkload().id;
const waiting = (scaledObject: string, notReadyReason: string | null = 'the source is down') =>
  aStatus({ workload: aWorkload({ scaledObject }), decision: null, notReadyReason });

let app: FastifyInstance;
let shuttingDown: boolean;
function serve(view: FakeServiceView): void {
  shuttingDown = false;
  app = buildApp({ view, metrics: new SelfMetrics(), isShuttingDown: () => shuttingDown });
}
afterEach(() => app.close());

describe('/healthz and /livez', () => {
  it.each(['/healthz', '/livez'])('%s is ok even while nothing is ready and the server shuts down', async (path) => {
    serve(new FakeServiceView(waiting('a')));
    shuttingDown = true;
    const response = await app.inject(path);
    expect([response.statusCode, response.body]).toEqual([200, 'ok\n']);
    expect(response.headers['content-type']).toBe('text/plain');
  });
});

describe('/readyz', () => {
  it.each([
    ['nothing is configured', new FakeServiceView()],
    ['every workload has decided', new FakeServiceView(aStatus())],
    [
      'the source has been down for a day since',
      new FakeServiceView(
        aStatus({
          decision: aDecision(aWorkload(), { atMs: NOW_MS - 86_400_000, state: 'stale', origin: 'none', value: null }),
          forecast: null,
          sourceAnsweredAtMs: null,
        }),
      ),
    ],
  ])('is ok when %s', async (_about, view) => {
    serve(view);
    const response = await app.inject('/readyz');
    expect([response.statusCode, response.body]).toEqual([200, 'ok\n']);
  });

  it('is 503 until every workload has decided, with the reason of each that has not', async () => {
    const view = new FakeServiceView(aStatus(), waiting('a'), waiting('b', null));
    serve(view);
    const response = await app.inject('/readyz');
    expect(response.statusCode).toBe(503);
    expect(response.body).toBe(
      'not ready: 2 of 3 workloads have not decided yet\n' +
        '[-] shop/a/s0-predictkube-predictkube_metric: the source is down\n' +
        '[-] shop/b/s0-predictkube-predictkube_metric: its first step is not done\n',
    );
    for (const scaledObject of ['a', 'b']) view.set(aStatus({ workload: aWorkload({ scaledObject }) }));
    expect((await app.inject('/readyz')).statusCode).toBe(200);
  });

  it('names at most ten workloads, and all of them when verbose', async () => {
    const names = Array.from({ length: 12 }, (_, i) => `w${i}`);
    serve(new FakeServiceView(aStatus(), ...names.map((name) => waiting(name))));
    const brief = (await app.inject('/readyz')).body.split('\n');
    expect(brief).toHaveLength(1 + 10 + 1 + 1);
    expect(brief.at(-2)).toBe('and 2 more; ?verbose lists all');
    const verbose = (await app.inject('/readyz?verbose')).body.split('\n');
    expect(verbose).toHaveLength(1 + 13 + 1);
    expect(verbose[1]).toBe(`[+] ${CHECKOUT}`);
  });

  it('is JSON for who accepts JSON', async () => {
    serve(new FakeServiceView(aStatus(), waiting('a')));
    const response = await app.inject({ url: '/readyz', headers: { accept: 'application/json' } });
    expect(response.statusCode).toBe(503);
    expect(response.json()).toEqual({
      ready: false,
      shuttingDown: false,
      workloads: [
        { id: CHECKOUT, ready: true },
        { id: 'shop/a/s0-predictkube-predictkube_metric', ready: false, reason: 'the source is down' },
      ],
    });
  });

  it('fails at once when the server shuts down', async () => {
    serve(new FakeServiceView(aStatus()));
    shuttingDown = true;
    const response = await app.inject('/readyz');
    expect([response.statusCode, response.body]).toEqual([503, 'not ready: shutting down\n']);
  });
});
