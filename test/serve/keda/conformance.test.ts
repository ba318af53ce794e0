import { Metadata, credentials, status, type ChannelCredentials, type Client } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError, UsageError } from '../../../src/core/errors.js';
import { silentLogger } from '../../../src/core/logger.js';
import { ApiKeys } from '../../../src/serve/keda/api-keys.js';
import { SCALER_MESSAGE_BYTES, externalScaler } from '../../../src/serve/keda/external-scaler.js';
import { GrpcServer, type GrpcServerProps } from '../../../src/serve/keda/grpc-server.js';
import { predictkube, requireKey } from '../../../src/serve/keda/predictkube.js';
import type { WorkloadStatus } from '../../../src/serve/view.js';
import { createAuthority, type CertificateAuthority, type KeyPair } from '../../support/certificates.js';
import { aDecision, aStatus, aWorkload } from '../../support/fake-service-view.js';
import { ManualClock } from '../../support/manual-clock.js';
import { temporaryFolder } from '../../support/programs.js';
import { ReplaceableCertificate } from '../certificates/replaceable-certificate.js';
import { TestClient, messages } from './client.js';
import { KeptMetrics } from './kept.js';

const SCALER = 'externalscaler.ExternalScaler';
const BACKEND = 'services.MlEngineService';
const METRIC = 'predictkube-predictkube_metric';
const REF = { name: 'checkout', namespace: 'shop', scalerMetadata: { scalerAddress: 'tidecast:9190' } };

const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

/** Both services on one address, with a key for the backend: all that a client of the contracts may meet. */
async function started(find: () => readonly WorkloadStatus[], props: Partial<GrpcServerProps> = {}) {
  const metrics = new KeptMetrics();
  const keys = ApiKeys.parse('a.b.c', 'keys');
  const learn = () => Promise.resolve(() => aDecision(aWorkload(), { value: 41.5 }));
  const server = new GrpcServer({
    services: [
      externalScaler({ workloads: { find }, clock: new ManualClock(), logger: silentLogger }),
      predictkube({ keys, decisionOf: () => null, learn, now: () => 0, logger: silentLogger }),
    ],
    authorise: requireKey(keys),
    host: '127.0.0.1',
    port: 0,
    logger: silentLogger,
    metrics,
    maxMessageBytes: SCALER_MESSAGE_BYTES,
    closeGraceMs: 50,
    ...props,
  });
  open.push(server);
  const url = await server.start();
  const client = (protoFile: string, service: string, channel?: ChannelCredentials): TestClient => {
    const one = new TestClient(url, protoFile, service, channel);
    open.push(one);
    return one;
  };
  return { metrics, client };
}

const deciding = (): readonly WorkloadStatus[] => {
  const workload = aWorkload({ targetPerReplica: 12.5 });
  return [aStatus({ workload, decision: aDecision(workload, { value: 41.5, active: true }) })];
};

/** The first reply of a method, however many it has. */
async function first(client: TestClient, method: string, request: object, headers = {}): Promise<unknown> {
  if (!method.startsWith('Stream')) return client.call(method, request, headers);
  const stream = client.stream(method, request);
  const { value } = await messages(stream).next();
  stream.on('error', () => undefined);
  stream.cancel();
  return value;
}

describe('every method of the contracts', () => {
  let authority: CertificateAuthority;
  let server: KeyPair;
  let keda: KeyPair;
  let remove: () => Promise<void>;

  beforeAll(async () => {
    const folder = await temporaryFolder();
    remove = folder.remove;
    authority = createAuthority(folder.path);
    server = authority.issue('server');
    keda = authority.issue('keda');
  });
  afterAll(() => remove());

  const bytes = (text: string): Buffer => Buffer.from(text);
  const ask = { scaledObjectRef: REF, metricName: METRIC };
  const key = { 'x-auth-api-key': 'a.b.c' };
  const now = [
    [
      'externalscaler.proto',
      SCALER,
      'GetMetricSpec',
      REF,
      { metricSpecs: [{ metricName: METRIC, targetSize: 12, targetSizeFloat: 12.5 }] },
    ],
    [
      'externalscaler.proto',
      SCALER,
      'GetMetrics',
      ask,
      { metricValues: [{ metricName: METRIC, metricValue: 42, metricValueFloat: 41.5 }] },
    ],
    ['externalscaler.proto', SCALER, 'IsActive', REF, { result: true }],
    ['externalscaler.proto', SCALER, 'StreamIsActive', REF, { result: true }],
    [
      'externalscaler.proto',
      SCALER,
      'StreamMetricSpec',
      REF,
      { metricSpecs: [{ metricName: METRIC, targetSize: 12, targetSizeFloat: 12.5 }] },
    ],
    [
      'predictkube.proto',
      BACKEND,
      'GetPredictMetric',
      { forecast_horizon: 60, observations: [{ value: 1 }] },
      { result_metric: 42 },
    ],
  ] as const;
  // Before the float fields and StreamMetricSpec.
  const before = [
    [
      'externalscaler-old.proto',
      SCALER,
      'GetMetricSpec',
      REF,
      { metricSpecs: [{ metricName: METRIC, targetSize: 12 }] },
    ],
    [
      'externalscaler-old.proto',
      SCALER,
      'GetMetrics',
      ask,
      { metricValues: [{ metricName: METRIC, metricValue: 42 }] },
    ],
    ['externalscaler-old.proto', SCALER, 'IsActive', REF, { result: true }],
    ['externalscaler-old.proto', SCALER, 'StreamIsActive', REF, { result: true }],
  ] as const;

  const transports = [
    ['plain', () => ({}), () => credentials.createInsecure()],
    ['TLS', () => ({ tls: new ReplaceableCertificate(server) }), () => credentials.createSsl(bytes(authority.cert))],
    [
      'mutual TLS',
      () => ({ tls: new ReplaceableCertificate({ ...server, clientCa: authority.cert }) }),
      () => credentials.createSsl(bytes(authority.cert), bytes(keda.key), bytes(keda.cert)),
    ],
  ] as const;

  it.each(
    transports.flatMap(([transport, props, channel]) =>
      [...now, ...before].map((row) => [transport, ...row, props, channel] as const),
    ),
  )('over %s, by %s: %s/%s', async (_, protoFile, service, method, request, expected, props, channel) => {
    const { client, metrics } = await started(deciding, props());
    const one = client(protoFile, service, channel());
    expect(await first(one, method, request, key)).toEqual(expected);
    const outcome = method.startsWith('Stream') ? 'CANCELLED' : 'OK';
    await expect.poll(() => metrics.calls).toEqual([`${service}/${method} ${outcome}`]);
  });
});

describe('every status', () => {
  const fails = (error: Error) => () => {
    throw error;
  };
  const unknown = (): readonly WorkloadStatus[] => [aStatus({ decision: null, notReadyReason: 'waiting' })];
  const ask = { scaledObjectRef: REF, metricName: METRIC };

  it.each([
    ['OK', deciding, 'GetMetrics', ask],
    ['INVALID_ARGUMENT', deciding, 'IsActive', { name: 'checkout' }],
    ['INVALID_ARGUMENT', fails(new ConfigError('queryStep: is required')), 'GetMetricSpec', REF],
    ['NOT_FOUND', deciding, 'GetMetrics', { ...ask, metricName: 'other' }],
    ['UNAVAILABLE', unknown, 'GetMetrics', ask],
    ['UNAVAILABLE', unknown, 'IsActive', REF],
    ['RESOURCE_EXHAUSTED', fails(new UsageError('1000 workloads')), 'IsActive', REF],
    ['RESOURCE_EXHAUSTED', deciding, 'IsActive', { ...REF, name: 'x'.repeat(SCALER_MESSAGE_BYTES) }],
    ['INTERNAL', fails(new Error('a bug')), 'IsActive', REF],
  ] as const)('%s is told and recorded', async (name, find, method, request) => {
    const { client, metrics } = await started(find);
    const answer = client('externalscaler.proto', SCALER).call(method, request);
    if (name === 'OK') await answer;
    else await expect(answer).rejects.toMatchObject({ code: status[name] });
    await expect.poll(() => metrics.calls).toEqual([`${SCALER}/${method} ${name}`]);
  });

  it('UNAUTHENTICATED is told and recorded', async () => {
    const { client, metrics } = await started(deciding);
    const answer = client('predictkube.proto', BACKEND).call('GetPredictMetric', {});
    await expect(answer).rejects.toMatchObject({ code: status.UNAUTHENTICATED });
    expect(metrics.calls).toEqual([`${BACKEND}/GetPredictMetric UNAUTHENTICATED`]);
  });

  it('UNIMPLEMENTED is told; a name that anybody can make up is no label', async () => {
    const { client, metrics } = await started(deciding);
    const raw = client('externalscaler.proto', SCALER).client;
    await expect(unary(raw, `/${SCALER}/Nothing`)).rejects.toMatchObject({ code: status.UNIMPLEMENTED });
    expect(metrics.calls).toEqual([]);
  });

  it('DEADLINE_EXCEEDED is told to whoever does not end his request, and recorded', async () => {
    const { client, metrics } = await started(deciding, { requestTimeoutMs: 60 });
    const raw = client('externalscaler.proto', SCALER).client;
    const bytes = (buffer: Buffer): Buffer => buffer;
    const call = raw.makeClientStreamRequest(`/${SCALER}/IsActive`, bytes, bytes, new Metadata(), () => undefined);
    const [ended] = await new Promise<[{ code: number }]>((resolve) => {
      call.on('status', (outcome: { code: number }) => {
        resolve([outcome]);
      });
    });
    expect(ended.code).toBe(status.DEADLINE_EXCEEDED);
    expect(metrics.calls).toEqual([`${SCALER}/IsActive DEADLINE_EXCEEDED`]);
  });

  it('CANCELLED is recorded when a client leaves', async () => {
    const { client, metrics } = await started(deciding);
    const one = client('externalscaler.proto', SCALER);
    const stream = one.stream('StreamIsActive', REF);
    await messages(stream).next();
    stream.on('error', () => undefined);
    stream.cancel();
    await expect.poll(() => metrics.calls).toEqual([`${SCALER}/StreamIsActive CANCELLED`]);
  });
});

function unary(client: Client, path: string): Promise<Buffer | undefined> {
  const bytes = (buffer: Buffer): Buffer => buffer;
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(path, bytes, bytes, Buffer.alloc(0), (error, reply) => {
      if (error === null) resolve(reply);
      else reject(error);
    });
  });
}
