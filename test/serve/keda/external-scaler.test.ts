import { status } from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from 'vitest';
import { ConfigError, UsageError } from '../../../src/core/errors.js';
import { silentLogger } from '../../../src/core/logger.js';
import type { Workload } from '../../../src/core/workload.js';
import { SCALER_MESSAGE_BYTES, externalScaler } from '../../../src/serve/keda/external-scaler.js';
import { GrpcServer } from '../../../src/serve/keda/grpc-server.js';
import type { ScaledObjectRef, ScalerWorkloads } from '../../../src/serve/keda/scaler-workloads.js';
import type { WorkloadStatus } from '../../../src/serve/view.js';
import { decide } from '../../../src/scaling/decide.js';
import { NOW, inputOf, windowOf } from '../../scaling/inputs.js';
import { aDecision, aStatus, aWorkload } from '../../support/fake-service-view.js';
import { ManualClock } from '../../support/manual-clock.js';
import { TestClient, messages } from './client.js';
import { KeptMetrics } from './kept.js';

const REF = { name: 'checkout', namespace: 'shop', scalerMetadata: {} };
const METRIC = 'predictkube-predictkube_metric';

/** Serves what a test puts into it. */
class FakeWorkloads implements ScalerWorkloads {
  readonly asked: ScaledObjectRef[] = [];
  found: readonly WorkloadStatus[] = [];
  error: Error | null = null;

  find(ref: ScaledObjectRef): readonly WorkloadStatus[] {
    this.asked.push(ref);
    if (this.error !== null) throw this.error;
    return this.found;
  }
}

const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function started(...found: WorkloadStatus[]) {
  const workloads = new FakeWorkloads();
  workloads.found = found;
  const clock = new ManualClock();
  const server = new GrpcServer({
    services: [externalScaler({ workloads, clock, logger: silentLogger })],
    host: '127.0.0.1',
    port: 0,
    logger: silentLogger,
    metrics: new KeptMetrics(),
    maxMessageBytes: SCALER_MESSAGE_BYTES,
    closeGraceMs: 50,
  });
  const url = await server.start();
  open.push(server);
  const connect = (protoFile = 'externalscaler.proto'): TestClient => {
    const client = new TestClient(url, protoFile, 'externalscaler.ExternalScaler');
    open.push(client);
    return client;
  };
  return { workloads, clock, server, url, connect, client: connect() };
}

const deciding = (workload: Workload, value: number | null, active: boolean | null): WorkloadStatus =>
  aStatus({ workload, decision: aDecision(workload, { value, active, reason: 'the source is down.' }) });

describe('GetMetricSpec', () => {
  it('gives the metric and its target, also as a whole number for old versions of KEDA', async () => {
    const { client } = await started(aStatus({ workload: aWorkload({ targetPerReplica: 1.5 }) }));
    expect(await client.call('GetMetricSpec', REF)).toEqual({
      metricSpecs: [{ metricName: METRIC, targetSize: 1, targetSizeFloat: 1.5 }],
    });
  });

  it('never gives a whole-number target of 0', async () => {
    const { connect } = await started(aStatus({ workload: aWorkload({ targetPerReplica: 0.25 }) }));
    const reply = await connect('externalscaler-old.proto').call('GetMetricSpec', REF);
    expect(reply).toEqual({ metricSpecs: [{ metricName: METRIC, targetSize: 1 }] });
  });

  it('gives a metric for each trigger of the ScaledObject', async () => {
    const { client } = await started(
      aStatus(),
      aStatus({ workload: aWorkload({ triggerIndex: 2, targetPerReplica: 7 }) }),
    );
    expect(await client.call('GetMetricSpec', REF)).toEqual({
      metricSpecs: [
        { metricName: `s0-${METRIC}`, targetSize: 50, targetSizeFloat: 50 },
        { metricName: `s2-${METRIC}`, targetSize: 7, targetSizeFloat: 7 },
      ],
    });
  });

  it('needs no decision', async () => {
    const { client } = await started(aStatus({ decision: null, notReadyReason: 'waiting' }));
    await expect(client.call('GetMetricSpec', REF)).resolves.toMatchObject({ metricSpecs: [{ metricName: METRIC }] });
  });

  it('is asked with name, namespace and metadata as they are', async () => {
    const { client, workloads } = await started(aStatus());
    const scalerMetadata = { scalerAddress: 'tidecast:9190', query: 'up', 'weird key': 'ünï', __proto: 'x' };
    await client.call('GetMetricSpec', { ...REF, scalerMetadata });
    expect(workloads.asked).toEqual([{ name: 'checkout', namespace: 'shop', scalerMetadata }]);
  });
});

describe('GetMetrics', () => {
  const ask = (metricName: string): object => ({ scaledObjectRef: REF, metricName });

  it.each([
    ['a fraction', 12.5, { metricValue: 13, metricValueFloat: 12.5 }],
    ['a whole number', 1_000, { metricValue: 1_000, metricValueFloat: 1_000 }],
    ['zero that is known', 0, { metricValue: 0, metricValueFloat: 0 }],
    ['a negative value, which the HPA would take for an overflow', -3, { metricValue: 0, metricValueFloat: 0 }],
    ['a value too large for exact whole numbers', 1e300, { metricValue: 2 ** 53 - 1, metricValueFloat: 1e300 }],
    ['less than a thousandth', 0.0004, { metricValue: 1, metricValueFloat: 0.0004 }],
  ])('gives %s', async (_, value, expected) => {
    const { client } = await started(deciding(aWorkload(), value, true));
    expect(await client.call('GetMetrics', ask(METRIC))).toEqual({
      metricValues: [{ metricName: METRIC, ...expected }],
    });
  });

  it('is understood by a version of KEDA without float fields', async () => {
    const { connect } = await started(deciding(aWorkload(), 12.5, true));
    expect(await connect('externalscaler-old.proto').call('GetMetrics', ask(METRIC))).toEqual({
      metricValues: [{ metricName: METRIC, metricValue: 13 }],
    });
  });

  it.each([METRIC, `s0-${METRIC}`, `s3-${METRIC}`, METRIC.toUpperCase()])('knows the metric as %s', async (name) => {
    const { client } = await started(deciding(aWorkload(), 7, true));
    expect(await client.call('GetMetrics', ask(name))).toMatchObject({ metricValues: [{ metricValueFloat: 7 }] });
  });

  it('tells the metrics of one ScaledObject apart', async () => {
    const { client } = await started(deciding(aWorkload(), 7, true), deciding(aWorkload({ triggerIndex: 1 }), 9, true));
    for (const [index, value] of [7, 9].entries()) {
      const name = `s${index}-${METRIC}`;
      expect(await client.call('GetMetrics', ask(name))).toMatchObject({
        metricValues: [{ metricName: name, metricValueFloat: value }],
      });
    }
  });

  it.each(['', 'other'])('says what there is instead of the metric "%s"', async (name) => {
    const { client } = await started(aStatus());
    await expect(client.call('GetMetrics', ask(name))).rejects.toMatchObject({
      code: status.NOT_FOUND,
      details: `no metric "${name}"; expected ${METRIC}`,
    });
  });

  it('answers with an error, not with 0, while the value is unknown', async () => {
    const { client } = await started(deciding(aWorkload(), null, null));
    await expect(client.call('GetMetrics', ask(METRIC))).rejects.toMatchObject({
      code: status.UNAVAILABLE,
      details: `s0-${METRIC} of ScaledObject shop/checkout has no value: the source is down.`,
    });
  });

  it('answers with an error before the first decision', async () => {
    const { client } = await started(aStatus({ decision: null, notReadyReason: 'waiting for the source' }));
    await expect(client.call('GetMetrics', ask(METRIC))).rejects.toMatchObject({
      code: status.UNAVAILABLE,
      details: `s0-${METRIC} of ScaledObject shop/checkout has no value yet: waiting for the source`,
    });
  });
});

describe('IsActive', () => {
  it.each([
    ['the decision, although the observed value alone would not', [true], true],
    ['the decision', [false], false],
    ['that any of several is', [false, true], true],
    ['that one is, although of another it is unknown', [null, true], true],
  ])('says %s', async (_, active, expected) => {
    const { client } = await started(
      ...active.map((one, triggerIndex) => deciding(aWorkload({ triggerIndex }), one === null ? null : 1, one)),
    );
    expect(await client.call('IsActive', REF)).toEqual({ result: expected });
  });

  it('says that a workload at rest has to wake, ahead of demand', async () => {
    const workload = aWorkload();
    const input = inputOf(
      { observation: { timeMs: NOW, value: 0 }, forecast: windowOf(90) },
      { activationThreshold: 5, mode: 'active' },
    );
    const { client } = await started(aStatus({ workload, decision: decide(workload.id, input) }));
    expect(await client.call('IsActive', REF)).toEqual({ result: true });
    expect(await client.call('GetMetrics', { scaledObjectRef: REF, metricName: METRIC })).toMatchObject({
      metricValues: [{ metricValueFloat: 90 }],
    });
    expect((await messages(client.stream('StreamIsActive', REF)).next()).value).toEqual({ result: true });
  });

  it('answers with an error when none is known to be active and one is unknown', async () => {
    const { client } = await started(
      deciding(aWorkload(), 0, false),
      deciding(aWorkload({ triggerIndex: 1 }), null, null),
    );
    await expect(client.call('IsActive', REF)).rejects.toMatchObject({ code: status.UNAVAILABLE });
  });
});

describe('every method', () => {
  const methods = ['GetMetricSpec', 'IsActive', 'GetMetrics'];
  const request = (method: string, ref: object): object => (method === 'GetMetrics' ? { scaledObjectRef: ref } : ref);

  it.each(
    methods.flatMap((method) => [{ name: '', namespace: 'shop' }, { name: 'a' }, {}].map((ref) => [method, ref])),
  )('%s refuses the unnamed ScaledObject %o', async (method, ref) => {
    const { client } = await started(aStatus());
    await expect(client.call(method as string, request(method as string, ref as object))).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
    });
  });

  it('GetMetrics refuses a request without a ScaledObject', async () => {
    const { client } = await started(aStatus());
    await expect(client.call('GetMetrics', { metricName: 'x' })).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
    });
  });

  it.each([
    [
      new ConfigError('queryStep: is required; threshold: is required'),
      status.INVALID_ARGUMENT,
      /queryStep.*threshold/,
    ],
    [new UsageError('1000 workloads were started'), status.RESOURCE_EXHAUSTED, /1000/],
    [new Error('a secret that nobody should see'), status.INTERNAL, /^unexpected error; the log of tidecast has it$/],
    [
      new ConfigError('half a pair: \ud800, a line\nbreak'),
      status.INVALID_ARGUMENT,
      /^half a pair: \ufffd, a line\ufffdbreak$/,
    ],
    [new ConfigError('x'.repeat(100_000)), status.INVALID_ARGUMENT, /^x{2000}…$/],
  ])('answers %s with the status %i', async (error, code, details) => {
    const { client, workloads } = await started();
    workloads.error = error;
    for (const method of methods) {
      await expect(client.call(method, request(method, REF))).rejects.toMatchObject({
        code,
        details: expect.stringMatching(details) as unknown,
      });
    }
    for (const method of ['StreamIsActive', 'StreamMetricSpec']) {
      await expect(messages(client.stream(method, REF)).next()).rejects.toMatchObject({ code });
    }
  });
});

describe('StreamIsActive', () => {
  it('says at once what is, then every change, and nothing in between', async () => {
    const { client, clock, workloads } = await started(deciding(aWorkload(), 0, false));
    const stream = messages(client.stream('StreamIsActive', REF));
    expect(await stream.next()).toEqual({ done: false, value: { result: false } });
    await clock.advance(10_000);
    workloads.found = [deciding(aWorkload(), 90, true)];
    await clock.advance(500);
    expect(await stream.next()).toEqual({ done: false, value: { result: true } });
    workloads.found = [deciding(aWorkload(), 0, false)];
    await clock.advance(500);
    expect(await stream.next()).toEqual({ done: false, value: { result: false } });
  });

  it('waits while nothing is known, and says nothing of it', async () => {
    const { client, clock, workloads } = await started(deciding(aWorkload(), null, null));
    const next = messages(client.stream('StreamIsActive', REF)).next();
    await clock.untilSleeping();
    await clock.advance(5_000);
    workloads.found = [deciding(aWorkload(), 90, true)];
    await clock.advance(500);
    expect(await next).toEqual({ done: false, value: { result: true } });
  });

  it('ends with an error when the trigger is no longer known', async () => {
    const { client, clock, workloads } = await started(deciding(aWorkload(), 1, true));
    const stream = messages(client.stream('StreamIsActive', REF));
    await stream.next();
    workloads.error = new ConfigError('query: is required');
    await clock.advance(500);
    await expect(stream.next()).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
    expect(clock.sleeping).toBe(0);
  });

  it('costs nothing once the client has left', async () => {
    const { client, clock } = await started(deciding(aWorkload(), 1, true));
    const streams = Array.from({ length: 50 }, () => client.stream('StreamIsActive', REF));
    await Promise.all(
      streams.map((stream) =>
        messages(stream)
          .next()
          .catch(() => undefined),
      ),
    );
    for (const stream of streams) {
      stream.on('error', () => undefined);
      stream.cancel();
    }
    await expect.poll(() => clock.sleeping).toBe(0);
  });

  it('ends without an error when the server closes, so that KEDA comes back at once', async () => {
    const { client, server } = await started(deciding(aWorkload(), 1, true));
    const stream = messages(client.stream('StreamIsActive', REF));
    await stream.next();
    const closed = server.close();
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    client.close();
    await closed;
  });
});

describe('StreamMetricSpec', () => {
  it('gives the specs at once, and again when they change', async () => {
    const { client, clock, workloads } = await started(aStatus());
    const stream = messages(client.stream('StreamMetricSpec', REF));
    const spec = (target: number): object => ({
      metricSpecs: [{ metricName: METRIC, targetSize: target, targetSizeFloat: target }],
    });
    expect((await stream.next()).value).toEqual(spec(50));
    await clock.advance(5_000);
    workloads.found = [aStatus({ workload: aWorkload({ targetPerReplica: 80 }) })];
    await clock.advance(500);
    expect((await stream.next()).value).toEqual(spec(80));
  });
});
