import { ServerCredentials } from '@grpc/grpc-js';
import { afterEach, describe, expect, test } from 'vitest';
import { silentLogger } from '../../../src/core/logger.js';
import { SCALER_MESSAGE_BYTES, externalScaler } from '../../../src/serve/keda/external-scaler.js';
import { GrpcServer } from '../../../src/serve/keda/grpc-server.js';
import { createTriggerTypes } from '../../../src/triggers/registry.js';
import { KeptMetrics } from '../../serve/keda/kept.js';
import { aDecision, aStatus, aWorkload } from '../../support/fake-service-view.js';
import { ManualClock } from '../../support/manual-clock.js';
import { type TestAuthority, testAuthority } from '../../support/pki.js';
import { type WrittenTrigger, makeTrigger, reactiveTrigger } from '../make-trigger.js';
import { type Answers, type HandMadeScaler, startScaler } from './hand-made-scaler.js';

const types = createTriggerTypes({ clock: new ManualClock() });
const never = new AbortController().signal;

/** What a test has opened, ended after it. */
const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of opened.splice(0).reverse()) await end();
});

async function started(
  answers: Partial<Answers>,
  options?: Parameters<typeof startScaler>[1],
): Promise<HandMadeScaler> {
  const usual: Answers = {
    GetMetricSpec: () => ({ metricSpecs: [{ metricName: 'length', targetSizeFloat: 5 }] }),
    GetMetrics: () => ({ metricValues: [{ metricName: 'length', metricValueFloat: 7 }] }),
    IsActive: () => ({ result: true }),
  };
  const scaler = await startScaler({ ...usual, ...answers } as Answers, options);
  opened.push(() => {
    scaler.kill();
  });
  return scaler;
}

const written = ({ port }: { port: number }, metadata = {}, more: Partial<WrittenTrigger> = {}): WrittenTrigger => ({
  type: 'external',
  metadata: { scalerAddress: `localhost:${port}`, ...metadata },
  ...more,
});

async function openSource(trigger: WrittenTrigger) {
  const source = await reactiveTrigger(types, trigger).open(never);
  opened.push(() => source.close());
  return source;
}

const read = async (trigger: WrittenTrigger) => (await openSource(trigger)).read(never);

const spec = (fields: object): Partial<Answers> => ({
  GetMetricSpec: () => ({ metricSpecs: [{ metricName: 'm', ...fields }] }),
});
const values = (...metricValues: object[]): Partial<Answers> => ({ GetMetrics: () => ({ metricValues }) });

test.each<[sentence: string, answers: Partial<Answers>, target: number, value: number]>([
  ['doubles', { ...spec({ targetSizeFloat: 2.5 }), ...values({ metricValueFloat: 7.25 }) }, 2.5, 7.25],
  ['integers', { ...spec({ targetSize: 3 }), ...values({ metricValue: 9 }) }, 3, 9],
  [
    'a double rather than an integer',
    { ...spec({ targetSize: 2, targetSizeFloat: 2.5 }), ...values({ metricValue: 7, metricValueFloat: 7.5 }) },
    2.5,
    7.5,
  ],
  [
    'the integer where the double is not above 0',
    { ...spec({ targetSize: 4, targetSizeFloat: -1 }), ...values({ metricValue: 8, metricValueFloat: -8 }) },
    4,
    8,
  ],
  ['a value of 0', { ...spec({ targetSize: 1 }), ...values({ metricName: 'm' }) }, 1, 0],
  [
    'the sum of several values',
    { ...spec({ targetSize: 1 }), ...values({ metricValue: 3 }, { metricValue: 4 }) },
    1,
    7,
  ],
])('reads %s', async (_sentence, answers, target, value) => {
  const scaler = await started(answers);
  expect(await read(written(scaler))).toEqual({ active: true, metrics: [{ name: 'm', target, value }] });
});

test('reads a scaler that knows no double fields', async () => {
  const answers = { ...spec({ targetSize: 3 }), ...values({ metricValue: 9 }) };
  const scaler = await started(answers, { protoFile: 'externalscaler-old.proto' });
  expect(await read(written(scaler))).toEqual({ active: true, metrics: [{ name: 'm', target: 3, value: 9 }] });
});

test('reads several metrics, each by its own name, which is left as it is', async () => {
  const lengths: Readonly<Record<string, number>> = { 'queue/a.b': 3, 's1-queue': 4 };
  const scaler = await started({
    GetMetricSpec: () => ({ metricSpecs: Object.keys(lengths).map((metricName) => ({ metricName, targetSize: 2 })) }),
    GetMetrics: ({ metricName }) => ({ metricValues: [{ metricValue: lengths[String(metricName)] }] }),
    IsActive: () => ({ result: false }),
  });
  expect(await read(written(scaler))).toEqual({
    active: false,
    metrics: [
      { name: 'queue/a.b', target: 2, value: 3 },
      { name: 's1-queue', target: 2, value: 4 },
    ],
  });
});

test('says of the trigger what KEDA says of it', async () => {
  const scaler = await started({});
  const metadata = { queue: 'orders', passwordFromEnv: 'PASSWORD', otherFromEnv: 'NOT_SET' };
  const trigger = written(scaler, metadata, { env: { PASSWORD: 'secret' } });
  await read(trigger);
  const scalerMetadata = { scalerAddress: `localhost:${scaler.port}`, queue: 'orders', passwordFromEnv: 'secret' };
  const ref = { name: 'worker', namespace: 'shop', scalerMetadata };
  expect(scaler.asked).toEqual([
    { method: 'GetMetricSpec', request: ref },
    { method: 'GetMetrics', request: { scaledObjectRef: ref, metricName: 'length' } },
    { method: 'IsActive', request: ref },
  ]);
});

test('the metrics are asked for once per connection, and again after a failure', async () => {
  let isBroken = false;
  const scaler = await started({
    GetMetrics: () => (isBroken ? { code: 2, details: 'broken' } : { metricValues: [{ metricValue: 1 }] }),
  });
  const asked = (): number => scaler.asked.filter(({ method }) => method === 'GetMetricSpec').length;
  const source = await openSource(written(scaler));
  await source.read(never);
  await source.read(never);
  expect(asked()).toBe(1);
  isBroken = true;
  await expect(source.read(never)).rejects.toThrow('GetMetrics answered UNKNOWN: broken');
  isBroken = false;
  await source.read(never);
  expect(asked()).toBe(2);
});

test('triggers of one scaler are each told of under their own metrics', async () => {
  const scaler = await started({
    GetMetricSpec: (request) => {
      const { queue } = (request as unknown as { scalerMetadata: { queue: string } }).scalerMetadata;
      return { metricSpecs: [{ metricName: queue, targetSize: 1 }] };
    },
  });
  const [a, b] = await Promise.all([read(written(scaler, { queue: 'a' })), read(written(scaler, { queue: 'b' }))]);
  expect([a.metrics[0]!.name, b.metrics[0]!.name]).toEqual(['a', 'b']);
});

describe('is an error:', () => {
  test.each<[sentence: string, answers: Partial<Answers>, message: string]>([
    ['no metrics', { GetMetricSpec: () => ({ metricSpecs: [] }) }, 'GetMetricSpec answered no metrics'],
    ['no values', values(), 'GetMetrics answered no value of length'],
    ['a target of 0', spec({ targetSize: 0 }), 'the target of m is 0; expected more than 0'],
    ['a value that is infinite', values({ metricValueFloat: Infinity }), 'the value of length is Infinity'],
    ['a value that is no number, which is not 0', values({ metricValueFloat: NaN }), 'the value of length is NaN'],
    [
      'a refusal',
      { IsActive: () => ({ code: 16, details: 'who are you?' }) },
      'IsActive answered UNAUTHENTICATED: who are you?',
    ],
    ['a credential in a refusal', { IsActive: () => ({ code: 2, details: 'no secret' }) }, 'UNKNOWN: no ***'],
  ])('%s', async (_sentence, answers, message) => {
    const trigger = written(await started(answers), { tokenFromEnv: 'TOKEN' }, { env: { TOKEN: 'secret' } });
    await expect(read(trigger)).rejects.toThrow(message);
  });

  test('a server of something else', async () => {
    const scaler = await started({ GetMetricSpec: () => ({ code: 12, details: 'unknown service' }) });
    await expect(read(written(scaler))).rejects.toThrow('GetMetricSpec answered UNIMPLEMENTED: unknown service');
  });
});

test('in a formula the scaler need not know a target', async () => {
  const scaler = await started({ ...spec({}), ...values({ metricValue: 9 }) });
  const advanced = { scalingModifiers: { formula: 'queue', target: '2' } };
  const trigger = written(scaler, {}, { name: 'queue', spec: { advanced } });
  expect((await read(trigger)).metrics[0]!.value).toBe(9);
});

test('external-push is polled in the same way', async () => {
  const scaler = await started({});
  const reading = await read({ ...written(scaler), type: 'external-push' });
  expect(reading).toEqual({ active: true, metrics: [{ name: 'length', target: 5, value: 7 }] });
});

describe('encrypted', () => {
  const credentialsOf = async (authority: TestAuthority, clients: TestAuthority | null): Promise<ServerCredentials> => {
    const { cert, key } = await authority.issue('scaler');
    const pair = { private_key: Buffer.from(key), cert_chain: Buffer.from(cert) };
    return ServerCredentials.createSsl(clients && Buffer.from(clients.cert), [pair], clients !== null);
  };

  test('an authority of its own is trusted, others are not', async () => {
    const authority = await testAuthority('scalers');
    const scaler = await started({}, { credentials: await credentialsOf(authority, null) });
    await expect(read(written(scaler, {}, { auth: { caCert: authority.cert } }))).resolves.toMatchObject({
      active: true,
    });
    await expect(read(written(scaler, { enableTLS: 'true' }))).rejects.toThrow(/certificate/);
    const other = await testAuthority('others');
    await expect(read(written(scaler, {}, { auth: { caCert: other.cert } }))).rejects.toThrow(/certificate/);
  });

  test('no certificate is verified with unsafeSsl', async () => {
    const credentials = await credentialsOf(await testAuthority('scalers'), null);
    const scaler = await started({}, { credentials });
    const reading = read(written(scaler, { enableTLS: 'true', unsafeSsl: 'true' }));
    await expect(reading).resolves.toMatchObject({ active: true });
  });

  test('a scaler that wants a certificate of its clients is shown one', async () => {
    const [authority, clients] = [await testAuthority('scalers'), await testAuthority('clients')];
    const scaler = await started({}, { credentials: await credentialsOf(authority, clients) });
    const { cert, key } = await clients.issue('tidecast', { usage: 'client' });
    const auth = { caCert: authority.cert, tlsClientCert: cert, tlsClientKey: key };
    await expect(read(written(scaler, {}, { auth }))).resolves.toMatchObject({ active: true });
    await expect(read(written(scaler, {}, { auth: { caCert: authority.cert } }))).rejects.toThrow('external scaler at');
  });
});

test('reads our own external scaler', async () => {
  const workload = aWorkload({ targetPerReplica: 100 });
  const status = aStatus({ workload, decision: aDecision(workload, { value: 640 }) });
  const server = new GrpcServer({
    services: [externalScaler({ workloads: { find: () => [status] }, clock: new ManualClock(), logger: silentLogger })],
    host: '127.0.0.1',
    port: 0,
    logger: silentLogger,
    metrics: new KeptMetrics(),
    maxMessageBytes: SCALER_MESSAGE_BYTES,
    closeGraceMs: 50,
  });
  const port = Number(new URL(await server.start()).port);
  opened.push(() => server.close());
  const { metrics } = await read(written({ port }));
  expect(metrics).toEqual([{ name: 'predictkube-predictkube_metric', target: 100, value: 640 }]);
});

describe('reports', () => {
  test.each<[sentence: string, metadata: Record<string, string>, auth: Record<string, string>, problem: RegExp]>([
    ['no address', { scalerAddress: '' }, {}, /error scalerAddress: scalerAddress is required/],
    ['an authority that is not PEM', {}, { caCert: 'x' }, /caCert is not PEM/],
    [
      'a certificate without its key',
      {},
      { tlsClientCert: '-----BEGIN X' },
      /a certificate and its key need each other/,
    ],
    [
      'a key without its certificate',
      {},
      { tlsClientKey: '-----BEGIN X' },
      /a certificate and its key need each other/,
    ],
  ])('%s', (_sentence, metadata, auth, problem) => {
    const { problems } = makeTrigger(types, written({ port: 1 }, metadata, { auth }));
    expect(problems).toEqual([expect.stringMatching(problem)]);
  });

  test('nothing of keys that are meant for the scaler', () => {
    const { problems } = makeTrigger(types, written({ port: 1 }, { queu: 'a', scalerAdress: 'b' }));
    expect(problems).toEqual([]);
  });
});
