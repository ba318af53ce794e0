import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { KubeClient } from '../../../src/kube/kube-client.js';
import { KubeCluster } from '../../../src/kube/kube-cluster.js';
import { loadKubeConfig } from '../../../src/kube/kube-config.js';
import { metricsApiType } from '../../../src/triggers/metrics-api/metrics-api.js';
import { aggregateEndpoints } from '../../../src/triggers/metrics-api/aggregation.js';
import { endpointUrl, serviceOf } from '../../../src/triggers/metrics-api/service-url.js';
import { FakeKubeApiserver } from '../../support/fake-kube-apiserver.js';
import { ManualClock } from '../../support/manual-clock.js';
import { testAuthority } from '../../support/pki.js';
import { temporaryFolder } from '../../support/programs.js';
import {
  type Reply,
  type ScriptedServer,
  json,
  reset,
  startScriptedServer,
  text,
} from '../../support/scripted-server.js';
import { type WrittenTrigger, makeTrigger, reactiveTrigger } from '../make-trigger.js';

const clock = new ManualClock();
const never = new AbortController().signal;
const SECRET = 's3cret-word';

/** As pods: each at an address of its own, all at the same port. */
const HOSTS = Array.from({ length: 12 }, (_, index) => `127.0.1.${index + 1}`);

describe('the endpoints of a Service', () => {
  let apiserver: FakeKubeApiserver;
  let client: KubeClient;
  let removeFolder: () => Promise<void>;
  let servers: ScriptedServer[];
  let port: number;

  beforeAll(async () => {
    const authority = await testAuthority('cluster');
    apiserver = await FakeKubeApiserver.start(authority);
    const folder = await temporaryFolder();
    removeFolder = folder.remove;
    const file = join(folder.path, 'kubeconfig');
    await writeFile(file, apiserver.kubeconfig(authority));
    client = new KubeClient({ config: loadKubeConfig(file, {}), random: () => 0, backoffMs: 1 });
    const first = await startScriptedServer({ host: HOSTS[0]! });
    port = first.port;
    const others = HOSTS.slice(1).map((host) => startScriptedServer({ host, port }));
    servers = [first, ...(await Promise.all(others))];
  });
  afterAll(async () => {
    client.close();
    await Promise.all([apiserver.close(), removeFolder(), ...servers.map((server) => server.close())]);
  });
  beforeEach(() => {
    apiserver.failure = null;
    apiserver.seen.length = 0;
    apiserver.endpointSlices.clear();
    for (const server of servers) server.clear();
  });

  const written = (aggregationType: string, metadata: Record<string, string> = {}): WrittenTrigger => ({
    type: 'metrics-api',
    metadata: {
      url: `http://api.shop.svc:${port}/stats?of=worker`,
      valueLocation: 'tasks',
      targetValue: '5',
      aggregateFromKubeServiceEndpoints: 'true',
      aggregationType,
      ...metadata,
    },
    auth: { apiKey: SECRET },
  });
  const types = () => [metricsApiType({ clock, cluster: new KubeCluster(client) })];
  const open = (trigger: WrittenTrigger) => reactiveTrigger(types(), trigger).open(never);
  const read = async (trigger: WrittenTrigger, signal = never) => {
    const source = await open(trigger);
    return source.read(signal).finally(() => source.close());
  };
  const valueOf = async (trigger: WrittenTrigger) => (await read(trigger)).metrics[0]!.value;

  /** So many endpoints, all ready, that answer so. */
  function ready(...replies: readonly Reply[]): void {
    const endpoints = replies.map((_, index) => ({ addresses: [HOSTS[index]!], ready: true }));
    apiserver.endpointSlices.set('shop', [{ service: 'api', endpoints }]);
    for (const [index, reply] of replies.entries()) servers[index]!.always(reply);
  }
  const tasks = (count: number): Reply => json({ tasks: count });

  test.each([
    ['average', 5],
    ['sum', 15],
    ['max', 9],
    ['min', 2],
    ['', 5],
  ])('become one value by %s', async (aggregationType, value) => {
    ready(tasks(4), tasks(9), tasks(2));
    expect(await read(written(aggregationType))).toEqual({
      active: true,
      metrics: [{ name: 'metric-api-tasks', target: 5, value }],
    });
  });

  test('are asked for what the url says, with its credentials', async () => {
    ready(tasks(1), tasks(2));
    await read(written('sum', { authModes: 'apiKey', method: 'query' }));
    for (const server of servers.slice(0, 2)) {
      expect(server.requests.map(({ method, path, params }) => [method, path, Object.fromEntries(params)])).toEqual([
        ['GET', '/stats', { of: 'worker', api_key: SECRET }],
      ]);
    }
    expect(apiserver.seen.map(({ path, query }) => [path, query['labelSelector']])).toEqual([
      ['/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices', 'kubernetes.io/service-name=api'],
    ]);
  });

  test('count where they are ready, each once, from all slices, and no others', async () => {
    apiserver.endpointSlices.set('shop', [
      { service: 'api', endpoints: [{ addresses: [HOSTS[0]!], ready: true }, { addresses: [HOSTS[1]!] }] },
      {
        service: 'api',
        endpoints: [
          { addresses: [HOSTS[0]!], ready: true },
          { addresses: [HOSTS[2]!], ready: false },
        ],
      },
      { service: 'api', endpoints: null },
      { service: 'web', endpoints: [{ addresses: [HOSTS[3]!], ready: true }] },
    ]);
    apiserver.endpointSlices.set('other', [{ service: 'api', endpoints: [{ addresses: [HOSTS[4]!], ready: true }] }]);
    for (const [index, server] of servers.entries()) server.always(tasks(10 ** index));
    expect(await valueOf(written('sum'))).toBe(11);
  });

  test('count from more slices than one answer holds', async () => {
    const slices = HOSTS.map((host) => ({ service: 'api', endpoints: [{ addresses: [host], ready: true }] }));
    apiserver.endpointSlices.set('shop', slices);
    for (const server of servers) server.always(tasks(1));
    expect(await valueOf(written('sum'))).toBe(HOSTS.length);
    expect(apiserver.seen).toHaveLength(3);
  });

  test('are looked up at every poll', async () => {
    ready(tasks(1), tasks(2));
    const source = await open(written('sum'));
    expect((await source.read(never)).metrics[0]!.value).toBe(3);
    ready(tasks(1), tasks(2), tasks(4));
    expect((await source.read(never)).metrics[0]!.value).toBe(7);
    await source.close();
  });

  const failing: readonly [string, Reply, RegExp][] = [
    ['refuses', text(500, `no, ${SECRET}`), /127\.0\.1\.2:\d+: answered 500: no, \*\*\*$/],
    ['has no number', json({ tasks: 'many' }), /valueLocation "tasks" must point to a numeric value .*, got "many"$/],
    ['has a number that is none', text(200, '{"tasks": 1e999}'), /the value is Infinity$/],
    ['closes the connection', reset, /127\.0\.1\.2:\d+: (connection reset|socket hang up)/],
  ];
  describe.each(failing)('when one %s', (_sentence, reply, message) => {
    beforeEach(() => {
      ready(tasks(4), reply, tasks(2));
    });

    test.each(['average', 'sum', 'max'])('their %s is not known, as it might be too low', async (aggregationType) => {
      const reading = read(written(aggregationType, { authModes: 'apiKey' }));
      await expect(reading).rejects.toThrow(/^metrics-api at api\.shop\.svc:\d+: 1 of 3 endpoints failed: /);
      await expect(read(written(aggregationType, { authModes: 'apiKey' }))).rejects.toThrow(message);
    });

    test('their min is that of the others, which can but be higher', async () => {
      expect(await valueOf(written('min'))).toBe(2);
    });
  });

  test.each(['average', 'sum', 'max', 'min'])('when all fail, their %s is not known', async (aggregationType) => {
    ready(text(500, ''), text(503, ''));
    await expect(read(written(aggregationType))).rejects.toThrow(
      /: 2 of 2 endpoints failed: 127\.0\.1\.1:\d+: answered 500/,
    );
  });

  test('none at all is an error', async () => {
    const message = 'Service "api" of namespace "shop" has no endpoint that is ready';
    await expect(read(written('sum'))).rejects.toThrow(message);
    apiserver.endpointSlices.set('shop', [{ service: 'api', endpoints: [{ addresses: [HOSTS[0]!], ready: false }] }]);
    await expect(read(written('min'))).rejects.toThrow(message);
  });

  test.each([403, 500])('kube-apiserver answering %i is an error', async (status) => {
    apiserver.failure = status;
    await expect(read(written('sum'))).rejects.toThrow(`endpointslices: kube-apiserver answered ${status}`);
  });

  test('one that is silent is waited for until the signal is aborted', async () => {
    ready(tasks(1), () => undefined);
    const deadline = new AbortController();
    const reading = read(written('min'), deadline.signal);
    await servers[1]!.received(1);
    deadline.abort(new DOMException('timeout', 'TimeoutError'));
    await expect(reading).rejects.toThrow(/api\.shop\.svc:\d+: no answer before the deadline$/);
  });
});

test('five are asked at a time, and the next as soon as one has answered', async () => {
  const answers: ((value: number) => void)[] = [];
  const ask = (): Promise<number> => new Promise((resolve) => answers.push(resolve));
  const urls = HOSTS.map((host) => `http://${host}/`);
  const sum = aggregateEndpoints({ urls, ask, describe: () => '' }, 'sum');
  for (let asked = 5; asked <= urls.length; asked++) {
    await settled();
    expect(answers).toHaveLength(asked);
    answers[asked - 5]!(1);
  }
  for (const answer of answers.slice(-4)) answer(1);
  expect(await sum).toBe(12);
});

/** Whatever follows without waiting for anything has happened. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('over TLS', () => {
  test.each<[sentence: string, names: string[], message: RegExp | null]>([
    ['endpoints have a certificate of the Service', ['api.shop.svc'], null],
    ['others are refused', ['web.shop.svc'], /Hostname\/IP does not match certificate's altnames: .*api\.shop\.svc/],
  ])('%s', async (_sentence, names, message) => {
    const authority = await testAuthority('pods');
    const server = await startScriptedServer({ tls: await authority.issue('pod', { names }) });
    server.always(json({ tasks: 3 }));
    const cluster = {
      pods: () => Promise.reject(new Error('not asked for')),
      readyEndpoints: () => Promise.resolve(['127.0.0.1']),
    };
    const url = `https://api.shop.svc:${server.port}/`;
    const metadata = { url, valueLocation: 'tasks', targetValue: '5', aggregateFromKubeServiceEndpoints: 'true' };
    const trigger = { type: 'metrics-api', metadata, auth: { ca: authority.cert } };
    const source = await reactiveTrigger([metricsApiType({ clock, cluster })], trigger).open(never);
    try {
      if (message === null) expect((await source.read(never)).metrics[0]!.value).toBe(3);
      else await expect(source.read(never)).rejects.toThrow(message);
    } finally {
      await source.close();
      await server.close();
    }
  });
});

test('outside of a cluster every poll fails and says why', async () => {
  const metadata = {
    url: 'http://api.shop/',
    valueLocation: 'a',
    targetValue: '5',
    aggregateFromKubeServiceEndpoints: 'true',
  };
  const source = await reactiveTrigger([metricsApiType({ clock })], { type: 'metrics-api', metadata }).open(never);
  await expect(source.read(never)).rejects.toThrow(
    'tidecast does not run in a Kubernetes pod, so that it cannot list endpoints',
  );
});

test.each([
  ['average', /drainTime: .*with aggregationType average its value is not all that waits/],
  ['sum', null],
])('whether %s can be drained', (aggregationType, problem) => {
  const metadata = {
    url: 'http://api.shop/',
    valueLocation: 'a',
    targetValue: '5',
    aggregateFromKubeServiceEndpoints: 'true',
  };
  const drained = { ...metadata, aggregationType, drainTime: '2m', perReplica: '1' };
  const { problems } = makeTrigger([metricsApiType({ clock })], { type: 'metrics-api', metadata: drained });
  const found = problems.filter((text) => text.includes('aggregationType'));
  expect(found).toEqual(problem === null ? [] : [expect.stringMatching(problem)]);
});

test.each([
  ['http://api.shop/', { name: 'api', namespace: 'shop' }],
  ['https://api-2.team-1.svc.cluster.local:8443/a', { name: 'api-2', namespace: 'team-1' }],
  ['http://API.Shop/', { name: 'api', namespace: 'shop' }],
  ['http://api/', undefined],
  ['http://10.0.0.1/', undefined],
  ['http://2api.shop/', undefined],
])('%s names the Service %j', (url, service) => {
  expect(serviceOf(url)).toEqual(service);
});

test.each([
  ['http://api.shop/stats', '10.0.0.7', 'http://10.0.0.7/stats'],
  ['http://api.shop:8080/a?b=c', '10.0.0.7', 'http://10.0.0.7:8080/a?b=c'],
  ['https://api.shop/', 'fd00::7', 'https://[fd00::7]/'],
])('%s at %s is %s', (url, address, expected) => {
  expect(endpointUrl(url, address)).toBe(expected);
});
