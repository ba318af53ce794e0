import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PROMETHEUS_PROGRAMS, type RunningPrometheus, startPrometheus } from '../support/prometheus.js';
import { describeWithPrograms, temporaryFolder } from '../support/programs.js';
import { type Served, buildProgram, sample, serve } from './built-program.js';
import { loadHistory } from './load.js';
import { AskedService, quantity } from './service.js';

/** Decides every second and forecasts no more than 20 s ahead: its forecast is used up soon. */
const queue = (prometheusUrl: string): string => `
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: queue
  namespace: shop
spec:
  scaleTargetRef:
    name: queue
  pollingInterval: 1
  maxReplicaCount: 50
  triggers:
    - type: predictkube
      metadata:
        prometheusAddress: ${prometheusUrl}
        query: queue_length
        queryStep: 10s
        historyTimeWindow: 1h
        predictHorizon: 20s
        leadTime: 10s
        threshold: '10'
        mode: active
        model: last-value
`;

/** The sample decides every 30 s; some more for a busy machine. */
const ONE_POLL_MS = 45_000;

describeWithPrograms(PROMETHEUS_PROGRAMS, 'tidecast serve beside a real Prometheus', () => {
  /** What has been started, to be ended in reverse order. */
  const cleanups: (() => Promise<void>)[] = [];
  let prometheus: RunningPrometheus;
  let served: Served;
  /** From an unmodified `predictkube` ScaledObject. */
  let shop: AskedService;
  let fast: AskedService;

  beforeAll(async () => {
    await buildProgram();
    const folder = await temporaryFolder();
    cleanups.push(folder.remove);
    prometheus = await startPrometheus({ openMetrics: loadHistory(Date.now()) });
    cleanups.push(() => prometheus.stop());
    const files = {
      'predictkube.yaml': sample('predictkube.yaml', prometheus.url),
      'queue.yaml': queue(prometheus.url),
    };
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder.path, name), text);
    served = await serve([folder.path], { store: join(folder.path, 'store.db') });
    cleanups.push(() => served.program.stop());
    shop = new AskedService(served.url, 'some-namespace', 'predictkube-scaledobject');
    fast = new AskedService(served.url, 'shop', 'queue');
    await shop.until(({ state }) => state === 'fresh', ONE_POLL_MS);
    await fast.until(({ state }) => state === 'fresh', ONE_POLL_MS);
  }, 120_000);

  afterAll(async () => {
    for (const cleanup of cleanups.reverse()) await cleanup();
  });

  it('answers the external metric of an unmodified ScaledObject with a value that the ledger explains', async () => {
    const { status, body } = await shop.externalMetric();
    expect(status).toBe(200);
    expect(body).toMatchObject({
      kind: 'ExternalMetricValueList',
      items: [{ metricName: 's0-predictkube-predictkube_metric' }],
    });
    const item = body.items![0]!;
    const explained = await shop.explain(new Date(Date.parse(item.timestamp) + 999).toISOString());
    expect(quantity(item.value)).toBeCloseTo(explained.value!, 3);
    expect(explained.at.slice(0, 19)).toBe(item.timestamp.slice(0, 19));
    expect(explained.reason).toMatch(/^(Observed|Forecast) \d/);
    expect(explained.explanation.join(' ')).toContain('the observed load was');
    // The load is between 95 and 945 requests per second, and within 5 min no more than a tenth higher than now.
    expect(explained.value).toBeGreaterThan(90);
    expect(explained.value).toBeLessThan(1_100);
    expect((await shop.workload()).model?.name).toBe('combination');
  });

  it.each([
    ['an unmodified ScaledObject', () => shop],
    ['one that decides every second', () => fast],
  ])('shows the same number of %s on REST, as external metric and in its own metrics', async (_, of) => {
    for (let attempt = 0; attempt < 20; attempt++) {
      const before = await of().workload();
      const [metric, gauge, explained] = [
        await of().externalMetric(),
        await of().gauge('tidecast_decision_value'),
        await of().explain(),
      ];
      // Another decision in between is no contradiction.
      if ((await of().workload()).decidedAt !== before.decidedAt) continue;
      expect(gauge).toBe(before.value);
      expect(explained.value).toBe(before.value);
      expect(quantity(metric.body.items![0]!.value)).toBeCloseTo(before.value!, 2);
      return;
    }
    expect.fail('no moment without a new decision in 20 attempts');
  });

  it('is ready and alive', async () => {
    expect(await (await fetch(`${served.url}/readyz`)).text()).toBe('ok\n');
    expect((await fetch(`${served.url}/healthz`)).status).toBe(200);
  });

  it('goes on serving when Prometheus is killed, then answers with an error, and recovers when it is back', async () => {
    const before = (await shop.workload()).value!;
    await prometheus.kill();

    // Two hours of forecast are left here ...
    const bridged = shop.until(({ state }) => state === 'degraded', ONE_POLL_MS);
    // ... and less than 20 s there, until which it is served.
    const seen = new Set<string>();
    await fast.until(({ state, value }) => {
      seen.add(`${state!} ${value === null ? 'error' : value > 30 ? 'value' : 'nothing'}`);
      return state === 'stale';
    }, ONE_POLL_MS);
    expect([...seen].filter((each) => !each.startsWith('fresh'))).toEqual(['degraded value', 'stale error']);
    const failed = await fast.externalMetric();
    expect(failed).toMatchObject({ status: 503, body: { kind: 'Status', reason: 'ServiceUnavailable' } });
    expect(failed.body.message).toContain('the forecast was used up');
    expect(await fast.gauge('tidecast_decision_value')).toBeUndefined();
    expect(await fast.gauge('tidecast_state', 'state="stale"')).toBe(1);

    const degraded = await bridged;
    expect(degraded.value).toBeGreaterThan(0.9 * before);
    expect(degraded.reason).toMatch(/no answer|ECONNREFUSED/);
    expect(degraded.reason).toMatch(/until \d\d:\d\d UTC/);
    const still = await shop.externalMetric();
    expect(still.status).toBe(200);
    expect(quantity(still.body.items![0]!.value)).toBeCloseTo(degraded.value!, 2);
    // Deciding goes on: nothing is wrong with this process.
    expect((await fetch(`${served.url}/readyz`)).status).toBe(200);

    await prometheus.restart();
    await fast.until(({ state }) => state === 'fresh', ONE_POLL_MS);
    expect((await fast.externalMetric()).status).toBe(200);
    await shop.until(({ state }) => state === 'fresh', ONE_POLL_MS);
    expect(served.log().filter(({ level }) => level === 50)).toEqual([]);
  }, 150_000);

  it('ends with 0 when it is asked to', async () => {
    await served.program.stop();
    expect(await served.program.exited()).toBe(0);
  });
});
