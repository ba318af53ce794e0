import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ForecastTrigger, ReactiveTrigger, ResourceTrigger } from '../../src/core/scaled-object.js';
import { type LocalMode, startLocalMode } from '../../src/run/local-mode.js';
import { SystemClock } from '../../src/run/system-clock.js';
import { createTriggerTypes } from '../../src/triggers/registry.js';
import { aScaledObject } from '../support/fake-scaled-objects.js';
import { CANARY } from './contract/trigger-contract.js';
import { type WrittenTrigger, makeTrigger } from './make-trigger.js';
import { type RepeatingServer, startRepeatingServer } from './repeating-server.js';

type Written = Omit<WrittenTrigger, 'type'>;

const types = createTriggerTypes({ clock: new SystemClock() });
const encoded = encodeURIComponent(CANARY);
/** No secrets: they are shown where they are wrong. */
const OPEN = /^\w+ (timeout|tls)\b/;

/** Every type with a secret in every place where it takes one, some types in several ways. */
function writtenFor(port: number): readonly (readonly [type: string, written: Written])[] {
  const address = `127.0.0.1:${port}`;
  const http = `http://user:${encoded}@${address}`;
  const user = { username: 'user', password: CANARY };
  const list = { metadata: { address, listName: 'orders' }, auth: user };
  const stream = { metadata: { address, stream: 'orders' }, auth: user };
  const sentinel = { sentinelMaster: 'master' };
  const sentinelAuth = { ...user, sentinelPassword: CANARY };
  const lag = { bootstrapServers: address, consumerGroup: 'workers', topic: 'orders' };
  const history = { predictHorizon: '2h', historyTimeWindow: '7d', queryStep: '2m', query: 'sum(x)', threshold: '5' };
  const prometheus = { serverAddress: `http://${address}`, query: 'x', threshold: '5' };
  const api = { valueLocation: 'size', targetValue: '5' };
  const pg = { query: 'SELECT 1', targetQueryValue: '5' };
  const my = { query: 'SELECT 1', queryValue: '5' };
  const parts = { host: '127.0.0.1', port: String(port), dbName: 'shop', password: CANARY };
  return [
    ['predictkube', { metadata: { ...history, prometheusAddress: http } }],
    [
      'predictkube',
      {
        metadata: { ...history, prometheusAddress: `http://${address}`, authModes: 'bearer' },
        auth: { bearerToken: CANARY },
      },
    ],
    ['rabbitmq', { metadata: { queueName: 'orders' }, auth: { host: `amqp://user:${encoded}@${address}/` } }],
    ['rabbitmq', { metadata: { queueName: 'orders', hostFromEnv: 'HOST' }, env: { HOST: `${http}/` } }],
    [
      'rabbitmq',
      {
        metadata: { queueName: 'orders', host: `http://${address}` },
        auth: { oauthTokenURI: `http://${address}/token`, clientID: 'id', clientSecret: CANARY },
      },
    ],
    ['redis', list],
    ['redis', { metadata: { ...list.metadata, passwordFromEnv: 'P' }, env: { P: CANARY } }],
    ['redis-cluster', list],
    ['redis-sentinel', { metadata: { ...list.metadata, ...sentinel }, auth: sentinelAuth }],
    ['redis-streams', stream],
    ['redis-cluster-streams', stream],
    ['redis-sentinel-streams', { metadata: { ...stream.metadata, ...sentinel }, auth: sentinelAuth }],
    ['bull', { metadata: { address, queueName: 'orders' }, auth: user }],
    ['kafka', { metadata: { ...lag, sasl: 'plaintext' }, auth: user }],
    ['apache-kafka', { metadata: { ...lag, sasl: 'scram_sha512' }, auth: user }],
    [
      'nats-jetstream',
      { metadata: { natsServerMonitoringEndpoint: address, account: 'A', stream: 's', consumer: 'c' } },
    ],
    ['prometheus', { metadata: { ...prometheus, serverAddress: http } }],
    ['prometheus', { metadata: { ...prometheus, authModes: 'bearer' }, auth: { bearerToken: CANARY } }],
    [
      'prometheus',
      {
        metadata: {
          ...prometheus,
          authModes: 'custom',
          customHeaders: `X-Token=${CANARY}`,
          queryParameters: `token=${CANARY}`,
        },
        auth: { customAuthHeader: 'X-Auth', customAuthValue: CANARY },
      },
    ],
    ['metrics-api', { metadata: { ...api, url: `${http}/size?token=${encoded}` } }],
    [
      'metrics-api',
      {
        metadata: { ...api, url: `http://${address}`, authModes: 'apiKey', method: 'query' },
        auth: { apiKey: CANARY },
      },
    ],
    ['metrics-api', { metadata: { ...api, url: `http://${address}`, authModes: 'basic' }, auth: user }],
    [
      'metrics-api',
      {
        metadata: { ...api, url: `http://${address}`, authModes: 'oauth' },
        auth: { oauthTokenURI: `http://user:${encoded}@${address}/token`, clientID: 'id', clientSecret: CANARY },
      },
    ],
    [
      'prometheus',
      {
        metadata: { ...prometheus, authModes: 'oauth' },
        auth: { oauthTokenURI: `http://${address}/token`, clientID: 'id', clientSecret: CANARY },
      },
    ],
    [
      'kafka',
      {
        metadata: { ...lag, sasl: 'oauthbearer' },
        auth: { ...user, oauthTokenEndpointUri: `http://${address}/token` },
      },
    ],
    ['postgresql', { metadata: pg, auth: { connection: `postgresql://user:${encoded}@${address}/shop` } }],
    ['postgresql', { metadata: pg, auth: { ...parts, userName: 'user', sslmode: 'disable' } }],
    ['mysql', { metadata: my, auth: { connectionString: `user:${CANARY}@tcp(${address})/shop` } }],
    ['mysql', { metadata: my, auth: { ...parts, username: 'user' } }],
    ['cron', { metadata: { timezone: 'UTC', start: '0 0 1 1 *', end: '59 23 31 12 *', desiredReplicas: '3' } }],
    ['external', { metadata: { scalerAddress: address, tokenFromEnv: 'TOKEN' }, env: { TOKEN: CANARY } }],
    ['external-push', { metadata: { scalerAddress: address, tokenFromEnv: 'TOKEN' }, env: { TOKEN: CANARY } }],
    ['kubernetes-workload', { metadata: { podSelector: 'app=api', value: '5' } }],
    ['cpu', { metadata: { value: '60' }, metricType: 'Utilization' }],
    ['memory', { metadata: { value: '60' }, metricType: 'Utilization' }],
  ];
}

describe('a secret, told to sources that refuse and repeat it', () => {
  const told: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line) => told.push(line) });
  let server: RepeatingServer;
  let mode: LocalMode;
  let written: ReturnType<typeof writtenFor>;

  beforeAll(async () => {
    server = await startRepeatingServer();
    written = writtenFor(server.port);
    const objects = written.map(([type, trigger], i) => anObject(type, trigger, i));
    mode = await startLocalMode({
      workloads: objects.flatMap(({ triggers }) =>
        triggers.flatMap((t) => (t.kind === 'forecast' ? [t.workload] : [])),
      ),
      objects,
      storePath: 'memory',
      host: '127.0.0.1',
      port: 0,
      clock: new SystemClock(),
      logger,
      random: () => 0.5,
    });
    await vi.waitFor(
      () => {
        expect(unasked()).toEqual([]);
      },
      { timeout: 40_000, interval: 200 },
    );
  }, 60_000);
  afterAll(async () => {
    await mode.stop();
    await server.stop();
  });

  /** Of those that can fail, those whose source has not failed yet. */
  const unasked = (): string[] =>
    mode.view.scaledObjects
      .list()
      .filter(({ composition }) => {
        const [trigger] = composition?.triggers ?? [];
        return trigger === undefined || trigger.state === 'waiting';
      })
      .map(({ object }) => object.name);

  test('every type is among them', () => {
    expect(new Set(written.map(([type]) => type))).toEqual(new Set(['predictkube', ...types.map(({ name }) => name)]));
  });

  test('reached them', () => {
    expect(server.heard()).toContain(CANARY);
  });

  test('is in no answer of REST, in no metric, in no external metric and in no log', async () => {
    const get = async (path: string): Promise<string> => (await fetch(`${mode.url}${path}`)).text();
    const paths = ['/metrics', '/readyz?verbose', '/api/v1/scaledobjects', '/api/v1/workloads'];
    for (const { object, composition } of mode.view.scaledObjects.list()) {
      const rest = `/api/v1/scaledobjects/${object.namespace}/${object.name}`;
      const selector = `labelSelector=scaledobject.keda.sh/name%3D${object.name}`;
      const names = composition?.triggers.flatMap(({ metrics }) => metrics.map(({ name }) => name)) ?? [];
      const external = '/apis/external.metrics.k8s.io/v1beta1/namespaces';
      paths.push(rest, `${rest}/compositions`);
      paths.push(...names.map((name) => `${external}/${object.namespace}/${encodeURIComponent(name)}?${selector}`));
    }
    for (const { workload } of mode.view.workloads()) {
      paths.push(`/api/v1/workloads/${workload.id}`, `/api/v1/workloads/${workload.id}/decisions`);
    }
    const shown = (await Promise.all(paths.map(get))).concat(told).join('\n');
    for (const [type] of written) {
      if (!['cpu', 'memory', 'cron'].includes(type)) expect(shown).toContain(type);
    }
    expect(shown).toMatch(/refused|403|failed/);
    expect(leaksIn(shown)).toEqual([]);
  }, 90_000);

  test('is in no problem with a trigger', () => {
    for (const [type, trigger] of written) {
      const metadata = { ...trigger.metadata, slip: CANARY, timeout: CANARY, tls: CANARY, ca: CANARY };
      const auth = { ...trigger.auth, ca: CANARY, cert: CANARY, key: CANARY };
      const { problems } = makeTrigger(types, { ...trigger, type, metadata, auth });
      // Scalers of others are handed all metadata, among which there is no slip.
      expect(problems.length, type).toBeGreaterThan(type.startsWith('external') ? -1 : 0);
      expect(leaksIn(problems.filter((problem) => !OPEN.test(problem)).join('\n'))).toEqual([]);
    }
  });
});

function anObject(type: string, written: Written, index: number) {
  const { trigger, problems } = makeTrigger(types, { ...written, type });
  if (trigger === undefined) throw new Error(`${type}: ${problems.join('; ')}`);
  const name = `${type}-${index}`;
  return aScaledObject({ name, pollingIntervalMs: 2_000, triggers: [ofObject(trigger, name)] });
}

/** All are made as triggers of one ScaledObject. */
function ofObject<T extends ForecastTrigger | ReactiveTrigger | ResourceTrigger>(trigger: T, scaledObject: string): T {
  if (trigger.kind !== 'forecast') return trigger;
  const workload = {
    ...trigger.workload,
    id: `shop/${scaledObject}/${trigger.workload.metricName}`,
    scaledObject,
    pollingIntervalMs: 2_000,
  };
  return { ...trigger, workload };
}

/** Where one stands, with what is around it. */
function leaksIn(text: string): string[] {
  return formsOf(CANARY).flatMap((form) => {
    const at = text.indexOf(form);
    return at < 0 ? [] : [text.slice(Math.max(0, at - 200), at + form.length + 50)];
  });
}

/** As it may stand in a URL, in a header, and in credentials of HTTP. */
function formsOf(secret: string): string[] {
  const base64 = (text: string): string => Buffer.from(text).toString('base64').replace(/=+$/, '');
  return [secret, encodeURIComponent(secret), base64(secret), base64(`user:${secret}`), base64(`\0user\0${secret}`)];
}
