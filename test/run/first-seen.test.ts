import { status } from '@grpc/grpc-js';
import { pino } from 'pino';
import { afterEach, expect, it } from 'vitest';
import { startLocalMode } from '../../src/run/local-mode.js';
import { SystemClock } from '../../src/run/system-clock.js';
import { rangeOf } from '../cli/fake-prometheus.js';
import { TestClient, messages } from '../serve/keda/client.js';
import { json, startScriptedServer } from '../support/scripted-server.js';

const LOAD = 37.5;

const closes: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closes.splice(0).reverse()) await close();
});

/** Every key of a `predictkube` trigger and of tidecast, as KEDA sends them with a trigger of type `external`. */
const METADATA = {
  scalerAddress: 'tidecast:9190',
  enableTLS: 'false',
  unsafeSsl: 'false',
  query: 'sum(rate(http_requests_total[2m]))',
  predictHorizon: '2h',
  historyTimeWindow: '1d',
  queryStep: '2m',
  threshold: '12.5',
  activationThreshold: '0.5',
  authModes: 'bearer',
  bearerTokenFromEnv: 'the-token',
  mode: 'active',
  leadTime: '3m',
  quantile: '0.95',
  model: 'auto',
  seasonality: 'auto',
  ignoreWindows: '2026-03-01T08:00:00Z/2026-03-01T10:00:00Z',
};

it('a workload that KEDA brings trains at once, and is an error, never 0, until it can say something', async () => {
  const prometheus = await startScriptedServer();
  closes.push(() => prometheus.close());
  let answer: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (answer = resolve));
  const tokens = new Set<string | undefined>();
  prometheus.always(async (request, response) => {
    tokens.add(request.headers.authorization);
    await gate;
    const vector = [{ metric: {}, value: [Number(request.params.get('time')), String(LOAD)] }];
    const value = json({ status: 'success', data: { resultType: 'vector', result: vector } });
    await (request.path === '/api/v1/query' ? value : rangeOf(() => LOAD))(request, response);
  });
  const mode = await startLocalMode({
    workloads: [],
    storePath: 'memory',
    host: '127.0.0.1',
    port: 0,
    clock: new SystemClock(),
    logger: pino({ level: 'silent' }),
    random: () => 0.5,
    scaler: { host: '127.0.0.1', port: 0 },
  });
  closes.push(() => mode.stop());
  const keda = new TestClient(mode.grpcUrls.scaler!, 'externalscaler.proto', 'externalscaler.ExternalScaler');
  closes.push(() => {
    keda.close();
  });

  const ref = {
    namespace: 'shop',
    name: 'checkout',
    scalerMetadata: { ...METADATA, prometheusAddress: prometheus.url },
  };
  const { metricSpecs } = (await keda.call('GetMetricSpec', ref)) as {
    metricSpecs: [{ metricName: string; targetSizeFloat: number }];
  };
  expect(metricSpecs).toHaveLength(1);
  const [{ metricName, targetSizeFloat }] = metricSpecs;
  expect(targetSizeFloat).toBe(12.5);
  const getMetrics = () => keda.call('GetMetrics', { scaledObjectRef: ref, metricName });
  for (const call of [getMetrics(), keda.call('IsActive', ref)]) {
    await expect(call).rejects.toMatchObject({
      code: status.UNAVAILABLE,
      details: expect.stringContaining('has no value yet: waiting for the first answer of the source') as unknown,
    });
  }
  const pushed = messages(keda.stream('StreamIsActive', ref)).next();

  answer();
  await expect.poll(() => getMetrics().catch(() => null), { timeout: 20_000 }).not.toBeNull();
  const { metricValues } = (await getMetrics()) as { metricValues: [{ metricValueFloat: number }] };
  expect(metricValues).toHaveLength(1);
  expect(metricValues[0].metricValueFloat).toBeGreaterThanOrEqual(LOAD);
  expect(await keda.call('IsActive', ref)).toEqual({ result: true });
  expect((await pushed).value).toEqual({ result: true });
  expect([...tokens]).toEqual(['Bearer the-token']);
});
