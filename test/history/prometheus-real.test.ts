import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  HistoryQueryError,
  HistoryResponseError,
  HistoryUnavailableError,
  MultipleSeriesError,
} from '../../src/core/errors.js';
import type { PrometheusEndpoint } from '../../src/core/workload.js';
import { IncrementalHistory } from '../../src/history/incremental.js';
import { PrometheusSource } from '../../src/history/prometheus.js';
import { counterToRate } from '../../src/series/counter.js';
import { createAuthority } from '../support/certificates.js';
import { describeWithPrograms, temporaryFolder } from '../support/programs.js';
import {
  PROMETHEUS_PROGRAMS,
  type RunningPrometheus,
  type Sample,
  gaugeHistory,
  startPrometheus,
} from '../support/prometheus.js';
import { startScriptedServer, text } from '../support/scripted-server.js';

const MINUTE_MS = 60_000;
/** A multiple of the minute and of 15 s. */
const START_MS = 1_700_000_040_000;
const MINUTES = 180;
const minute = (index: number): number => START_MS + index * MINUTE_MS;
const RANGE = { startMs: minute(0), endMs: minute(MINUTES - 1), stepMs: MINUTE_MS };

const samplesOf = (count: number, stepMs: number, valueAt: (index: number) => number): Sample[] =>
  Array.from({ length: count }, (_, index) => ({ timeMs: START_MS + index * stepMs, value: valueAt(index) })).filter(
    ({ value }) => value !== -1,
  );
/** An hour without samples in the middle; -1 is left out. */
const load = (index: number): number => (index >= 60 && index < 120 ? -1 : 100 + 0.25 * index);
/** Grows by 7 a minute, starts again from 3 at minutes 50 and 130; an hour without samples as well. */
const counter = (index: number): number => {
  if (load(index) === -1) return -1;
  if (index >= 130) return 3 + 7 * (index - 130);
  return index >= 50 ? 3 + 7 * (index - 50) : 1000 + 7 * index;
};
const LONG_POINTS = 20_000;
const LONG_STEP_MS = 15_000;
const long = (index: number): number => (index * 37) % 1009;

const history = [
  gaugeHistory('load', { '{pod="a"}': samplesOf(MINUTES, MINUTE_MS, load) }),
  gaugeHistory('requests', { '': samplesOf(MINUTES, MINUTE_MS, counter) }),
  gaugeHistory('odd', { '': [NaN, Infinity, -Infinity, 4].map((value, index) => ({ timeMs: minute(index), value })) }),
  gaugeHistory(
    'many',
    Object.fromEntries(
      Array.from({ length: 7 }, (_, pod) => [`{job="api",pod="p${pod}"}`, [{ timeMs: START_MS, value: pod }]]),
    ),
  ),
  gaugeHistory('long', { '': samplesOf(LONG_POINTS, LONG_STEP_MS, long) }),
].join('');

// With 30 s instead of 5 minutes, no sample is seen at the grid time after its own: gaps in the data are gaps in the answer.
const FLAGS = ['--query.lookback-delta=30s'];
const options = { random: (): number => 0.5, backoffMs: 1 };
const sourceOf = (endpoint: PrometheusEndpoint): PrometheusSource => new PrometheusSource(endpoint, options);

describeWithPrograms(PROMETHEUS_PROGRAMS, 'PrometheusSource on Prometheus', () => {
  let prometheus: RunningPrometheus;
  let source: PrometheusSource;
  beforeAll(async () => {
    prometheus = await startPrometheus({ openMetrics: history, flags: FLAGS });
    source = sourceOf({ address: prometheus.url });
  });
  afterAll(() => prometheus.stop());

  const known = (value: number): number => (value === -1 ? NaN : value);

  it('reads exactly what was recorded, with a gap where nothing was', async () => {
    const { startMs, stepMs, values } = await source.read('load', RANGE);
    expect([startMs, stepMs]).toEqual([RANGE.startMs, RANGE.stepMs]);
    expect([...values]).toEqual(Array.from({ length: MINUTES }, (_, index) => known(load(index))));
  });

  it('reads gaps before the first and after the last sample of a longer range', async () => {
    const series = await source.read('load', { ...RANGE, startMs: minute(-2), endMs: minute(MINUTES + 1) });
    expect(series.length).toBe(MINUTES + 4);
    expect([...series.values.subarray(0, 3)]).toEqual([NaN, NaN, 100]);
    expect([...series.values.subarray(-3)]).toEqual([100 + 0.25 * 179, NaN, NaN]);
  });

  it('reads NaN and infinities as gaps', async () => {
    const series = await source.read('odd', { ...RANGE, endMs: minute(4) });
    expect([...series.values]).toEqual([NaN, NaN, NaN, 4, NaN]);
    for (const index of [0, 1, 2]) expect(await source.observe('odd', { atMs: minute(index) })).toBeNull();
    expect(await source.observe('odd', { atMs: minute(3) })).toEqual({ timeMs: minute(3), value: 4 });
  });

  it('turns a counter into the rates that Prometheus computes, resets and gaps included', async () => {
    const ours = counterToRate(await source.read('requests', RANGE));
    const theirs = await source.read('irate(requests[90s])', RANGE);
    expect(theirs.countKnown()).toBe(118); // 60 samples on either side of the gap, the first of each without a rate
    expect(ours.values).toEqual(theirs.values);
    expect(ours.at(minute(50))).toBe(3 / 60);
  });

  it('reads 20,000 points, more than Prometheus gives in one answer', async () => {
    const range = { startMs: START_MS, endMs: START_MS + (LONG_POINTS - 1) * LONG_STEP_MS, stepMs: LONG_STEP_MS };
    const query = `query=long&start=${range.startMs / 1000}&end=${range.endMs / 1000}&step=15`;
    expect((await fetch(`${prometheus.url}/api/v1/query_range?${query}`)).status).toBe(400);
    const series = await source.read('long', range);
    expect([...series.values]).toEqual(Array.from({ length: LONG_POINTS }, (_, index) => long(index)));
  });

  it('reads scalars and constants', async () => {
    expect([...(await source.read('1 + 1', { ...RANGE, endMs: minute(2) })).values]).toEqual([2, 2, 2]);
    expect(await source.observe('1 + 1', { atMs: START_MS })).toEqual({ timeMs: START_MS, value: 2 });
  });

  it('has nothing for a metric that does not exist, and null for its value', async () => {
    expect((await source.read('nothing', RANGE)).length).toBe(0);
    expect(await source.observe('nothing', { atMs: START_MS })).toBeNull();
    expect((await source.read('vector(0) / 0', RANGE)).length).toBe(0);
  });

  it('names what tells several series apart', async () => {
    const message = /7 series that differ in pod: \{pod="p0"\}, .*\{pod="p4"\} and 2 more/;
    await expect(source.read('many', RANGE)).rejects.toThrow(MultipleSeriesError);
    await expect(source.read('many', RANGE)).rejects.toThrow(message);
    await expect(source.observe('many', { atMs: START_MS })).rejects.toThrow(message);
    expect(await source.observe('sum(many)', { atMs: START_MS })).toMatchObject({ value: 21 });
  });

  it('passes on what Prometheus says about a bad query', async () => {
    const reading = source.read('sum(load', RANGE);
    await expect(reading).rejects.toThrow(HistoryQueryError);
    await expect(reading).rejects.toThrow(
      /refused the query "sum\(load": status 400, bad_data: ".*parse error: unclosed left paren/,
    );
    await expect(source.read('load[5m]', RANGE)).rejects.toThrow(/range vector/);
    await expect(source.observe('load * on(x) group_left many', { atMs: START_MS })).rejects.toThrow(
      /status 422, execution/,
    );
  });

  it('refuses a value that is not one number', async () => {
    await expect(source.observe('load[5m]', { atMs: START_MS })).rejects.toThrow(HistoryResponseError);
    await expect(source.observe('"text"', { atMs: START_MS })).rejects.toThrow(/resultType is "string"/);
  });

  it('incremental pulls end up with what one pull of the window reads', async () => {
    const incremental = new IncrementalHistory({ source, query: 'load', stepMs: MINUTE_MS, windowMs: 90 * MINUTE_MS });
    for (const nowMinute of [95, 96, 97, 110, 121, 122, 130]) await incremental.refresh(minute(nowMinute) + 7_000);
    const whole = await source.read('load', { startMs: minute(40), endMs: minute(130), stepMs: MINUTE_MS });
    expect(incremental.series).toEqual(whole);
  });

  it('is unavailable while Prometheus is dead, and back with it', async () => {
    await prometheus.kill();
    await expect(source.read('load', RANGE)).rejects.toThrow(HistoryUnavailableError);
    await expect(source.observe('load', { atMs: START_MS })).rejects.toThrow(/ECONNREFUSED|ECONNRESET/);
    await prometheus.restart();
    expect((await source.read('load', RANGE)).countKnown()).toBe(120);
  });
});

describeWithPrograms(PROMETHEUS_PROGRAMS, 'PrometheusSource on a target that disappears', () => {
  it('reads a stale series as a gap at once, not as its last value for five minutes', async () => {
    const target = await startScriptedServer();
    target.always(text(200, 'load 42\n'));
    const prometheus = await startPrometheus({
      scrape: [{ job: 'app', target: `127.0.0.1:${target.port}`, intervalMs: 100 }],
    });
    try {
      const source = sourceOf({ address: prometheus.url });
      const observed = (): Promise<number | undefined> =>
        source.observe('load', { atMs: Date.now() }).then((observation) => observation?.value);
      await vi.waitFor(
        async () => {
          expect(await observed()).toBe(42);
        },
        { timeout: 10_000, interval: 50 },
      );
      target.always(text(500, ''));
      await vi.waitFor(
        async () => {
          expect(await observed()).toBeUndefined();
        },
        { timeout: 10_000, interval: 50 },
      );
      const endMs = Math.ceil(Date.now() / 100) * 100;
      const series = await source.read('load', { startMs: endMs - 60_000, endMs, stepMs: 100 });
      expect(series.values.includes(42)).toBe(true);
      expect(series.values.at(-1)).toBeNaN();
    } finally {
      await prometheus.stop();
      await target.close();
    }
  });
});

describeWithPrograms(
  [...PROMETHEUS_PROGRAMS, 'openssl'],
  'PrometheusSource on Prometheus with TLS and passwords',
  () => {
    // bcrypt of "canary-password", cost 4.
    const HASH = '$2b$04$VdIrFrhdDjxBG1A9fjSEwOsKvNMBYScsVPDMi02EZ/Ps3a.SKF4rq';
    let folder: Awaited<ReturnType<typeof temporaryFolder>>;
    let prometheus: RunningPrometheus;
    let ca: string;
    beforeAll(async () => {
      folder = await temporaryFolder();
      const authority = createAuthority(folder.path);
      const { certFile, keyFile } = authority.issue('prometheus');
      ca = authority.cert;
      const webConfig = {
        tls_server_config: { cert_file: certFile, key_file: keyFile },
        basic_auth_users: { ann: HASH },
      };
      prometheus = await startPrometheus({ openMetrics: history, flags: FLAGS, webConfig: JSON.stringify(webConfig) });
    });
    afterAll(async () => {
      await prometheus.stop();
      await folder.remove();
    });

    const observe = (endpoint: Partial<PrometheusEndpoint>): Promise<unknown> =>
      sourceOf({ address: prometheus.url, tls: { ca }, ...endpoint }).observe('load', { atMs: START_MS });
    const value = { timeMs: START_MS, value: 100 };
    const basic = { username: 'ann', password: 'canary-password' };

    it('reads with password and authority', async () => {
      expect(await observe({ basic })).toEqual(value);
    });

    it('reads with the password in the address', async () => {
      expect(await observe({ address: prometheus.url.replace('//', '//ann:canary-password@') })).toEqual(value);
    });

    describe.each([
      [
        'a wrong password',
        { basic: { username: 'ann', password: 'canary-wrong' } },
        HistoryQueryError,
        /status 401, "Unauthorized"; check the credentials/,
      ],
      ['no password', {}, HistoryQueryError, /status 401/],
      ['an authority that is not trusted', { basic, tls: {} }, HistoryUnavailableError, /configure the authority/],
    ])('with %s', (_, endpoint, type, message) => {
      it('fails and says why, without the password', async () => {
        const error = await observe(endpoint).catch((error: unknown) => error);
        expect(error).toBeInstanceOf(type);
        expect((error as Error).message).toMatch(message);
        expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('canary');
      });
    });
  },
);
