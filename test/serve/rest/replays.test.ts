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
  targetUtilization: 0.7,
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
      targetUtilization: 0.5,
      objective,
      assertion: 'short<=1%',
    });
    expect(view.replays.get('rp-1')?.request).toEqual({
      workloadId,
      startupMs: { p50: 300_000, p95: 360_000 },
      targetUtilization: 0.5,
      objective,
      assertion: 'short<=1%',
    });
  });

  it.each([
    ['an unknown workload', { workloadId: 'shop/x/y' }, 'workloadId'],
    ['a start-up that is no duration', { workloadId, startup: 'soon' }, 'startup'],
    ['a percentile below the median', { workloadId, startup: '5m', startupP95: '1m' }, 'startupP95'],
    ['a share above 1', { workloadId, targetUtilization: 1.5 }, 'targetUtilization'],
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
    const findings = { fromMs: 0, toMs: 86_400_000, policies: [FIGURES], objective, assertion: null };
    view.replays.change('rp-1', { status: 'done', progress: 1, findings });
    expect(await app.json('/api/v1/replays/rp-1')).toMatchObject({
      status: 'done',
      findings: {
        from: '1970-01-01T00:00:00Z',
        to: '1970-01-02T00:00:00Z',
        policies: [{ ...FIGURES, podHoursVsOracle: null }],
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
