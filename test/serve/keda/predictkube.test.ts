import { status } from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from 'vitest';
import type { Decision } from '../../../src/core/decision.js';
import { ApiKeys } from '../../../src/serve/keda/api-keys.js';
import { GrpcServer } from '../../../src/serve/keda/grpc-server.js';
import {
  PREDICTKUBE_MESSAGE_BYTES,
  predictkube,
  requireKey,
  type PredictkubeProps,
} from '../../../src/serve/keda/predictkube.js';
import { learnFromSent } from '../../../src/run/sent-prediction.js';
import { KeptLog } from '../../run/running.js';
import { TestClient } from './client.js';
import { RawConnection, framed } from './raw-call.js';

const KEY = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzaG9wIn0.c2lnbmF0dXJl';
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

  learn: PredictkubeProps['learn'] = () => {
    this.learnt++;
    return () => this.decision as Decision;
  };
}

async function started(learn: PredictkubeProps['learn'] = learnFromSent) {
  const logger = new KeptLog();
  const keys = ApiKeys.parse(KEY, 'keys');
  const server = new GrpcServer({
    services: [predictkube({ now: () => NOW_MS, learn, logger })],
    authorise: requireKey(keys),
    host: '127.0.0.1',
    port: 0,
    logger,
    maxMessageBytes: PREDICTKUBE_MESSAGE_BYTES,
    closeGraceMs: 50,
  });
  const url = await server.start();
  const client = new TestClient(url, 'predictkube.proto', 'services.MlEngineService');
  open.push(server, client);
  const ask = async (observations: object[], horizon = 60): Promise<unknown> => {
    const request = { forecast_horizon: horizon, observations };
    return (await client.call('GetPredictMetric', request, { 'x-auth-api-key': KEY }))['result_metric'];
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
    const { ask } = await started(scripted.learn);
    expect(await ask(samples(3, () => 1))).toBe(expected);
  });

  it('is an error, not 0, when nothing may be served', async () => {
    const scripted = new Scripted();
    scripted.decision = { value: null, reason: 'No value: the load is unknown.' };
    const { ask } = await started(scripted.learn);
    await expect(ask(samples(3, () => 1))).rejects.toMatchObject({
      code: status.UNAVAILABLE,
      details: 'No value: the load is unknown.',
    });
  });

  it('goes over the wire as a plain varint', async () => {
    const scripted = new Scripted();
    const { url } = await started(scripted.learn);
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
    const { ask, logger } = await started(() => {
      throw new Error('a bug');
    });
    await expect(ask(samples(3, () => 1))).rejects.toMatchObject({ code: status.INTERNAL });
    expect(logger.lines).toContain('error: a prediction failed unexpectedly');
  });
});

describe('what is sent', () => {
  it('is learnt from once, as long as it is the same', async () => {
    const scripted = new Scripted();
    const { ask } = await started(scripted.learn);
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
    const { client } = await started(new Scripted().learn);
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
