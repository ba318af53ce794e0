import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { backtestJson } from '../../../src/serve/rest/backtest-json.js';
import { JobEvents } from '../../../src/serve/rest/job-events.js';
import { FakeServiceView, aScore, aStatus, aWorkload } from '../../support/fake-service-view.js';
import { CheckedApp } from './checked-app.js';

const { id: workloadId } = aWorkload();

const STARTED = {
  id: 'bt-1',
  href: '/api/v1/backtests/bt-1',
  workloadId,
  models: [],
  strideSeconds: 10_800,
  status: 'running',
  startedAt: '2026-03-01T12:00:00Z',
  finishedAt: null,
  progress: 0,
  scores: null,
  error: null,
};

let view: FakeServiceView;
let app: CheckedApp;
beforeEach(() => {
  view = new FakeServiceView(aStatus());
  app = new CheckedApp(view);
});
afterEach(() => app.close());

const start = (payload: object = { workloadId }) => app.request({ method: 'POST', url: '/api/v1/backtests', payload });

describe('POST /api/v1/backtests', () => {
  it('starts one over all models every three hours by default, and says where it is', async () => {
    const response = await start();
    expect(response.statusCode).toBe(202);
    expect(response.headers.location).toBe('/api/v1/backtests/bt-1');
    expect(response.json()).toEqual(STARTED);
  });

  it('passes on the models and the stride', async () => {
    await start({ workloadId, models: ['seasonal-naive', 'direct-ridge'], stride: '1h30m' });
    expect(view.backtests.get('bt-1')?.request).toEqual({
      workloadId,
      models: ['seasonal-naive', 'direct-ridge'],
      strideMs: 5_400_000,
    });
  });

  it('uses the id of the workload as it is configured, in whatever case it is asked for', async () => {
    await start({ workloadId: workloadId.replace('s0-', 'S0-') });
    expect(view.backtests.get('bt-1')?.request.workloadId).toBe(workloadId);
  });

  it('refuses an unknown workload with the names of close ones', async () => {
    const response = await start({ workloadId: 'shop/chekout/s0-predictkube-predictkube_metric' });
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({
      errors: [{ in: 'body', field: 'workloadId', received: 'shop/chekout/s0-predictkube-predictkube_metric' }],
      detail: expect.stringContaining(`did you mean "${workloadId}"?`) as string,
    });
  });

  it('passes on why the service refuses', async () => {
    const response = await start({ workloadId, models: ['oracle'] });
    expect(response.json()).toMatchObject({
      status: 400,
      detail: 'there is no model "oracle"; expected direct-ridge or seasonal-naive',
    });
  });
});

describe('GET /api/v1/backtests', () => {
  it('lists them', async () => {
    expect(await app.json('/api/v1/backtests')).toEqual({ backtests: [] });
    await start();
    expect(await app.json('/api/v1/backtests')).toEqual({ backtests: [STARTED] });
  });
});

describe('GET /api/v1/backtests/{id}', () => {
  it('shows progress and then the scores, what could not be scored as null', async () => {
    await start();
    view.backtests.change('bt-1', { progress: 0.25 });
    expect(await app.json('/api/v1/backtests/bt-1')).toEqual({ ...STARTED, progress: 0.25 });
    const unscored = aScore({ model: 'last-value', mae: NaN, mase: null, pinball: [{ level: 0.9, loss: NaN }] });
    view.backtests.finish('bt-1', [aScore(), unscored]);
    expect(await app.json('/api/v1/backtests/bt-1')).toMatchObject({
      status: 'done',
      progress: 1,
      finishedAt: '2026-03-01T12:00:05Z',
      scores: [
        {
          model: 'direct-ridge',
          origins: 56,
          mae: 4.5,
          maeVsSeasonalNaive: 0.75,
          mase: 0.9,
          pinball: [{ level: 0.9, loss: 1.25 }],
          coverage: [{ level: 0.9, share: 0.88 }],
          fitSeconds: 0.024,
          forecastSeconds: 0.0015,
        },
        { model: 'last-value', mae: null, mase: null, pinball: [{ level: 0.9, loss: null }] },
      ],
    });
  });

  it('shows why one failed', async () => {
    await start();
    view.backtests.change('bt-1', { status: 'failed', error: 'no history' });
    expect(await app.json('/api/v1/backtests/bt-1')).toMatchObject({ status: 'failed', error: 'no history' });
  });

  it('is 404 for an unknown id', async () => {
    expect(await app.json('/api/v1/backtests/bt-7', 404)).toMatchObject({
      code: 'unknown-backtest',
      detail: 'there is no backtest "bt-7"',
    });
  });
});

describe('DELETE /api/v1/backtests/{id}', () => {
  const cancel = (id: string) => app.request({ method: 'DELETE', url: `/api/v1/backtests/${id}` });

  it('cancels one that runs', async () => {
    await start();
    const response = await cancel('bt-1');
    expect([response.statusCode, response.json()]).toMatchObject([200, { id: 'bt-1', status: 'cancelled' }]);
  });

  it('leaves one that has ended as it is', async () => {
    await start();
    view.backtests.finish('bt-1');
    expect((await cancel('bt-1')).json()).toMatchObject({ status: 'done' });
  });

  it('is 404 for an unknown id', async () => {
    expect((await cancel('bt-7')).statusCode).toBe(404);
  });
});

describe('GET /api/v1/backtests/{id}/events', () => {
  it('is the end alone for one that has ended', async () => {
    await start();
    view.backtests.finish('bt-1');
    const response = await app.request('/api/v1/backtests/bt-1/events');
    expect(response.headers['content-type']).toBe('text/event-stream');
    const job: unknown = await app.json('/api/v1/backtests/bt-1');
    expect(response.body).toBe(`event: done\ndata: ${JSON.stringify(job)}\n\n`);
    expect(view.backtests.followers('bt-1')).toBe(0);
  });

  it('is 404 for an unknown id', async () => {
    expect((await app.request('/api/v1/backtests/bt-7/events')).statusCode).toBe(404);
  });
});

describe('the events of a job', () => {
  const events = () => new JobEvents(view.backtests, view.backtests.get('bt-1')!, backtestJson);
  const names = (text: string): string[] => [...text.matchAll(/^event: (\w+)$/gm)].map(([, name]) => name!);
  const progress = (text: string): number[] =>
    [...text.matchAll(/"progress":([\d.]+)/g)].map(([, value]) => Number(value));

  beforeEach(() => start());

  it('tells the present state, every change, and ends with the job', async () => {
    const stream = events().setEncoding('utf8');
    let text = '';
    stream.on('data', (chunk: string) => (text += chunk));
    const ended = new Promise((resolve) => stream.once('end', resolve));
    await vi.waitFor(() => {
      expect(progress(text)).toEqual([0]);
    });
    view.backtests.change('bt-1', { progress: 0.5 });
    view.backtests.finish('bt-1');
    await ended;
    expect(names(text)).toEqual(['running', 'running', 'done']);
    expect(progress(text)).toEqual([0, 0.5, 1]);
    await vi.waitFor(() => {
      expect(view.backtests.followers('bt-1')).toBe(0);
    });
  });

  it('leaves out what a slow reader had no time for, but never the end', () => {
    const stream = events().setEncoding('utf8');
    for (let i = 1; i <= 100_000; i++) view.backtests.change('bt-1', { progress: i / 200_000 });
    view.backtests.finish('bt-1');
    expect(stream.readableLength).toBeLessThan(stream.readableHighWaterMark * 2);
    const read = (): string | null => stream.read() as string | null;
    let text = '';
    for (let chunk = read(); chunk !== null; chunk = read()) text += chunk;
    expect(names(text).at(-1)).toBe('done');
  });

  it('stops following when it is destroyed', () => {
    const stream = events();
    expect(view.backtests.followers('bt-1')).toBe(1);
    stream.destroy();
    view.backtests.finish('bt-1');
    expect(view.backtests.followers('bt-1')).toBe(0);
  });

  it('ends at once when it is told to finish, and ignores what comes after', async () => {
    const stream = events().resume();
    stream.finish();
    stream.finish();
    view.backtests.finish('bt-1');
    await new Promise((resolve) => stream.once('close', resolve));
    expect(view.backtests.followers('bt-1')).toBe(0);
  });

  it('writes a comment every twenty seconds, so that proxies do not cut it', () => {
    vi.useFakeTimers();
    try {
      const stream = events().setEncoding('utf8');
      stream.read();
      vi.advanceTimersByTime(20_000);
      expect(stream.read()).toBe(': still running\n\n');
      stream.destroy();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});
