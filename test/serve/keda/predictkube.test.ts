import { once } from 'node:events';
import { status } from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from 'vitest';
import type { Decision } from '../../../src/core/decision.js';
import { ConfigError } from '../../../src/core/errors.js';
import { ApiKeys } from '../../../src/serve/keda/api-keys.js';
import { GrpcServer } from '../../../src/serve/keda/grpc-server.js';
import { PREDICTKUBE_MESSAGE_BYTES, predictkube, requireKey } from '../../../src/serve/keda/predictkube.js';
import { learningFromSent } from '../../../src/run/sent-prediction.js';
import type { Learn } from '../../../src/serve/keda/remembered-predictions.js';
import { train } from '../../../src/train/train.js';
import { newWorkloadKey } from '../../../src/core/workload-key.js';
import { KeptLog } from '../../run/running.js';
import { TestClient } from './client.js';
import { KeptMetrics } from './kept.js';
import { RawConnection, framed } from './raw-call.js';

const KEY = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzaG9wIn0.c2lnbmF0dXJl';
/** Its subject is `shop/checkout`. */
const NAMED_KEY = newWorkloadKey('shop/checkout', 'secret');
const NOW_MS = Date.UTC(2026, 2, 1, 12);
const STEP_MS = 120_000;
const PATH = '/services.MlEngineService/GetPredictMetric';

const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

/** Answers what it is told, and counts how often it learns. */
class Scripted {
  learnt = 0;
  decision: Partial<Decision> = { value: 10, origin: 'forecast', reason: 'x' };

  learn: Learn = () => {
    this.learnt++;
    return Promise.resolve(() => this.decision as Decision);
  };
}

const fromSent = learningFromSent((request) => Promise.resolve(train(request, () => undefined)));

interface Parts {
  readonly learn?: Learn;
  readonly decisionOf?: (workload: string) => Decision | null;
  readonly maxUploads?: { readonly inAll: number; readonly perCaller: number };
}

async function started({ learn = fromSent, decisionOf = () => null, ...limits }: Parts = {}) {
  const logger = new KeptLog();
  const keys = ApiKeys.parse([KEY, NAMED_KEY].join('\n'), 'keys');
  const server = new GrpcServer({
    services: [predictkube({ keys, decisionOf, learn, now: () => NOW_MS, logger })],
    authorise: requireKey(keys),
    host: '127.0.0.1',
    port: 0,
    logger,
    metrics: new KeptMetrics(),
    maxMessageBytes: PREDICTKUBE_MESSAGE_BYTES,
    closeGraceMs: 50,
    ...limits,
  });
  const url = await server.start();
  const client = new TestClient(url, 'predictkube.proto', 'services.MlEngineService');
  open.push(server, client);
  const ask = async (observations: object[], horizon = 60, key = KEY): Promise<unknown> => {
    const request = { forecast_horizon: horizon, observations };
    return (await client.call('GetPredictMetric', request, { 'x-auth-api-key': key }))['result_metric'];
  };
  return { client, url, logger, ask };
}

function item(timeMs: number, value: number): object {
  return {
    timestamp: { seconds: Math.floor(timeMs / 1_000), nanos: (timeMs % 1_000) * 1_000_000 },
    value,
    metric_name: 's0-predictkube-predictkube_metric',
  };
}

/** Samples every two minutes, the newest now. */
const samples = (count: number, value: (timeMs: number) => number): object[] =>
  Array.from({ length: count }, (_, i) => NOW_MS - (count - 1 - i) * STEP_MS).map((timeMs) =>
    item(timeMs, value(timeMs)),
  );

describe('the key', () => {
  const header = 'x-auth-api-key';

  it.each([
    ['no key', {}, `the key in ${header} is missing`],
    ['a wrong key', { [header]: `${KEY}x` }, `the key in ${header} is not among the accepted keys`],
    ['a key with Bearer', { [header]: `Bearer ${KEY}` }, `the key in ${header} is not among the accepted keys`],
    ['a key in another header', { authorization: KEY }, `the key in ${header} is missing`],
    ['two keys', { [header]: `${KEY}, ${KEY}` }, `the key in ${header} is not among the accepted keys`],
  ])('is asked for: %s is UNAUTHENTICATED', async (_, headers, details) => {
    const { client, logger } = await started();
    const answer = client.call('GetPredictMetric', {}, headers);
    await expect(answer).rejects.toMatchObject({ code: status.UNAUTHENTICATED, details });
    expect(logger.lines.join()).not.toContain(KEY);
  });

  it('is asked for before the message is read', async () => {
    const { url } = await started();
    const raw = new RawConnection(url);
    open.push(raw);
    const stream = raw.open(PATH);
    // Promises 50 MiB and sends four bytes: the answer does not wait for the rest.
    stream.write(framed(Buffer.alloc(PREDICTKUBE_MESSAGE_BYTES)).subarray(0, 9));
    expect(await raw.reply(stream)).toMatchObject({ status: status.UNAUTHENTICATED });
  });
});

describe('the answer', () => {
  it.each([
    ['a forecast is rounded up', 'forecast', 10.01, 11],
    ['a forecast that is whole stays', 'forecast', 10, 10],
    ['an observation is rounded down, as KEDA puts the exact one in its place', 'observed', 10.9, 10],
    ['a small rate is not made 1 by an observation', 'observed', 0.3, 0],
    ['a negative forecast', 'forecast', -5.5, -5],
    ['more than whole numbers can hold exactly', 'forecast', 1e300, 2 ** 53 - 1],
  ] as const)('%s', async (_, origin, value, expected) => {
    const scripted = new Scripted();
    scripted.decision = { origin, value };
    const { ask } = await started({ learn: scripted.learn });
    expect(await ask(samples(3, () => 1))).toBe(expected);
  });

  it('is an error, not 0, when nothing may be served', async () => {
    const scripted = new Scripted();
    scripted.decision = { value: null, reason: 'No value: the load is unknown.' };
    const { ask } = await started({ learn: scripted.learn });
    await expect(ask(samples(3, () => 1))).rejects.toMatchObject({
      code: status.UNAVAILABLE,
      details: 'No value: the load is unknown.',
    });
  });

  it('goes over the wire as a plain varint', async () => {
    const scripted = new Scripted();
    const { url } = await started({ learn: scripted.learn });
    const raw = new RawConnection(url);
    open.push(raw);
    const reply = await raw.send(PATH, framed(Buffer.from([0x08, 60, 0x12, 0])), { 'x-auth-api-key': KEY });
    expect(reply.body).toEqual(framed(Buffer.from([0x08, 10])));
    scripted.decision = { value: -1, origin: 'forecast' };
    // -1 in two's complement of 64 bits, not zigzag.
    const minus = await raw.send(PATH, framed(Buffer.from([0x08, 60, 0x12, 0])), { 'x-auth-api-key': KEY });
    expect(minus.body).toEqual(framed(Buffer.from([0x08, ...Array<number>(9).fill(0xff), 1])));
  });

  it('is UNEXPECTED to the client and known to the log when something breaks', async () => {
    const { ask, logger } = await started({ learn: () => Promise.reject(new Error('a bug')) });
    await expect(ask(samples(3, () => 1))).rejects.toMatchObject({ code: status.INTERNAL });
    expect(logger.lines).toContain('error: a prediction failed unexpectedly');
  });
});

describe('a key that names a workload', () => {
  const decided =
    (value: number | null, origin: Decision['origin'] = 'forecast') =>
    (workload: string) =>
      workload === 'shop/checkout' ? ({ value, origin, reason: 'x' } as Decision) : null;

  it.each([
    ['the forecast, rounded up', 41.2, 'forecast', 42],
    ['the value that is held, rounded up', 41.2, 'held', 42],
    ['the observation, rounded down, as KEDA publishes its own', 41.8, 'observed', 41],
    ['a value that is zero', 0, 'observed', 0],
  ] as const)('is answered with its decision: %s', async (_, value, origin, expected) => {
    const { ask } = await started({ decisionOf: decided(value, origin) });
    expect(
      await ask(
        samples(50, () => 7),
        60,
        NAMED_KEY,
      ),
    ).toBe(expected);
    // Nothing has to be sent.
    expect(await ask([], 60, NAMED_KEY)).toBe(expected);
  });

  it.each([
    ['has no value', decided(null)],
    ['is not known', () => null],
  ])('is answered from what was sent while the workload %s', async (_, decisionOf) => {
    const { ask } = await started({ decisionOf });
    expect(
      await ask(
        samples(50, () => 7),
        60,
        NAMED_KEY,
      ),
    ).toBe(7);
    await expect(ask([], 60, NAMED_KEY)).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
  });

  it('is told when the name stands for several', async () => {
    const { ask } = await started({
      decisionOf: () => {
        throw new ConfigError('the key names shop/checkout, which has several workloads');
      },
    });
    await expect(ask([], 60, NAMED_KEY)).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: 'the key names shop/checkout, which has several workloads',
    });
  });

  it('does not answer other keys', async () => {
    const { ask } = await started({ decisionOf: decided(41.2) });
    expect(
      await ask(
        samples(50, () => 7),
        60,
        KEY,
      ),
    ).toBe(7);
  });
});

describe('what is sent', () => {
  it('is learnt from once, as long as it is the same', async () => {
    const scripted = new Scripted();
    const { ask } = await started({ learn: scripted.learn });
    const history = samples(100, () => 5);
    for (let i = 0; i < 5; i++) await ask(history);
    expect(scripted.learnt).toBe(1);
    await ask(history, 30);
    await ask([...history, item(NOW_MS + STEP_MS, 5)]);
    await ask(samples(100, () => 6));
    expect(scripted.learnt).toBe(4);
  });

  it.each([
    ['no observations', [], /^no observations, so the load is unknown; .*or vector\(0\)/],
    ['nothing but NaN', samples(20, () => NaN), /^none of the 20 observations is a number/],
  ])('is refused when it is %s', async (_, observations, details) => {
    const { ask } = await started();
    await expect(ask(observations)).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: expect.stringMatching(details) as unknown,
    });
  });

  it('is learnt from once when it is sent again meanwhile', async () => {
    const scripted = new Scripted();
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    const { ask } = await started({
      learn: async (...sent) => {
        const prediction = scripted.learn(...sent);
        await gate;
        return prediction;
      },
    });
    const answers = Array.from({ length: 20 }, () => ask(samples(100, () => 5)));
    await expect.poll(() => scripted.learnt).toBe(1);
    go();
    expect(await Promise.all(answers)).toEqual(Array(20).fill(10));
    expect(scripted.learnt).toBe(1);
  });

  it('is learnt from again when that has failed', async () => {
    let attempts = 0;
    const { ask } = await started({
      learn: (...sent) => (++attempts === 1 ? Promise.reject(new Error('a crash')) : new Scripted().learn(...sent)),
    });
    await expect(ask(samples(3, () => 1))).rejects.toMatchObject({ code: status.INTERNAL });
    expect(await ask(samples(3, () => 1))).toBe(10);
  });

  it('waits for its turn, so that no more than allowed is received at once', async () => {
    const { url, ask } = await started({ learn: new Scripted().learn, maxUploads: { inAll: 2, perCaller: 1 } });
    const raw = new RawConnection(url);
    open.push(raw);
    const slow = raw.open(PATH, { 'x-auth-api-key': KEY });
    slow.write(framed(Buffer.alloc(1_000)).subarray(0, 500));
    const waiting = ask(samples(3, () => 1));
    const first = await Promise.race([waiting, new Promise((resolve) => setTimeout(resolve, 100, 'still waiting'))]);
    expect(first).toBe('still waiting');
    // Whoever leaves, gives his turn to the next.
    slow.close();
    expect(await waiting).toBe(10);
  });

  it('does not wait for those who have shown no key', async () => {
    const { url, ask } = await started({ learn: new Scripted().learn, maxUploads: { inAll: 2, perCaller: 1 } });
    const raw = new RawConnection(url);
    open.push(raw);
    const hanging = raw.open('/grpc.health.v1.Health/Check');
    // So that it is there first; it goes on for longer than the answer may take.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const over = once(hanging, 'close');
    expect(await Promise.race([ask(samples(3, () => 1)), over])).toBe(10);
  });

  it('does not wait for those who hang with another key', async () => {
    const { url, ask } = await started({ learn: new Scripted().learn, maxUploads: { inAll: 2, perCaller: 1 } });
    const raw = new RawConnection(url);
    open.push(raw);
    const hanging = [1, 2].map(() => raw.open(PATH, { 'x-auth-api-key': NAMED_KEY }));
    // So that they are there first; they go on for longer than the answer may take.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const over = Promise.race(hanging.map((stream) => once(stream, 'close')));
    expect(await Promise.race([ask(samples(3, () => 1)), over])).toBe(10);
  });

  it('is refused when the horizon is a slip', async () => {
    const { ask } = await started();
    await expect(
      ask(
        samples(3, () => 1),
        1e6,
      ),
    ).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
  });

  it('is refused when it is not a message of the method', async () => {
    const { url } = await started();
    const raw = new RawConnection(url);
    open.push(raw);
    const reply = await raw.send(PATH, framed(Buffer.from([0x12, 9, 1])), { 'x-auth-api-key': KEY });
    expect(reply.status).toBe(status.INVALID_ARGUMENT);
  });

  it('may have up to 50 MiB, and no more', async () => {
    const { client } = await started({ learn: new Scripted().learn });
    const big = (bytes: number): object => ({
      observations: [{ timestamp: { seconds: 1 }, value: 1, metric_name: 'x'.repeat(bytes) }],
    });
    const send = (bytes: number) => client.call('GetPredictMetric', big(bytes), { 'x-auth-api-key': KEY });
    await expect(send(49 * 1024 * 1024)).resolves.toEqual({ result_metric: 10 });
    await expect(send(50 * 1024 * 1024)).rejects.toMatchObject({ code: status.RESOURCE_EXHAUSTED });
  });

  it('is answered with at least what is observed, and by the forecast when a rise is due', async () => {
    const { ask } = await started();
    // A jump from 100 to 900 at every full hour for ten minutes, for four days; now is twelve o'clock less a step.
    const jumps = (timeMs: number): number => ((timeMs + STEP_MS) % 3_600_000 < 600_000 ? 900 : 100);
    const history = samples(4 * 720, (timeMs) => (timeMs === NOW_MS ? 100 : jumps(timeMs - STEP_MS)));
    const answer = (await ask(history)) as number;
    expect(answer).toBeGreaterThan(500);
    expect(answer).toBeLessThan(1_400);
  });
});
