import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReplayFigures } from '../../../src/serve/view.js';
import { FakeServiceView, aStatus, aWorkload } from '../../support/fake-service-view.js';
import { CheckedApp } from './checked-app.js';

const { id: workloadId } = aWorkload();

const STARTED = {
  id: 'rp-1',
  href: '/api/v1/replays/rp-1',
  workloadId,
  startupSeconds: { p50: 45, p95: 120 },
  startupSamples: null,
  podsPerNode: null,
  nodeStartupSeconds: null,
  terminationSeconds: 30,
  requestTimeSeconds: null,
  concurrency: null,
  queue: false,
  noise: null,
  noiseCorrelationSeconds: null,
  scrapeIntervalSeconds: 15,
  rateWindowSeconds: 60,
  adapterDelaySeconds: 1,
  seed: 1,
  targetUtilization: 0.7,
  hpaMetric: 'load',
  objective: null,
  assertion: null,
  status: 'running',
  startedAt: '2026-03-01T12:00:00Z',
  finishedAt: null,
  progress: 0,
  findings: null,
  error: null,
};

const FIGURES: ReplayFigures = {
  policy: 'tidecast',
  description: 'the decisions of tidecast',
  minutesShort: 1.5,
  shareShort: 0.001,
  depth: 0.2,
  longestShortMinutes: 1,
  podHours: 120,
  podHoursVsOracle: NaN,
  scaleUps: 12,
  scaleDowns: 11,
  latency: null,
};

let view: FakeServiceView;
let app: CheckedApp;
beforeEach(() => {
  view = new FakeServiceView(aStatus());
  app = new CheckedApp(view);
});
afterEach(() => app.close());

const start = (payload: object = { workloadId }) => app.request({ method: 'POST', url: '/api/v1/replays', payload });

describe('POST /api/v1/replays', () => {
  it('starts one of an ordinary container by default, and says where it is', async () => {
    const response = await start();
    expect(response.statusCode).toBe(202);
    expect(response.headers.location).toBe('/api/v1/replays/rp-1');
    expect(response.json()).toEqual(STARTED);
  });

  it('passes on what is assumed and asked', async () => {
    const objective = 'short where pod_hours<=hpa';
    await start({
      workloadId,
      startup: '5m',
      startupP95: '6m',
      podsPerNode: 4,
      nodeStartup: '3m',
      termination: '0',
      requestTime: '200ms',
      concurrency: 8,
      queue: true,
      noise: 0.2,
      noiseCorrelation: '30s',
      scrapeInterval: '30s',
      adapterDelay: '0',
      seed: 7,
      targetUtilization: 0.5,
      hpaMetric: 'cpu',
      objective,
      assertion: 'short<=1%',
    });
    expect(view.replays.get('rp-1')?.request).toEqual({
      workloadId,
      startup: { p50Ms: 300_000, p95Ms: 360_000 },
      nodes: { podsPerNode: 4, startupMs: 180_000 },
      terminationMs: 0,
      latency: { requestTimeMs: 200, concurrency: 8 },
      queue: true,
      noise: { deviation: 0.2, correlationMs: 30_000 },
      // Four scrapes.
      pipeline: { scrapeIntervalMs: 30_000, rateWindowMs: 120_000, adapterDelayMs: 0 },
      seed: 7,
      targetUtilization: 0.5,
      hpaMetric: 'cpu',
      objective,
      assertion: 'short<=1%',
    });
    expect(await app.json('/api/v1/replays/rp-1')).toMatchObject({
      startupSeconds: { p50: 300, p95: 360 },
      podsPerNode: 4,
      nodeStartupSeconds: 180,
      terminationSeconds: 0,
      requestTimeSeconds: 0.2,
      concurrency: 8,
      queue: true,
      noise: 0.2,
      noiseCorrelationSeconds: 30,
      scrapeIntervalSeconds: 30,
      rateWindowSeconds: 120,
      adapterDelaySeconds: 0,
      seed: 7,
      hpaMetric: 'cpu',
    });
  });

  it('takes start-up times as they were measured', async () => {
    const startupSamples = [40, 41.5, 42, 60, 90];
    const response = await start({ workloadId, startupSamples });
    expect(response.json()).toMatchObject({ startupSeconds: null, startupSamples });
    expect(view.replays.get('rp-1')?.request.startup).toEqual({ samplesS: startupSamples });
  });

  it.each([
    ['an unknown workload', { workloadId: 'shop/x/y' }, 'workloadId'],
    ['a start-up that is no duration', { workloadId, startup: 'soon' }, 'startup'],
    ['a percentile below the median', { workloadId, startup: '5m', startupP95: '1m' }, 'startupP95'],
    ['a share above 1', { workloadId, targetUtilization: 1.5 }, 'targetUtilization'],
    ['too few measured starts', { workloadId, startupSamples: [1, 2, 3, 4] }, 'startupSamples'],
    ['a measured start below zero', { workloadId, startupSamples: [1, 2, 3, 4, -5] }, 'startupSamples[4]'],
    ['both measured and assumed starts', { workloadId, startup: '5m', startupSamples: [1, 2, 3, 4, 5] }, 'startup'],
    ['nodes without their start', { workloadId, podsPerNode: 4 }, 'nodeStartup'],
    ['a start of nodes without their room', { workloadId, nodeStartup: '3m' }, 'podsPerNode'],
    ['noise above 1', { workloadId, noise: 1.5 }, 'noise'],
    ['an end that is no duration', { workloadId, termination: '-3s' }, 'termination'],
    ['a request that takes no time', { workloadId, requestTime: '0' }, 'requestTime'],
    ['scrapes between seconds', { workloadId, scrapeInterval: '1500ms' }, 'scrapeInterval'],
    ['a window of one scrape', { workloadId, rateWindow: '20s' }, 'rateWindow'],
    ['an endless delay', { workloadId, adapterDelay: '2h' }, 'adapterDelay'],
    ['an unknown metric', { workloadId, hpaMetric: 'ram' }, 'hpaMetric'],
  ])('refuses %s', async (_, body, field) => {
    const response = await start(body);
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ errors: [{ in: 'body', field }] });
  });
});

describe('a replay', () => {
  it('is listed, shows what it found, and what is not known as null', async () => {
    await start();
    expect(await app.json('/api/v1/replays')).toEqual({ replays: [STARTED] });
    const objective = { text: 'short<=1%', met: true, yaml: 'triggers: []' };
    const findings = {
      fromMs: 0,
      toMs: 86_400_000,
      policies: [{ ...FIGURES, latency: { p95S: 0.3, p99S: Infinity } }],
      objective,
      assertion: null,
    };
    view.replays.change('rp-1', { status: 'done', progress: 1, findings });
    expect(await app.json('/api/v1/replays/rp-1')).toMatchObject({
      status: 'done',
      findings: {
        from: '1970-01-01T00:00:00Z',
        to: '1970-01-02T00:00:00Z',
        policies: [
          { policy: 'tidecast', minutesShort: 1.5, podHoursVsOracle: null, p95Seconds: 0.3, p99Seconds: null },
        ],
        objective,
        assertion: null,
      },
    });
  });

  it('can be cancelled, and followed to its end', async () => {
    await start();
    const cancelled = await app.request({ method: 'DELETE', url: '/api/v1/replays/rp-1' });
    expect(cancelled.json()).toMatchObject({ status: 'cancelled' });
    const events = await app.request('/api/v1/replays/rp-1/events');
    expect(events.body).toBe(`event: cancelled\ndata: ${cancelled.body}\n\n`);
  });

  it.each(['', '/events'])('is 404 for an unknown id: %s', async (path) => {
    expect(await app.json(`/api/v1/replays/rp-7${path}`, 404)).toMatchObject({
      code: 'unknown-replay',
      detail: 'there is no replay "rp-7"',
    });
  });
});
