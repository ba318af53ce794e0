import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeServiceView, aDecision, aStatus } from '../../support/fake-service-view.js';
import { CheckedApp } from './checked-app.js';
import { PATH, postText, workload } from './malformed-requests.js';

let app: CheckedApp;
beforeAll(() => {
  const view = new FakeServiceView(aStatus({ workload }));
  view.setLedger(workload.id, aDecision(workload));
  app = new CheckedApp(view);
});
afterAll(() => app.close());

describe('arbitrary requests', () => {
  const segment = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('shop', 'checkout', workload.metricName));
  const path = fc
    .array(segment, { maxLength: 6 })
    .map((segments) => segments.map((text) => encodeURIComponent(text)).join('/'));
  const query = fc.oneof(
    fc.webQueryParameters(),
    fc
      .tuple(fc.constantFrom('at', 'from', 'to', 'limit', 'history', '__proto__'), fc.string())
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`),
  );
  const prefix = fc.constantFrom(
    '',
    'api/v1/',
    'api/v1/workloads/',
    `${PATH.slice(1)}/`,
    'api/v1/backtests/',
    'readyz',
  );
  const url = fc.tuple(prefix, path, query).map((parts) => `/${parts[0]}${parts[1]}?${parts[2]}`);

  it('are never answered with a server error', async () => {
    await fc.assert(
      fc.asyncProperty(
        url,
        fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'),
        async (target, method) => {
          const response = await app.app.inject({ url: target, method: method as 'GET' });
          expect(response.statusCode, response.body).toBeLessThan(500);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('with raw, unencoded URLs are never answered with a server error', async () => {
    const raw = fc.webPath().map((text) => `/api/v1/workloads${text}`);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          raw,
          fc.string().map((text) => `/${text}`),
        ),
        async (target) => {
          const response = await app.app.inject({ method: 'GET', url: { pathname: target } });
          expect(response.statusCode, response.body).toBeLessThan(500);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('with any body are never answered with a server error, and a backtest starts only as described', async () => {
    const body = fc.oneof(
      fc.json(),
      fc.string(),
      fc
        .record(
          {
            workloadId: fc.oneof(fc.constant(workload.id), fc.anything()),
            models: fc.anything(),
            stride: fc.anything(),
          },
          { requiredKeys: [] },
        )
        .map((value) => JSON.stringify(value)),
    );
    await fc.assert(
      fc.asyncProperty(body, async (payload) => {
        const response = await app.request(postText(payload));
        expect([202, 400, 413]).toContain(response.statusCode);
        if (response.statusCode === 400) expect(response.json<{ detail: string }>().detail).not.toBe('');
      }),
      { numRuns: 300 },
    );
  });
});
