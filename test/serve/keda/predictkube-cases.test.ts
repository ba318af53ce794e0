import { status } from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from 'vitest';
import type { Decision, DecisionInput } from '../../../src/core/decision.js';
import { silentLogger } from '../../../src/core/logger.js';
import { newWorkloadKey } from '../../../src/core/workload-key.js';
import { learningFromSent } from '../../../src/run/sent-prediction.js';
import { decide } from '../../../src/scaling/decide.js';
import { ApiKeys } from '../../../src/serve/keda/api-keys.js';
import { GrpcServer } from '../../../src/serve/keda/grpc-server.js';
import { PREDICTKUBE_MESSAGE_BYTES, predictkube, requireKey } from '../../../src/serve/keda/predictkube.js';
import { train } from '../../../src/train/train.js';
import { NOW, inputOf, windowOf } from '../../scaling/inputs.js';
import { TestClient } from './client.js';
import { publishedByKeda, type KedaTrigger } from './keda-side.js';
import { KeptMetrics } from './kept.js';

const STEP_MS = 120_000;
/** Its subject is `shop/checkout`. */
const NAMED = newWorkloadKey('shop/checkout', 'secret');
const UNNAMED = 'a.b.c';

const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

/** KEDA with a trigger whose backend is ours. */
async function kedaWith(decision: Decision | null) {
  const keys = ApiKeys.parse(`${NAMED}\n${UNNAMED}`, 'keys');
  const learn = learningFromSent((request) => Promise.resolve(train(request, () => undefined)));
  const server = new GrpcServer({
    services: [predictkube({ keys, decisionOf: () => decision, learn, now: () => NOW, logger: silentLogger })],
    authorise: requireKey(keys),
    host: '127.0.0.1',
    port: 0,
    logger: silentLogger,
    metrics: new KeptMetrics(),
    maxMessageBytes: PREDICTKUBE_MESSAGE_BYTES,
    closeGraceMs: 50,
  });
  const client = new TestClient(await server.start(), 'predictkube.proto', 'services.MlEngineService');
  open.push(server, client);
  return async (sent: readonly Sample[], key: string, { horizon = 60, activation = 0 } = {}): Promise<KedaTrigger> => {
    const observations = sent.map(([timeMs, value]) => ({
      timestamp: { seconds: Math.floor(timeMs / 1_000), nanos: (timeMs % 1_000) * 1e6 },
      value,
      metric_name: 's0-predictkube-predictkube_metric',
    }));
    const request = { forecast_horizon: horizon, observations };
    const reply = await client.call('GetPredictMetric', request, { 'x-auth-api-key': key });
    const values = sent.map(([, value]) => value);
    return publishedByKeda(reply['result_metric'] as number, values, activation);
  };
}

type Sample = readonly [timeMs: number, value: number];

/** One sample every two minutes, the newest now. */
function series(...values: readonly number[]): Sample[] {
  return values.map((value, i) => [NOW - (values.length - 1 - i) * STEP_MS, value]);
}

function decision(changes: Partial<DecisionInput>): Decision {
  return decide('shop/checkout', inputOf(changes, { mode: 'active', activationThreshold: 0 }));
}

/** What tidecast has decided for the workload, with this present value and this highest forecast. */
const decided = (present: number, forecast: number): Decision =>
  decision({ observation: { timeMs: NOW, value: present }, forecast: windowOf(forecast) });

const DOWN: Partial<DecisionInput> = { observation: null, sourceProblem: 'connection refused' };

describe('with a key that names the workload, KEDA publishes', () => {
  const published = (value: number | null, active: boolean): KedaTrigger => ({ value, active });

  it.each([
    // The published cases, in their order.
    ['the forecast, above the present', decided(120, 450), series(120), published(450, true)],
    ['the present, above the forecast', decided(120, 80), series(120), published(120, true)],
    ['the forecast of what is at rest, but does not wake it', decided(0, 450), series(0), published(450, false)],
    ['nothing, of a known zero', decided(0, 0), series(0), published(null, false)],
    ['zero, of what is negative', decided(-9, -5), series(-9), published(0, false)],
    [
      'the forecast, although its query found no series',
      decision({ ...DOWN, forecast: windowOf(30) }),
      [],
      published(30, false),
    ],
    [
      'nothing, when neither its query nor the forecast has anything',
      decision({ ...DOWN, forecast: windowOf(0) }),
      [],
      published(null, false),
    ],
    ['the forecast, when its last point is NaN', decided(10, 30), series(10, NaN), published(30, false)],
    // What follows from them.
    ['the exact present, not one rounded up', decided(0.3, 0.1), series(0.3), published(0.3, true)],
    ['a fraction of a forecast as the next whole number', decided(0.3, 0.4), series(0.3), published(1, true)],
    ['the present, when that has risen since the decision', decided(120, 130), series(200), published(200, true)],
  ] as const)('%s', async (_, made, sent, expected) => {
    const keda = await kedaWith(made);
    expect(await keda(sent, NAMED)).toEqual(expected);
  });

  it('nothing active at the activation threshold, only above it', async () => {
    const keda = await kedaWith(decided(5, 9));
    expect(await keda(series(5), NAMED, { activation: 5 })).toEqual({ value: 9, active: false });
    expect(await keda(series(5.5), NAMED, { activation: 5 })).toEqual({ value: 9, active: true });
  });
});

describe('with a key that names no workload, KEDA publishes from what it has sent', () => {
  const steady = (count: number, value: number): Sample[] => series(...Array<number>(count).fill(value));
  const older = (samples: readonly Sample[], ms: number): Sample[] => samples.map(([timeMs, v]) => [timeMs - ms, v]);

  it.each([
    ['the only sample', series(120), 60, 120],
    ['the present value of a steady load', steady(2_000, 120), 60, 120],
    ['the last known value, when the last point is NaN', series(30, 30, NaN), 60, 30],
    ['the present of the last of several series', [...steady(50, 500), ...steady(50, 120)], 60, 120],
    ['the newest of unordered samples, or the last one sent if that is more', [...steady(9, 70)].reverse(), 60, 70],
    ['the last of two for one time', [...steady(9, 70), [NOW, 90] as const], 60, 90],
    ['the present after a gap', [...older(steady(50, 70), 3_600_000), ...steady(3, 90)], 60, 90],
    ['the present, for a horizon of less than a step', steady(300, 120), 0, 120],
    ['a known zero as nothing', steady(300, 0), 60, null],
    ['the present beside infinities', series(50, Infinity, -Infinity, 50), 60, 50],
    ['the present of 20,000 points', steady(20_000, 120), 60, 120],
  ] as const)('%s', async (_, sent, horizon, value) => {
    const keda = await kedaWith(null);
    expect((await keda(sent, UNNAMED, { horizon })).value).toBe(value);
  });

  it('a rise before it happens', async () => {
    const keda = await kedaWith(null);
    // From 100 to 900 at every full hour, for ten minutes. NOW is noon; the newest sample is of two minutes before.
    const load = (timeMs: number): number => (timeMs % 3_600_000 < 600_000 ? 900 : 100);
    const sent = Array.from({ length: 2_880 }, (_, i) => NOW - (2_880 - i) * STEP_MS).map(
      (timeMs) => [timeMs, load(timeMs)] as const,
    );
    const { value, active } = await keda(sent, UNNAMED);
    expect(value).toBeGreaterThan(500);
    expect(active).toBe(true);
  });

  it.each([
    ['no series', []],
    ['nothing but NaN', series(NaN, NaN)],
    ['a history that ended an hour ago', older(steady(20, 70), 3_600_000)],
  ])('nothing, and has an error that its fallback acts on, of %s', async (_, sent) => {
    const keda = await kedaWith(null);
    const answer = keda(sent, UNNAMED);
    await expect(answer).rejects.toMatchObject({
      code: expect.toBeOneOf([status.INVALID_ARGUMENT, status.UNAVAILABLE]) as unknown,
    });
  });

  it('nothing, and has an error, while the backend is down', async () => {
    const keda = await kedaWith(null);
    await open.shift()!.close();
    await expect(keda(series(120), UNNAMED)).rejects.toMatchObject({ code: status.UNAVAILABLE });
  });
});
