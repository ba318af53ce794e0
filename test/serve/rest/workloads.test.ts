import { afterEach, describe, expect, it } from 'vitest';
import { FakeServiceView, NOW_MS, STEP_MS, aDecision, aStatus, aWorkload } from '../../support/fake-service-view.js';
import { CheckedApp } from './checked-app.js';

let app: CheckedApp;
afterEach(() => app.close());

const WORKLOAD = '/api/v1/workloads/shop/checkout/s0-predictkube-predictkube_metric';

const SUMMARY = {
  id: 'shop/checkout/s0-predictkube-predictkube_metric',
  namespace: 'shop',
  scaledObject: 'checkout',
  metricName: 's0-predictkube-predictkube_metric',
  href: WORKLOAD,
  state: 'fresh',
  value: 180,
  active: true,
  origin: 'forecast',
  reason: 'The forecast is higher than what is observed.',
  observed: { time: '2026-03-01T11:59:38Z', value: 120 },
  model: {
    name: 'direct-ridge',
    seasonsSeconds: [86_400],
    fittedAt: '2026-03-01T11:00:00Z',
    selection: { origins: 48, loss: 3.25, runnerUp: { model: 'last-value', loss: 4.0625, margin: 0.25 } },
    provisionalUntil: null,
  },
  decidedAt: '2026-03-01T11:59:50Z',
  decisionAgeSeconds: 10,
  sourceAnsweredAt: '2026-03-01T11:59:48Z',
  sourceAgeSeconds: 12,
};

describe('GET /api/v1/workloads', () => {
  it('is an empty list when nothing is configured', async () => {
    app = new CheckedApp(new FakeServiceView());
    expect(await app.json('/api/v1/workloads')).toEqual({ now: '2026-03-01T12:00:00Z', workloads: [] });
  });

  it('shows each workload, in the order of the ids, the undecided with their reason and nulls', async () => {
    const undecided = aStatus({
      workload: aWorkload({ namespace: 'blog' }),
      decision: null,
      notReadyReason: 'the source has not answered yet',
      forecast: null,
      sourceAnsweredAtMs: null,
      model: null,
    });
    app = new CheckedApp(new FakeServiceView(aStatus(), undecided));
    expect(await app.json('/api/v1/workloads')).toEqual({
      now: '2026-03-01T12:00:00Z',
      workloads: [
        {
          id: 'blog/checkout/s0-predictkube-predictkube_metric',
          namespace: 'blog',
          scaledObject: 'checkout',
          metricName: 's0-predictkube-predictkube_metric',
          href: '/api/v1/workloads/blog/checkout/s0-predictkube-predictkube_metric',
          state: null,
          value: null,
          active: null,
          origin: null,
          reason: 'the source has not answered yet',
          observed: null,
          model: null,
          decidedAt: null,
          decisionAgeSeconds: null,
          sourceAnsweredAt: null,
          sourceAgeSeconds: null,
        },
        SUMMARY,
      ],
    });
  });

  it('never shows an unknown value as 0', async () => {
    const stale = aDecision(aWorkload(), {
      state: 'stale',
      origin: 'none',
      value: null,
      active: null,
      input: { observation: null },
    });
    app = new CheckedApp(new FakeServiceView(aStatus({ decision: stale })));
    const { workloads } = await app.json<{ workloads: object[] }>('/api/v1/workloads');
    expect(workloads[0]).toMatchObject({ state: 'stale', origin: 'none', value: null, active: null, observed: null });
  });

  it('may not be cached', async () => {
    app = new CheckedApp(new FakeServiceView());
    expect((await app.request('/api/v1/workloads')).headers['cache-control']).toBe('no-store');
  });
});

describe('GET /api/v1/workloads/{namespace}/{scaledObject}/{metric}', () => {
  it('adds settings, evidence, the newest forecast and the lead time in force', async () => {
    app = new CheckedApp(new FakeServiceView(aStatus()));
    expect(await app.json(WORKLOAD)).toEqual({
      ...SUMMARY,
      settings: {
        prometheusAddress: 'http://prometheus.monitoring:9090',
        prometheusAuthentication: [],
        query: 'sum(rate(http_requests_total[2m]))',
        triggerIndex: 0,
        metricType: 'AverageValue',
        stepSeconds: 120,
        historyWindowSeconds: 604_800,
        horizonSeconds: 7_200,
        pollingIntervalSeconds: 30,
        targetPerReplica: 50,
        activationThreshold: 5,
        minReplicaCount: 1,
        maxReplicaCount: 10,
        mode: 'auto',
        leadTimeSeconds: null,
        quantile: 0.9,
        model: 'auto',
        seasonalitySeconds: null,
        ignoreWindows: [],
        saturation: null,
        timeZone: null,
      },
      leadTimeSeconds: 300,
      // Sixty steps of two minutes after 11:58.
      forecast: { model: 'direct-ridge', origin: '2026-03-01T11:58:00Z', end: '2026-03-01T13:58:00Z' },
      saturatesAt: null,
      evidence: { origins: 48, servedLoss: 3.25, observedLoss: 6.5 },
      coverage: {
        day: { samples: 700, levels: [{ level: 0.9, share: 0.9 }] },
        week: { samples: 5_000, levels: [{ level: 0.9, share: 0.91 }] },
      },
    });
  });

  it('says when the maximum of replicas will not be enough', async () => {
    const workload = aWorkload();
    const window = aDecision(workload).input.forecast!;
    const decision = aDecision(workload, { input: { forecast: { ...window, saturatesAtMs: NOW_MS + 20 * STEP_MS } } });
    app = new CheckedApp(new FakeServiceView(aStatus({ workload, decision })));
    expect(await app.json(WORKLOAD)).toMatchObject({ saturatesAt: '2026-03-01T12:40:00Z' });
  });

  it('shows explicit settings as they are', async () => {
    const workload = aWorkload({
      leadTimeMs: 90_000,
      seasonalityMs: [86_400_000, 604_800_000],
      ignoreWindows: [{ fromMs: NOW_MS - 3_600_000, toMs: NOW_MS }],
      saturation: 1_200,
      timeZone: 'Europe/Berlin',
    });
    app = new CheckedApp(new FakeServiceView(aStatus({ workload })));
    expect(await app.json(WORKLOAD)).toMatchObject({
      settings: {
        leadTimeSeconds: 90,
        seasonalitySeconds: [86_400, 604_800],
        ignoreWindows: [{ from: '2026-03-01T11:00:00Z', to: '2026-03-01T12:00:00Z' }],
        saturation: 1_200,
        timeZone: 'Europe/Berlin',
      },
    });
  });

  it('tells which kinds of credentials are used and never the credentials', async () => {
    const workload = aWorkload({
      endpoint: {
        address: 'https://hunter2:hunter3@prometheus.example/thanos?token=hunter4#hunter5',
        basic: { username: 'hunter6', password: 'hunter7' },
        bearerToken: 'hunter8',
        headers: { 'X-Key': 'hunter9' },
        tls: { cert: 'hunter10', key: 'hunter11', ca: 'hunter12' },
      },
    });
    app = new CheckedApp(new FakeServiceView(aStatus({ workload })));
    const response = await app.request(WORKLOAD);
    expect(response.json()).toMatchObject({
      settings: {
        prometheusAddress: 'https://prometheus.example/thanos',
        prometheusAuthentication: ['basic', 'bearer', 'client-certificate', 'headers'],
      },
    });
    expect(response.body).not.toContain('hunter');
    for (const path of [
      '/api/v1/workloads',
      `${WORKLOAD}/forecast`,
      `${WORKLOAD}/explain`,
      '/metrics',
      '/readyz?verbose',
    ]) {
      expect((await app.request(path)).body, path).not.toContain('hunter');
    }
  });

  it('reads percent-encoded names, whose path it also gives', async () => {
    const workload = aWorkload({ namespace: 'a b', scaledObject: 'c%d', metricName: 's0-ü/x', id: 'a b/c%d/s0-ü/x' });
    app = new CheckedApp(new FakeServiceView(aStatus({ workload })));
    const path = '/api/v1/workloads/a%20b/c%25d/s0-%C3%BC%2Fx';
    expect(await app.json(path)).toMatchObject({ href: path, id: 'a b/c%d/s0-ü/x' });
  });

  it('finds a metric in any case', async () => {
    app = new CheckedApp(new FakeServiceView(aStatus()));
    expect(await app.json(WORKLOAD.replace('s0-predictkube', 'S0-PREDICTKUBE'))).toMatchObject({ id: SUMMARY.id });
  });

  it('answers HEAD as GET, without the body', async () => {
    app = new CheckedApp(new FakeServiceView(aStatus()));
    const response = await app.app.inject({ method: 'HEAD', url: WORKLOAD });
    expect([response.statusCode, response.body]).toEqual([200, '']);
  });
});

describe('an unknown workload', () => {
  const names = ['checkout', 'checkin', 'payments', 'checkout-eu'];
  const statuses = names.map((scaledObject) => aStatus({ workload: aWorkload({ scaledObject }) }));

  it.each([
    ['a missing letter', 'chekout', ['checkout', 'checkin', 'checkout-eu']],
    ['another case', 'PAYMENTS', ['payments']],
  ])('with %s lists close names, the closest first', async (_about, scaledObject, suggested) => {
    app = new CheckedApp(new FakeServiceView(...statuses));
    const wanted = `shop/${scaledObject}/s0-predictkube-predictkube_metric`;
    const body = await app.json<{ suggestions: string[]; detail: string }>(`/api/v1/workloads/${wanted}`, 404);
    const ids = suggested.map((name) => `shop/${name}/s0-predictkube-predictkube_metric`);
    expect(body).toMatchObject({ title: 'Not Found', status: 404, code: 'unknown-workload' });
    expect(body.suggestions.slice(0, ids.length)).toEqual(ids);
    expect(body.detail).toContain(`there is no workload "${wanted}"; did you mean "${ids[0]!}"`);
  });

  it('that resembles none says how many there are', async () => {
    app = new CheckedApp(new FakeServiceView(...statuses));
    expect(await app.json('/api/v1/workloads/x/y/z', 404)).toMatchObject({
      detail: 'there is no workload "x/y/z"; GET /api/v1/workloads lists all 4',
      suggestions: [],
    });
  });

  it('where none is configured says so', async () => {
    app = new CheckedApp(new FakeServiceView());
    expect(await app.json('/api/v1/workloads/x/y/z/explain', 404)).toMatchObject({
      detail: 'there is no workload "x/y/z"; no workload is configured',
    });
  });
});
