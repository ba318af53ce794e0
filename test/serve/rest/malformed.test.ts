import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeServiceView, aDecision, aStatus } from '../../support/fake-service-view.js';
import { CheckedApp } from './checked-app.js';
import { malformedRequests, post, workload } from './malformed-requests.js';

let app: CheckedApp;
beforeAll(() => {
  const view = new FakeServiceView(aStatus({ workload }));
  view.setLedger(workload.id, aDecision(workload));
  app = new CheckedApp(view);
});
afterAll(() => app.close());

describe('a request that is not right', () => {
  it.each(malformedRequests)('with %s is told what would be', async (_about, request, status, detail) => {
    const response = await app.request(request);
    expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(response.json()).toMatchObject({ type: 'about:blank', status, detail });
    expect(response.statusCode).toBe(status);
  });

  it('with another method is told the methods in the Allow header', async () => {
    const response = await app.request({ method: 'PATCH', url: '/api/v1/backtests/x' });
    expect(response.headers.allow).toBe('DELETE, GET, HEAD');
  });

  it('lists every value that is not accepted, each with its place', async () => {
    const response = await app.request(post({ workloadId: '', models: [''], stride: 1, more: null }));
    expect(response.json<{ errors: object[] }>().errors).toEqual(
      expect.arrayContaining([
        { in: 'body', field: 'more', received: null, accepted: 'only workloadId, models, stride' },
      ]),
    );
    const typed = await app.request(post({ workloadId: '', models: [''], stride: 1 }));
    expect(typed.json<{ errors: object[] }>().errors).toEqual([
      { in: 'body', field: 'workloadId', received: '', accepted: 'a single text of 1 to 1000 characters' },
      { in: 'body', field: 'models[0]', received: '', accepted: 'a single text of 1 to 100 characters' },
      { in: 'body', field: 'stride', received: 1, accepted: 'a single text of at most 64 characters' },
    ]);
  });

  it('with thousands of unknown fields is told of the first eight', async () => {
    const fields = Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [`f/${i}`, i]));
    const response = await app.request(post({ workloadId: workload.id, ...fields }));
    expect(response.statusCode).toBe(400);
    expect(response.json<{ errors: object[] }>().errors).toEqual(
      Array.from({ length: 8 }, (_, i) => ({
        in: 'body',
        field: `f/${i}`,
        received: i,
        accepted: 'only workloadId, models, stride',
      })),
    );
  });
});
