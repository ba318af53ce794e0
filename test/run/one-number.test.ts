import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Decision } from '../../src/core/decision.js';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/core/duration.js';
import { newWorkloadKey } from '../../src/core/workload-key.js';
import { startLocalMode, type LocalMode } from '../../src/run/local-mode.js';
import { SystemClock } from '../../src/run/system-clock.js';
import { rangeOf } from '../cli/fake-prometheus.js';
import { TestClient, messages } from '../serve/keda/client.js';
import { decodeAnswer } from '../serve/external-metrics/protobuf-reader.js';
import { FakeKubeApiserver } from '../support/fake-kube-apiserver.js';
import { testAuthority } from '../support/pki.js';
import { temporaryFolder } from '../support/programs.js';
import { json, startScriptedServer, type ScriptedServer } from '../support/scripted-server.js';
import { aFastWorkload } from './running.js';

const KEY = 'a.b.c';
/** Its subject is the workload. */
const NAMED_KEY = newWorkloadKey('shop/checkout', 'secret');
const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const STEP_MS = 2 * MINUTE_MS;
const METRIC = 'predictkube-predictkube_metric';

/** A load whose forecast is worth serving: it rises and falls by the hour, in fractions of a unit. */
const load = (timeMs: number): number => 20.125 + 10 * Math.sin((2 * Math.PI * timeMs) / HOUR_MS);

let prometheus: ScriptedServer;
let mode: LocalMode;
let apiserver: FakeKubeApiserver;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const clients: TestClient[] = [];

beforeAll(async () => {
  prometheus = await startScriptedServer();
  prometheus.always(async (request, response) => {
    const time = Number(request.params.get('time'));
    const vector = [{ metric: {}, value: [time, String(load(time * 1_000))] }];
    const value = json({ status: 'success', data: { resultType: 'vector', result: vector } });
    await (request.path === '/api/v1/query' ? value : rangeOf(load))(request, response);
  });
  folder = await temporaryFolder();
  const authority = await testAuthority('kubernetes');
  apiserver = await FakeKubeApiserver.start(authority);
  apiserver.users.set('good', { username: 'ci' });
  const kubeconfig = join(folder.path, 'kubeconfig');
  writeFileSync(kubeconfig, apiserver.kubeconfig(authority));
  mode = await startLocalMode({
    // The first decision has no model yet; the next one has, and lasts long enough to be asked for everywhere.
    workloads: [
      aFastWorkload({ mode: 'auto', pollingIntervalMs: 15 * SECOND_MS, endpoint: { address: prometheus.url } }),
    ],
    storePath: 'memory',
    host: '127.0.0.1',
    port: 0,
    clock: new SystemClock(),
    logger: pino({ level: 'silent' }),
    random: () => 0.5,
    scaler: { host: '127.0.0.1', port: 0 },
    aggregated: {
      ...{ host: '127.0.0.1', port: 0, kubeconfig, env: {}, limits: { drainMs: 0 } },
      certificate: { folder: folder.path, service: { name: 'tidecast', namespace: 'tidecast' } },
    },
    predictkube: { host: '127.0.0.1', port: 0, keys: { text: `${KEY}\n${NAMED_KEY}`, fileName: 'keys' } },
  });
});

afterAll(async () => {
  for (const client of clients) client.close();
  await mode.stop();
  await apiserver.close();
  await folder.remove();
  await prometheus.close();
});

/** Asks the aggregated API, over TLS and with a token. */
async function getAggregated(path: string, accept: string): Promise<Buffer> {
  const sent = request(`${mode.aggregatedUrl!}${path}`, {
    ca: readFileSync(join(folder.path, 'ca.crt')),
    servername: 'tidecast.tidecast.svc',
    headers: { authorization: 'Bearer good', accept },
  }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  expect(response.headers['content-type']).toBe(accept);
  return buffer(response);
}

function clientOf(url: string | undefined, protoFile: string, service: string): TestClient {
  const client = new TestClient(url!, protoFile, service);
  clients.push(client);
  return client;
}

/** A Kubernetes quantity in thousandths. */
function milli(quantity: string): number {
  const [, number, suffix] = /^(\d+)(m|k|)$/.exec(quantity)!;
  return Number(number) * { m: 1, '': 1_000, k: 1_000_000 }[suffix as 'm'];
}

describe('one decision', () => {
  it('is the same number on every protocol', { timeout: 90_000 }, async () => {
    await expect.poll(() => mode.view.workloads()[0]!.decision?.state, { timeout: 60_000 }).toBe('fresh');
    const { workload, decision } = mode.view.workloads()[0]!;
    const { value, active } = decision as Decision & { value: number };
    expect(Number.isInteger(value)).toBe(false);
    const get = (path: string): Promise<Response> => fetch(`${mode.url}${path}`);

    const rest = (await (await get(`/api/v1/workloads/${workload.id}`)).json()) as { value: number };
    expect(rest.value).toBe(value);

    const gauge = /^tidecast_decision_value\{.*\} (\S+)$/m.exec(await (await get('/metrics')).text());
    expect(Number(gauge![1])).toBe(value);

    const selector = `labelSelector=scaledobject.keda.sh/name%3D${workload.scaledObject}`;
    const path = `/apis/external.metrics.k8s.io/v1beta1/namespaces/${workload.namespace}/${workload.metricName}`;
    const external = (await (await get(`${path}?${selector}`)).json()) as { items: { value: string }[] };
    const published = milli(external.items[0]!.value);
    // A quantity has thousandths: what differs is at most half of one.
    expect(Math.abs(published - value * 1_000)).toBeLessThanOrEqual(0.5);
    const [{ value: quantity }] = external.items as [{ value: string }];
    const protobuf = await fetch(`${mode.url}${path}?${selector}`, { headers: { accept: PROTOBUF } });
    expect(decodeAnswer(Buffer.from(await protobuf.arrayBuffer())).list.items[0]!.value.string).toBe(quantity);
    const aggregated = (await getAggregated(`${path}?${selector}`, 'application/json')).toString();
    expect(JSON.parse(aggregated)).toEqual(external);
    const both = decodeAnswer(await getAggregated(`${path}?${selector}`, PROTOBUF));
    expect(both.list.items[0]!.value.string).toBe(quantity);

    const scaler = clientOf(mode.grpcUrls.scaler, 'externalscaler.proto', 'externalscaler.ExternalScaler');
    const scaledObjectRef = { namespace: workload.namespace, name: workload.scaledObject, scalerMetadata: {} };
    expect(await scaler.call('GetMetrics', { scaledObjectRef, metricName: METRIC })).toEqual({
      metricValues: [{ metricName: METRIC, metricValue: Math.ceil(value), metricValueFloat: value }],
    });
    expect(await scaler.call('IsActive', scaledObjectRef)).toEqual({ result: active });
    const stream = scaler.stream('StreamIsActive', scaledObjectRef);
    expect((await messages(stream)[Symbol.asyncIterator]().next()).value).toEqual({ result: active });
    const old = clientOf(mode.grpcUrls.scaler, 'externalscaler-old.proto', 'externalscaler.ExternalScaler');
    expect(await old.call('GetMetrics', { scaledObjectRef, metricName: METRIC })).toEqual({
      metricValues: [{ metricName: METRIC, metricValue: Math.ceil(value) }],
    });

    const backend = clientOf(mode.grpcUrls.predictkube, 'predictkube.proto', 'services.MlEngineService');
    const answer = await backend.call('GetPredictMetric', {}, { 'x-auth-api-key': NAMED_KEY });
    // KEDA puts the exact observation in the place of a smaller answer.
    const whole = decision!.origin === 'observed' ? Math.floor(value) : Math.ceil(value);
    expect(answer).toEqual({ result_metric: whole });

    // All of them were asked for the same decision.
    expect(mode.view.workloads()[0]!.decision).toBe(decision);

    const exposition = await (await get('/metrics')).text();
    for (const method of ['externalscaler.ExternalScaler/IsActive', 'services.MlEngineService/GetPredictMetric']) {
      expect(exposition).toContain(`tidecast_grpc_server_handling_seconds_count{method="${method}",code="OK"} 1\n`);
    }
    expect(exposition).toContain(
      'tidecast_grpc_server_started_total{method="externalscaler.ExternalScaler/GetMetrics"} 2\n',
    );
    expect(exposition).toContain('tidecast_grpc_server_evicted_connections_total 0\n');
  });

  it('is what PredictKube answers to the same history, in whole numbers', async () => {
    const { input } = mode.view.workloads()[0]!.decision!;
    const timesMs = Array.from({ length: 720 }, (_, i) => input.forecast!.originMs - (719 - i) * STEP_MS);
    const observations = [
      ...timesMs.map((timeMs) => [timeMs, load(timeMs)] as const),
      [input.atMs, input.observation!.value] as const,
    ];
    const backend = clientOf(mode.grpcUrls.predictkube, 'predictkube.proto', 'services.MlEngineService');
    const items = observations.map(([timeMs, value]) => ({
      timestamp: { seconds: Math.floor(timeMs / 1_000), nanos: (timeMs % 1_000) * 1e6 },
      value,
    }));
    const reply = await backend.call(
      'GetPredictMetric',
      { forecast_horizon: 60, observations: items },
      { 'x-auth-api-key': KEY },
    );
    // KEDA publishes the larger of the two. The forecasts may begin a step apart, in which this load rises by 2.1 at most;
    // two steps leave room for bands that differ.
    const published = Math.max(reply['result_metric'] as number, input.observation!.value);
    expect(Math.abs(published - mode.view.workloads()[0]!.decision!.value!)).toBeLessThan(4.2);
  });
});
