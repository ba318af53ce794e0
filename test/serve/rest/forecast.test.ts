import { afterEach, describe, expect, it } from 'vitest';
import { Series } from '../../../src/core/series.js';
import {
  FakeServiceView,
  NOW_MS,
  STEP_MS,
  aDecision,
  aForecast,
  aStatus,
  aWorkload,
} from '../../support/fake-service-view.js';
import { CheckedApp } from './checked-app.js';

interface ForecastAnswer {
  readonly workloadId: string;
  readonly forecast: {
    readonly model: string;
    readonly origin: string;
    readonly stepSeconds: number;
    readonly servedLevel: number;
    readonly times: string[];
    readonly quantiles: { level: number; values: number[] }[];
    readonly actuals: (number | null)[];
  } | null;
  readonly reason: string | null;
  readonly history: { readonly times: string[]; readonly values: (number | null)[] };
}

const { id } = aWorkload();
const PATH = `/api/v1/workloads/${id}/forecast`;

/** Samples up to the newest origin, 11:58: the last is `count`, the one before `count - 1`, and the third last a gap. */
function someHistory(count: number): Series {
  const values = Float64Array.from({ length: count }, (_, i) => (i === count - 3 ? NaN : i + 1));
  return new Series(NOW_MS - count * STEP_MS, STEP_MS, values);
}

let app: CheckedApp;
afterEach(() => app.close());

describe('GET .../forecast', () => {
  it('has the newest forecast with times and quantiles, and the history up to its origin with gaps as null', async () => {
    const view = new FakeServiceView(aStatus());
    view.setHistory(id, someHistory(500));
    app = new CheckedApp(view);
    const { forecast, history, ...rest } = await app.json<ForecastAnswer>(`${PATH}?history=8m`);
    expect(rest).toEqual({ workloadId: id, reason: null });
    expect(history).toEqual({
      times: [
        '2026-03-01T11:50:00Z',
        '2026-03-01T11:52:00Z',
        '2026-03-01T11:54:00Z',
        '2026-03-01T11:56:00Z',
        '2026-03-01T11:58:00Z',
      ],
      values: [496, 497, null, 499, 500],
    });
    expect(forecast).toMatchObject({
      model: 'direct-ridge',
      origin: '2026-03-01T11:58:00Z',
      stepSeconds: 120,
      servedLevel: 0.9,
    });
    expect(forecast!.times.slice(0, 2)).toEqual(['2026-03-01T12:00:00Z', '2026-03-01T12:02:00Z']);
    expect(forecast!.times).toHaveLength(60);
    expect(forecast!.times.at(-1)).toBe('2026-03-01T13:58:00Z');
    expect(forecast!.quantiles.map(({ level }) => level)).toEqual([0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99]);
    // Level 0.5 at step k is 100 + k + 10 * 0.5.
    expect(forecast!.quantiles[3]!.values.slice(0, 3)).toEqual([105, 106, 107]);
    expect(forecast!.actuals).toEqual(new Array(60).fill(null));
  });

  it.each([
    // 6 h at 2 m, both ends included.
    ['six hours by default', '', 181],
    ['as much as is asked for', '?history=1d', 500],
    ['only the origin for a duration of zero', '?history=0', 1],
  ])('shows %s of history', async (_about, query, count) => {
    const view = new FakeServiceView(aStatus());
    view.setHistory(id, someHistory(500));
    app = new CheckedApp(view);
    const { history } = await app.json<ForecastAnswer>(PATH + query);
    expect([history.times.length, history.values.length]).toEqual([count, count]);
  });

  it('shows the whole window by default where that is shorter than six hours', async () => {
    const view = new FakeServiceView(aStatus({ workload: aWorkload({ historyWindowMs: 3_600_000 }) }));
    view.setHistory(id, someHistory(500));
    app = new CheckedApp(view);
    expect((await app.json<ForecastAnswer>(PATH)).history.values).toHaveLength(31);
  });

  it('of an earlier time is the one in force then, with what has come of it so far', async () => {
    const view = new FakeServiceView(aStatus());
    view.setHistory(id, someHistory(500));
    const earlier = aForecast(NOW_MS - 5 * STEP_MS);
    view.setForecasts(id, aForecast(NOW_MS - 50 * STEP_MS), earlier, aForecast());
    app = new CheckedApp(view);
    for (const at of ['2026-03-01T11:57:59Z', '2026-03-01T11:50:00Z', String((NOW_MS - 5 * STEP_MS) / 1_000)]) {
      const { forecast, history, reason } = await app.json<ForecastAnswer>(`${PATH}?at=${at}&history=2m`);
      expect(reason).toBeNull();
      expect(forecast!.origin).toBe('2026-03-01T11:50:00Z');
      expect(history.times).toEqual(['2026-03-01T11:48:00Z', '2026-03-01T11:50:00Z']);
      // Targets 11:52, 11:54 (the gap), 11:56 and 11:58; what is later has not come yet.
      expect(forecast!.actuals.slice(0, 5)).toEqual([497, null, 499, 500, null]);
      expect(forecast!.actuals).toHaveLength(60);
    }
  });

  it('before the oldest kept is null, with the reason', async () => {
    app = new CheckedApp(new FakeServiceView(aStatus()));
    expect(await app.json(`${PATH}?at=2026-01-01T00:00:00Z`)).toEqual({
      workloadId: id,
      forecast: null,
      reason: 'no forecast made at or before 2026-01-01T00:00:00Z is kept',
      history: { times: [], values: [] },
    });
  });

  it.each([
    [
      'the problem of the last decision',
      { decision: aDecision(aWorkload(), { input: { forecast: null, forecastProblem: 'needs 720 samples, has 12' } }) },
      'needs 720 samples, has 12',
    ],
    ['why nothing was decided', { decision: null, notReadyReason: 'the source is down' }, 'the source is down'],
    ['that none was made', {}, 'no forecast has been made yet; history is read every 2m'],
  ])('while there is none is null, with %s', async (_about, status, reason) => {
    const view = new FakeServiceView(aStatus({ forecast: null, ...status }));
    view.setHistory(id, someHistory(500));
    app = new CheckedApp(view);
    const answer = await app.json<ForecastAnswer>(`${PATH}?history=4m`);
    expect(answer).toMatchObject({ forecast: null, reason });
    expect(answer.history.values).toEqual([499, 500]);
  });

  it('says when the newest is not renewed', async () => {
    const decision = aDecision(aWorkload(), { input: { forecastProblem: 'the fit failed' } });
    app = new CheckedApp(new FakeServiceView(aStatus({ decision })));
    const answer = await app.json<ForecastAnswer>(PATH);
    expect(answer.reason).toBe('the fit failed');
    expect(answer.forecast).not.toBeNull();
  });

  it('is 503 while the store cannot be read, and from memory works on', async () => {
    const view = new FakeServiceView(aStatus());
    view.storeFails = true;
    app = new CheckedApp(view);
    expect(await app.json(`${PATH}?at=1772366400`, 503)).toMatchObject({
      code: 'store-unavailable',
      detail: 'the store cannot be read: disk full; expected free space',
    });
    expect((await app.json<ForecastAnswer>(PATH)).forecast).not.toBeNull();
  });
});
