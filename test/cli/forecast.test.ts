import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/core/duration.js';
import { temporaryFolder } from '../support/programs.js';
import { type ScriptedServer, json, startScriptedServer, text } from '../support/scripted-server.js';
import { rangeOf } from './fake-prometheus.js';
import { NOW_MS, runCli } from './run-cli.js';

/** Between 100 and 300 with the sun: 300 at noon UTC. */
const daily = (timeMs: number): number => 200 - 100 * Math.cos((2 * Math.PI * timeMs) / DAY_MS);

interface ForecastJson {
  readonly query: string;
  readonly model: string;
  readonly origin: string;
  readonly stepSeconds: number;
  readonly samples: { readonly total: number; readonly known: number; readonly from: string };
  readonly seasonsSeconds: readonly number[];
  readonly levels: readonly number[];
  readonly points: readonly { readonly time: string; readonly values: readonly number[] }[];
  readonly evidence: { readonly origins: number; readonly servedLoss: number; readonly observedLoss: number } | null;
}

let prometheus: ScriptedServer;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  [prometheus, folder] = await Promise.all([startScriptedServer(), temporaryFolder()]);
});
afterEach(() => {
  prometheus.clear();
});
afterAll(() => Promise.all([prometheus.close(), folder.remove()]));

const forecast = (...args: readonly string[]): ReturnType<typeof runCli> =>
  runCli(['forecast', '--prometheus', prometheus.url, '--query', 'sum(load)', ...args]);

describe('forecast', () => {
  it('asks for the history up to now once, and prints plot, table and judgement', async () => {
    prometheus.always(rangeOf(daily));
    const { status, stdout, stderr } = await forecast();
    expect([status, stderr]).toEqual([0, '']);
    expect(prometheus.requests).toHaveLength(1);
    expect(Object.fromEntries(prometheus.requests[0]!.params)).toEqual({
      query: 'sum(load)',
      start: String((NOW_MS - 7 * DAY_MS) / 1_000),
      end: String(NOW_MS / 1_000),
      step: '120',
    });
    expect(stdout).toContain('5041 samples every 2m (0 missing), seasons: 1d, model: combination');
    expect(stdout).toMatch(/TIME +AHEAD +Q0.05 +Q0.1 .* +Q0.99/);
    expect(stdout).toMatch(/Serving quantile 0.9 at a lead time of 5m would have lost [\d.]+ % less/);
    const drawn = stdout.split('\n').filter((line) => !line.startsWith('Serving'));
    expect(Math.max(...drawn.map(({ length }) => length))).toBeLessThanOrEqual(120);
  });

  it('prints JSON with every point and quantile, close to what comes', async () => {
    prometheus.always(rangeOf(daily));
    const { status, stdout, stderr } = await forecast('--json', '--horizon', '6h', '--step', '10m');
    expect([status, stderr]).toEqual([0, '']);
    const result = JSON.parse(stdout) as ForecastJson;
    expect(result).toMatchObject({
      query: 'sum(load)',
      model: 'combination',
      origin: '2026-03-02T00:00:00.000Z',
      stepSeconds: 600,
      samples: { total: 1_009, known: 1_009, from: '2026-02-23T00:00:00.000Z' },
      seasonsSeconds: [86_400],
      levels: [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99],
    });
    expect(result.points).toHaveLength(36);
    expect(result.points[0]!.time).toBe('2026-03-02T00:10:00.000Z');
    expect(result.points[35]!.time).toBe('2026-03-02T06:00:00.000Z');
    for (const { time, values } of result.points) {
      expect(values).toEqual([...values].sort((a, b) => a - b));
      expect(Math.abs(values[3]! / daily(Date.parse(time)) - 1)).toBeLessThan(0.05);
    }
    expect(result.evidence!.servedLoss).toBeLessThan(result.evidence!.observedLoss);
    expect(result.evidence!.origins).toBeGreaterThan(50);
  });

  it('shows what it does not learn from, in a line each and as JSON', async () => {
    const from = NOW_MS - 3 * DAY_MS + 10 * HOUR_MS;
    const isTest = (timeMs: number): boolean => timeMs >= from && timeMs < from + 2 * HOUR_MS;
    prometheus.always(rangeOf((timeMs) => daily(timeMs) * (isTest(timeMs) ? 5 : 1)));
    expect((await forecast()).stdout).toMatch(
      /^not learnt from: 2026-02-2\d \d\d:\d\d to 2026-02-2\d \d\d:\d\d, surge: up to 5(\.\d)? times the usual \d+(\.\d+)?, for 2h$/m,
    );
    const { masks } = JSON.parse((await forecast('--json')).stdout) as { masks: Record<string, string>[] };
    // A bucket of two steps more on either side; the last sample of the test is that of 11:58.
    expect(masks).toMatchObject([{ kind: 'surge', from: '2026-02-27T09:56:00.000Z', to: '2026-02-27T12:02:00.000Z' }]);
  });

  it('forecasts by the clock of a zone; where that does not change, as without one', async () => {
    prometheus.always(rangeOf(daily));
    const { stdout } = await forecast('--json');
    expect((await forecast('--json', '--time-zone', 'Asia/Tokyo')).stdout).toBe(stdout);
  });

  it('takes gaps for unknown and a young source for young', async () => {
    prometheus.always(rangeOf((timeMs) => (timeMs < NOW_MS - DAY_MS || timeMs % HOUR_MS === 0 ? NaN : daily(timeMs))));
    const { stdout } = await forecast('--json');
    // A day of two-minute steps from just after it began, of which each 30th is missing.
    const { samples } = JSON.parse(stdout) as ForecastJson;
    expect(samples).toEqual({ total: 720, known: 696, from: '2026-03-01T00:02:00.000Z' });
  });

  it('warns that the source has stopped, and since when', async () => {
    prometheus.always(rangeOf((timeMs) => (timeMs > NOW_MS - 12 * HOUR_MS ? NaN : daily(timeMs))));
    const { status, stderr } = await forecast();
    expect(status).toBe(0);
    expect(stderr).toMatch(/^warning: the newest known sample is of \S+ \S+ UTC, 12h ago: /m);
    prometheus.clear();
    prometheus.always(rangeOf(daily));
    expect((await forecast()).stderr).not.toContain('warning');
  });

  it('sends header, password and certificate settings as told, and keeps secrets out of its output', async () => {
    prometheus.always(text(403, 'not for hunter22'));
    const env = { TIDECAST_PROMETHEUS_PASSWORD: 'hunter22' };
    const args = ['forecast', '--prometheus', prometheus.url, '--query', 'up', '--header', 'X-Scope-OrgID: shop'];
    const { status, stderr } = await runCli([...args, '--username', 'ann'], { env });
    expect(prometheus.requests[0]?.headers).toMatchObject({
      'x-scope-orgid': 'shop',
      authorization: `Basic ${Buffer.from('ann:hunter22').toString('base64')}`,
    });
    expect(status).toBe(1);
    expect(stderr).toContain('refused the query "up"');
    expect(stderr).not.toContain('hunter22');
  });

  it('reads a bearer token from its file, without the line end', async () => {
    const file = join(folder.path, 'token');
    await writeFile(file, 's3cret-token\n');
    prometheus.always(rangeOf(daily));
    expect((await forecast('--bearer-token-file', file, '--json')).status).toBe(0);
    expect(prometheus.requests[0]?.headers.authorization).toBe('Bearer s3cret-token');
  });

  it('says how much history is missing when there is too little for any model', async () => {
    prometheus.always(rangeOf((timeMs) => (timeMs < NOW_MS - 4 * MINUTE_MS ? NaN : 5)));
    const { status, stdout, stderr } = await forecast();
    expect([status, stdout]).toEqual([1, '']);
    // Three changes; four minutes have 3 grid points.
    expect(stderr).toBe('tidecast: random-walk needs at least 4 known samples, got 3 (TC_INSUFFICIENT_HISTORY)\n');
  });

  it('judges by the whole horizon where that is shorter than the usual lead time', async () => {
    prometheus.always(rangeOf(daily));
    expect((await forecast('--horizon', '4m')).stdout).toContain('at a lead time of 4m');
  });

  it('refuses a horizon shorter than one step before it asks for anything', async () => {
    const { status, stderr } = await forecast('--horizon', '1m', '--step', '2m');
    expect(status).toBe(2);
    expect(stderr).toBe('tidecast: --horizon 1m is shorter than one step; expected at least 2m (TC_USAGE)\n');
    expect(prometheus.requests).toEqual([]);
  });

  it('says that a query has no samples at all, and where it looked', async () => {
    prometheus.always(rangeOf(() => NaN));
    const { status, stderr } = await forecast();
    expect(status).toBe(1);
    expect(stderr).toContain('no samples from 2026-02-23T00:00:00.000Z to 2026-03-02T00:00:00.000Z');
  });

  it.each([
    ['refuses', text(400, '{"status":"error","errorType":"bad_data","error":"parse error"}'), 'parse error'],
    ['is no Prometheus', text(200, '<html>hello</html>'), 'unusable answer'],
    [
      'returns several series',
      json({
        status: 'success',
        data: {
          resultType: 'matrix',
          result: ['a', 'b'].map((pod) => ({ metric: { pod }, values: [[NOW_MS / 1_000, '1']] })),
        },
      }),
      'several series',
    ],
  ])('ends with 1 and the reason when the server %s', async (_, reply, reason) => {
    prometheus.always(reply);
    const { status, stdout, stderr } = await forecast();
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain(reason);
    expect(stderr).toContain('"sum(load)"');
  });

  it('passes on what the server warns of', async () => {
    prometheus.always(async (request, response) => {
      const warn = (body: object): string => JSON.stringify({ ...body, warnings: ['one store did not answer'] });
      const original = response.end.bind(response);
      response.end = ((body: string) => original(warn(JSON.parse(body) as object))) as typeof response.end;
      await rangeOf(daily)(request, response);
    });
    const { status, stderr } = await forecast('--json');
    expect([status, stderr]).toEqual([0, 'warning: the source says: one store did not answer\n']);
  });

  it('ends with 130 when it is interrupted', async () => {
    const abort = new AbortController();
    prometheus.always(() => {
      abort.abort();
    });
    const args = ['forecast', '--prometheus', prometheus.url, '--query', 'up'];
    expect(await runCli(args, { signal: abort.signal })).toEqual({ status: 130, stdout: '', stderr: '' });
  });
});
