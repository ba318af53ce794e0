import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY_MS, MINUTE_MS } from '../../src/core/duration.js';
import { DemoPrometheus } from '../../src/demo/prometheus-server.js';
import type { DemoWorkload } from '../../src/demo/workloads.js';
import { ManualClock } from '../support/manual-clock.js';

/** Monday 2026-11-23 11:35 UTC, in seconds. */
const NOW = 1_795_433_700;
const clock = new ManualClock(NOW * 1000);

/** Its value is the minute of the hour, so that every answer can be worked out. */
const minutes: DemoWorkload = {
  namespace: 'test',
  name: 'minutes',
  description: 'generated: the minute of the hour',
  query: 'sum(rate(minutes_total{app="a b"}[2m]))',
  unit: 'min',
  targetPerReplica: 1,
  minReplicas: 1,
  maxReplicas: 100,
  leadTimeMs: MINUTE_MS,
  valueAt: (timeMs) => (timeMs / MINUTE_MS) % 60,
};
const hours: DemoWorkload = {
  ...minutes,
  name: 'hours',
  query: 'sum(hours)',
  valueAt: (ms) => Math.floor(ms / 3_600_000) % 24,
};

const server = new DemoPrometheus({ workloads: [minutes, hours], clock });
let address: string;

beforeAll(async () => {
  address = await server.start();
});
afterAll(async () => {
  await server.close();
});

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function get(path: string, params: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(`${address}${path}?${new URLSearchParams(params).toString()}`);
  return { status: response.status, body: await response.json() };
}

async function post(path: string, params: Record<string, string>): Promise<Answer> {
  const response = await fetch(`${address}${path}`, { method: 'POST', body: new URLSearchParams(params) });
  return { status: response.status, body: await response.json() };
}

function vector(...result: readonly unknown[]): Answer {
  return { status: 200, body: { status: 'success', data: { resultType: 'vector', result } } };
}

function matrix(...result: readonly unknown[]): Answer {
  return { status: 200, body: { status: 'success', data: { resultType: 'matrix', result } } };
}

function badData(error: string): Answer {
  return { status: 400, body: { status: 'error', errorType: 'bad_data', error } };
}

describe('instant query', () => {
  it('answers with the value now', async () => {
    expect(await get('/api/v1/query', { query: minutes.query })).toEqual(vector({ metric: {}, value: [NOW, '35'] }));
  });

  it('answers a form sent with POST, and a query that is spaced otherwise', async () => {
    const query = ' sum(rate(minutes_total{app="a b"}[2m]))\n';
    const time = '2026-11-23T10:20:30Z';
    // 10:20:30 is 75 min 30 s before 11:35 + 60 s: 4,470 s before now.
    expect(await post('/api/v1/query', { query, time })).toEqual(vector({ metric: {}, value: [NOW - 4_470, '20.5'] }));
    expect(await post('/api/v1/query', { query: 'sum(hours) ', time: `${NOW - 4_470}.000` })).toEqual(
      vector({ metric: {}, value: [NOW - 4_470, '10'] }),
    );
  });

  it.each([
    ['a second from now', NOW + 1],
    ['a second more than 14 days ago', NOW - 14 * 86_400 - 1],
  ])('knows nothing %s', async (_sentence, time) => {
    expect(await get('/api/v1/query', { query: 'sum(hours)', time: String(time) })).toEqual(vector());
  });

  it('knows what happened 14 days ago', async () => {
    const time = NOW - 14 * 86_400;
    expect(await get('/api/v1/query', { query: 'sum(hours)', time: String(time) })).toEqual(
      vector({ metric: {}, value: [time, '11'] }),
    );
  });
});

describe('range query', () => {
  const range = (start: number, end: number, step: string): Record<string, string> => ({
    query: minutes.query,
    start: String(start),
    end: String(end),
    step,
  });

  it('answers at start, start + step and so on, the end included', async () => {
    const expected = matrix({
      metric: {},
      values: [
        [NOW - 240, '31'],
        [NOW - 120, '33'],
        [NOW, '35'],
      ],
    });
    expect(await get('/api/v1/query_range', range(NOW - 240, NOW, '2m'))).toEqual(expected);
    expect(await post('/api/v1/query_range', range(NOW - 240, NOW, '120'))).toEqual(expected);
  });

  it('leaves out an end that is not a whole number of steps away, and keeps fractions of a second', async () => {
    // As Prometheus 2.42 answers start=0.5, end=35, step=15s: at 0.5, 15.5 and 30.5.
    const params = { query: hours.query, start: String(NOW - 119.5), end: String(NOW - 85), step: '15s' };
    expect(await get('/api/v1/query_range', params)).toEqual(
      matrix({
        metric: {},
        values: [
          [NOW - 119.5, '11'],
          [NOW - 104.5, '11'],
          [NOW - 89.5, '11'],
        ],
      }),
    );
  });

  it('has nothing after now', async () => {
    expect(await get('/api/v1/query_range', range(NOW - 60, NOW + 3_600, '60'))).toEqual(
      matrix({
        metric: {},
        values: [
          [NOW - 60, '34'],
          [NOW, '35'],
        ],
      }),
    );
    expect(await get('/api/v1/query_range', range(NOW + 1, NOW + 3_600, '60'))).toEqual(matrix());
  });

  it('has nothing before the data start, and stays on the grid of the query', async () => {
    const dataStart = NOW - 14 * 86_400;
    const answer = await get('/api/v1/query_range', range(dataStart - 90, dataStart + 90, '60'));
    // Grid points at -90, -30, 30 and 90 s; the data start at 0, when the minute is 35.
    expect(answer).toEqual(
      matrix({
        metric: {},
        values: [
          [dataStart + 30, '35.5'],
          [dataStart + 90, '36.5'],
        ],
      }),
    );
  });

  it('answers the whole window that the demo asks for', async () => {
    const { status, body } = await get('/api/v1/query_range', range(NOW - 14 * 86_400, NOW, '2m'));
    const { result } = (body as { data: { result: [{ values: unknown[] }] } }).data;
    expect(status).toBe(200);
    expect(result[0].values).toHaveLength((14 * DAY_MS) / (2 * MINUTE_MS) + 1);
  });
});

/** Messages as Prometheus 2.42 sends them, but for what follows `knows only` and `expected seconds`. */
describe('errors', () => {
  const query = minutes.query;
  const start = String(NOW - 100);
  const end = String(NOW);
  it.each<[string, string, Record<string, string>, string]>([
    [
      'an unknown query: the message lists the known ones',
      '/api/v1/query',
      { query: 'up' },
      'invalid parameter "query": the demo source does not evaluate PromQL; it knows only these queries: ' +
        'sum(rate(minutes_total{app="a b"}[2m])) | sum(hours)',
    ],
    ['no query', '/api/v1/query', {}, 'invalid parameter "query": 1:1: parse error: no expression found in input'],
    [
      'a time that is none',
      '/api/v1/query',
      { query, time: 'noon' },
      'invalid parameter "time": cannot parse "noon" to a valid timestamp',
    ],
    [
      'a range without a start',
      '/api/v1/query_range',
      { query, end, step: '60' },
      'invalid parameter "start": cannot parse "" to a valid timestamp',
    ],
    [
      'an end before the start',
      '/api/v1/query_range',
      { query, start: end, end: start, step: '60' },
      'invalid parameter "end": end timestamp must not be before start time',
    ],
    [
      'a step of 0',
      '/api/v1/query_range',
      { query, start, end, step: '0' },
      'invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer',
    ],
    [
      'a step that is no duration',
      '/api/v1/query_range',
      { query, start, end, step: 'x' },
      'invalid parameter "step": cannot parse "x" to a valid duration; expected seconds or a duration such as ' +
        '30s, 5m, 2h, 7d, 1w or 1d12h',
    ],
    [
      'more than 11,000 steps',
      '/api/v1/query_range',
      { query, start: String(NOW - 11_001), end, step: '1' },
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    ],
  ])('%s', async (_sentence, path, params, message) => {
    expect(await get(path, params)).toEqual(badData(message));
  });

  it('allows exactly 11,000 steps, as Prometheus does', async () => {
    const params = { query, start: String(NOW - 11_000), end, step: '1' };
    expect((await get('/api/v1/query_range', params)).status).toBe(200);
  });
});

describe('the rest of the interface', () => {
  it('says that it is ready', async () => {
    const response = await fetch(`${address}/-/ready`);
    expect([response.status, await response.text()]).toEqual([200, 'Prometheus Server is Ready.\n']);
  });

  it('says in its build information what it is', async () => {
    expect(await get('/api/v1/status/buildinfo')).toMatchObject({
      status: 200,
      body: { status: 'success', data: { version: '0.0.0-tidecast-demo' } },
    });
  });

  it('has nothing else', async () => {
    const response = await fetch(`${address}/api/v1/rules`);
    expect([response.status, await response.text()]).toEqual([404, '404 page not found\n']);
  });

  it('shows what happens as its clock advances, and closes while a client keeps its connection', async () => {
    const other = new ManualClock(NOW * 1000);
    const second = new DemoPrometheus({ workloads: [minutes], clock: other });
    const url = await second.start();
    await other.advance(5 * MINUTE_MS);
    const response = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(minutes.query)}`);
    expect(await response.json()).toEqual(vector({ metric: {}, value: [NOW + 300, '40'] }).body);
    await second.close();
    await expect(fetch(`${url}/-/ready`)).rejects.toThrow('fetch failed');
  });
});
