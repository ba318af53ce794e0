import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpServer } from '../../src/serve/http-server.js';
import { SelfMetrics } from '../../src/serve/self/metrics.js';
import { aReactiveTrigger, aScaledObject, anObjectStatus } from '../support/fake-scaled-objects.js';
import { FakeServiceView, NOW_MS, aDecision, aStatus, aWorkload } from '../support/fake-service-view.js';
import { hang, json, reset, startScriptedServer, text, type Reply } from '../support/scripted-server.js';
import { runCli } from './run-cli.js';

const CHECKOUT = aWorkload();
const ORDERS = [0, 1].map((triggerIndex) => aWorkload({ scaledObject: 'orders', triggerIndex }));
const COLD = aWorkload({ scaledObject: 'cold' });

let server: HttpServer;
let url: string;
beforeAll(async () => {
  const view = new FakeServiceView(
    aStatus({ workload: CHECKOUT }),
    ...ORDERS.map((workload) => aStatus({ workload, decision: aDecision(workload) })),
    aStatus({ workload: COLD, decision: null, notReadyReason: 'waiting for the first answer of the source' }),
  );
  view.setLedger(
    CHECKOUT.id,
    aDecision(CHECKOUT, {
      atMs: NOW_MS - 3_600_000,
      state: 'stale',
      origin: 'none',
      value: null,
      active: null,
      reason: 'No value: the load is unknown.',
    }),
  );
  view.scaledObjects.set({
    ...anObjectStatus(NOW_MS - 5_000),
    object: aScaledObject({ name: 'worker', triggers: [aReactiveTrigger()] }),
  });
  server = new HttpServer({ view, metrics: new SelfMetrics(), host: '127.0.0.1', port: 0 });
  url = await server.start();
});
afterAll(() => server.close());

describe('explain', () => {
  it('prints what is served and the way to it, step by step', async () => {
    const { status, stdout, stderr } = await runCli(['explain', 'shop/checkout', '--url', url]);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`${CHECKOUT.id} at 2026-03-01T11:59:50Z`);
    expect(stdout).toContain('serves 180   state fresh   origin forecast   active yes');
    expect(stdout).toContain('The forecast is higher than what is observed.');
    expect(stdout).toMatch(/^ {2}1\. At 2026-03-01T11:59:50Z the observed load was 120/m);
    expect(stdout).toMatch(/^ {2}2\. The forecast of direct-ridge/m);
  });

  it.each(['2026-03-01T11:30:00Z', String((NOW_MS - 1_800_000) / 1_000)])(
    'goes back to the decision in force at %s, and says error where there was no value',
    async (at) => {
      const { status, stdout } = await runCli(['explain', 'shop/checkout', '--at', at, '--url', url]);
      expect(status).toBe(0);
      expect(stdout).toContain(`${CHECKOUT.id} at 2026-03-01T11:00:00Z`);
      expect(stdout).toContain('serves an error (no value is safe)   state stale   origin none   active unknown');
    },
  );

  it('prints what REST answers as JSON', async () => {
    const { status, stdout } = await runCli(['explain', CHECKOUT.id, '--json', '--url', url]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual(await (await fetch(`${url}/api/v1/workloads/${CHECKOUT.id}/explain`)).json());
  });

  it('prints the triggers of a ScaledObject without a forecast', async () => {
    const { status, stdout, stderr } = await runCli(['explain', 'shop/worker', '--url', url]);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout.split('\n')).toEqual([
      'shop/worker at 2026-03-01T11:59:55Z',
      '  replicas 3   active yes',
      '  Every trigger answers.',
      '',
      '  1. rabbitmq   known   active yes   answered 15s ago',
      '     s1-rabbitmq-orders serves 55 for a target of 20',
      '     s1-rabbitmq-orders is 55; active.',
      '',
    ]);
    const earlier = await runCli(['explain', 'shop/worker', '--at', '2026-03-01T11:00:00Z', '--url', url]);
    expect(earlier.status).toBe(1);
    expect(earlier.stderr).toContain('/api/v1/scaledobjects/shop/worker/compositions lists what it asked for before');
  });

  it.each([
    ['a name that does not exist', 'shop/nothing', /no workload "shop\/nothing" at .*; there are: shop\/checkout/],
    ['a name with several metrics', 'shop/orders', /"shop\/orders" has several metrics; name one of .*s0-.*s1-/],
    ['part of a name', 'shop/check', /no workload "shop\/check"/],
    ['a workload that has not decided', 'shop/cold', /has not decided yet: waiting for the first answer of the source/],
  ])('of %s ends with 1 and says what there is', async (_, name, message) => {
    const { status, stdout, stderr } = await runCli(['explain', name, '--url', url]);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(message);
  });

  it('takes a name that is whole, with its metric', async () => {
    const { status, stdout } = await runCli(['explain', ORDERS[1]!.id, '--url', `${url}/`]);
    expect(status).toBe(0);
    expect(stdout).toContain(`${ORDERS[1]!.id} at`);
  });

  it('passes on what the service says is wrong with a time', async () => {
    const { status, stderr } = await runCli(['explain', 'shop/checkout', '--at', 'yesterday', '--url', url]);
    expect(status).toBe(2);
    expect(stderr).toContain('yesterday');
  });

  it.each<[string, Reply]>([
    ['serves a web page', text(200, '<html>hello</html>', { 'content-type': 'text/html' })],
    ['serves other JSON', json({ items: [] })],
    ['serves null', json('null')],
    ['serves nothing', text(200, '')],
    ['fails without a body', text(502, '')],
    ['fails with null', json('null', { status: 500 })],
    ['fails with a page', text(503, '<html>down</html>')],
    ['closes the connection', reset],
  ])('ends with 1 and names the address when what listens there %s', async (_, reply) => {
    const other = await startScriptedServer();
    other.always(reply);
    const { status, stdout, stderr } = await runCli(['explain', 'shop/checkout', '--url', other.url]);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`${other.url}/api/v1/workloads`);
    expect(stderr).not.toContain('unexpected error');
    await other.close();
  });

  it('ends with 130 when it is interrupted while waiting', async () => {
    const silent = await startScriptedServer();
    const abort = new AbortController();
    silent.always((...args) => {
      abort.abort();
      return hang(...args);
    });
    expect((await runCli(['explain', 'a/b', '--url', silent.url], { signal: abort.signal })).status).toBe(130);
    await silent.close();
  });
});
