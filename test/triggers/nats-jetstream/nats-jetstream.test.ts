import { type JetStreamManager, type NatsConnection, connect } from 'nats';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { TriggerReading, TriggerSource } from '../../../src/core/trigger.js';
import { natsJetstreamType } from '../../../src/triggers/nats-jetstream/nats-jetstream.js';
import {
  NATS_ACCOUNT,
  NATS_PROGRAMS,
  NATS_USER,
  type RunningNats,
  startNats,
  startNatsCluster,
} from '../../support/nats.js';
import { type TestAuthority, testAuthority } from '../../support/pki.js';
import { describeWithPrograms } from '../../support/programs.js';
import { describeTriggerContract } from '../contract/trigger-contract.js';
import { type WrittenTrigger, reactiveTrigger } from '../make-trigger.js';

const types = [natsJetstreamType()];
const never = new AbortController().signal;

async function withClient<T>(
  servers: readonly string[],
  act: (client: NatsConnection) => Promise<T>,
  ca?: string,
): Promise<T> {
  const client = await connect({ servers: [...servers], ...NATS_USER, ...(ca !== undefined && { tls: { ca } }) });
  try {
    return await act(client);
  } finally {
    await client.close();
  }
}

/** Makes a stream with a consumer `worker`, if need be anew, and publishes messages. */
async function fillStream(manager: JetStreamManager, stream: string, messages: number, replicas = 1): Promise<void> {
  await manager.streams.delete(stream).catch(() => false);
  await manager.streams.add({ name: stream, subjects: [stream], num_replicas: replicas });
  await manager.consumers.add(stream, { durable_name: 'worker', ack_policy: 'explicit' as never });
  for (let index = 0; index < messages; index++) await manager.jetstream().publish(stream, 'a message');
}

const written = (
  host: string,
  port: number,
  stream: string,
  metadata = {},
  auth: Record<string, string> = {},
): WrittenTrigger => ({
  auth,
  type: 'nats-jetstream',
  metadata: {
    natsServerMonitoringEndpoint: `${host}:${port}`,
    account: NATS_ACCOUNT,
    stream,
    consumer: 'worker',
    ...metadata,
  },
});

describeTriggerContract({
  title: 'nats-jetstream',
  programs: NATS_PROGRAMS,
  types,
  start: async () => {
    const server = await startNats();
    return {
      ...server,
      port: server.monitoring.port,
      write: (stream, port) => written('127.0.0.1', port, stream),
      fill: (stream, messages) =>
        withClient([server.address], async (client) => fillStream(await client.jetstreamManager(), stream, messages)),
    };
  },
  missing: /stream "missing" not found in account "SHOP"$/,
  withoutCredentials: 'monitoring has none',
});

describeTriggerContract({
  title: 'nats-jetstream with encrypted monitoring',
  programs: NATS_PROGRAMS,
  types,
  start: async () => {
    const authority = await testAuthority('monitoring');
    const server = await startNats({ tls: await authority.issue('nats') });
    return {
      ...server,
      port: server.monitoring.port,
      write: (stream, port) => written('127.0.0.1', port, stream, { useHttps: 'true' }, { ca: authority.cert }),
      fill: (stream, messages) =>
        withClient(
          [server.address],
          async (client) => fillStream(await client.jetstreamManager(), stream, messages),
          authority.cert,
        ),
    };
  },
  missing: /stream "missing" not found in account "SHOP"$/,
  withoutCredentials: 'monitoring has none',
});

async function read(trigger: WrittenTrigger): Promise<TriggerReading> {
  const source = await reactiveTrigger(types, trigger).open(never);
  try {
    return await source.read(never);
  } finally {
    await source.close();
  }
}

describeWithPrograms(NATS_PROGRAMS, 'with a real NATS server', () => {
  let server: RunningNats;

  beforeAll(async () => {
    server = await startNats();
    await withClient([server.address], async (client) => fillStream(await client.jetstreamManager(), 'orders', 5));
  });
  afterAll(() => server.stop());

  const write = (metadata = {}): WrittenTrigger =>
    written(server.monitoring.host, server.monitoring.port, 'orders', metadata);

  test('the value is what is pending, delivered but unacknowledged messages included', async () => {
    expect(await read(write())).toEqual({
      active: true,
      metrics: [{ name: 'nats-jetstream-orders', target: 10, value: 5 }],
    });
    await withClient([server.address], async (client) => {
      const consumer = await client.jetstream().consumers.get('orders', 'worker');
      const first = await consumer.next();
      expect((await read(write())).metrics[0]!.value).toBe(5);
      await first!.ackAck();
      expect((await read(write())).metrics[0]!.value).toBe(4);
    });
  });

  test('makes the trigger active strictly above the activation threshold', async () => {
    const { metrics } = await read(write());
    const activationLagThreshold = String(metrics[0]!.value);
    expect((await read(write({ activationLagThreshold }))).active).toBe(false);
    expect((await read(write({ activationLagThreshold: String(metrics[0]!.value - 1) }))).active).toBe(true);
  });

  test.each<[sentence: string, metadata: object, message: RegExp]>([
    ['a consumer that does not exist', { consumer: 'other' }, /consumer "other" not found in stream "orders"$/],
    ['an account that does not exist', { account: 'OTHER' }, /stream "orders" not found in account "OTHER"$/],
    ['a server without TLS', { useHttps: 'true' }, /nats-jetstream at 127\.0\.0\.1:\d+: .*(SSL|wrong version|EPROTO)/],
  ])('%s is an error', async (_sentence, metadata, message) => {
    await expect(read(write(metadata))).rejects.toThrow(message);
  });
});

describeWithPrograms(NATS_PROGRAMS, 'with a real NATS server whose monitoring is encrypted', () => {
  let server: RunningNats;
  let authority: TestAuthority;

  beforeAll(async () => {
    authority = await testAuthority('monitoring');
    server = await startNats({ tls: await authority.issue('nats') });
    await withClient(
      [server.address],
      async (client) => fillStream(await client.jetstreamManager(), 'orders', 5),
      authority.cert,
    );
  });
  afterAll(() => server.stop());

  const write = (metadata: object, auth: Record<string, string> = {}): WrittenTrigger =>
    written(server.monitoring.host, server.monitoring.port, 'orders', metadata, auth);

  test('its certificate is verified by the authority that is given, or not at all', async () => {
    expect((await read(write({ useHttps: 'true' }, { ca: authority.cert }))).metrics[0]!.value).toBe(5);
    expect((await read(write({ useHttps: 'true', unsafeSsl: 'true' }))).metrics[0]!.value).toBe(5);
  });

  test.each<[sentence: string, metadata: object, auth: () => Promise<Record<string, string>>, message: RegExp]>([
    ['an authority that is not known', { useHttps: 'true' }, () => Promise.resolve({}), /certificate/],
    [
      'another authority',
      { useHttps: 'true' },
      async () => ({ ca: (await testAuthority('others')).cert }),
      /certificate/,
    ],
    ['asking without TLS', {}, () => Promise.resolve({}), /answered 400: .*HTTP request to an HTTPS server/],
  ])('%s is an error', async (_sentence, metadata, auth, message) => {
    await expect(read(write(metadata, await auth()))).rejects.toThrow(message);
  });
});

describeWithPrograms(NATS_PROGRAMS, 'with a real cluster of three NATS servers', () => {
  let servers: readonly RunningNats[];

  beforeAll(async () => {
    servers = await startNatsCluster();
    const addresses = servers.map(({ address }) => address);
    await vi.waitFor(
      () => withClient(addresses, async (client) => fillStream(await client.jetstreamManager(), 'orders', 5, 3)),
      { timeout: 60_000, interval: 500 },
    );
    // One server has it, and is not told to which the endpoint belongs.
    await withClient(addresses, async (client) => fillStream(await client.jetstreamManager(), 'alone', 3, 1));
  }, 120_000);
  afterAll(() => Promise.all(servers.map((server) => server.stop())));

  const leaderOf = (stream: string): Promise<string> =>
    withClient(
      servers.map(({ address }) => address),
      async (client) => {
        const manager = await client.jetstreamManager();
        return (await manager.consumers.info(stream, 'worker')).cluster!.leader!;
      },
    );
  const writeAt = ({ monitoring }: RunningNats, stream = 'orders', metadata = {}): WrittenTrigger =>
    written(monitoring.host, monitoring.port, stream, metadata);

  test('every server leads to the one that leads the consumer', async () => {
    for (const server of servers) expect((await read(writeAt(server))).metrics[0]!.value).toBe(5);
  });

  test('every server leads to the one that has the stream', async () => {
    for (const server of servers) expect((await read(writeAt(server, 'alone'))).metrics[0]!.value).toBe(3);
  });

  test.each([
    ['orders', { consumer: 'other' }, /consumer "other" not found in stream "orders"$/],
    ['missing', {}, /stream "missing" not found in account "SHOP"$/],
  ])('what does not exist is an error: %s %j', async (stream, metadata, message) => {
    await expect(read(writeAt(servers[0]!, stream, metadata))).rejects.toThrow(message);
  });

  describe('when the leader is lost', () => {
    let source: TriggerSource;

    test('the next one is found', async () => {
      const leader = await vi.waitFor(() => leaderOf('orders'), { timeout: 60_000, interval: 500 });
      const lost = servers.find(({ name }) => name === leader)!;
      const endpoint = servers.find(({ name }) => name !== leader)!;
      source = await reactiveTrigger(types, writeAt(endpoint)).open(never);
      expect((await source.read(never)).metrics[0]!.value).toBe(5);
      await lost.kill();
      try {
        const value = async (): Promise<number> => (await source.read(never)).metrics[0]!.value;
        await vi.waitFor(value, { timeout: 60_000, interval: 500 });
        expect(await value()).toBe(5);
        const next = await vi.waitFor(() => leaderOf('orders'), { timeout: 60_000, interval: 500 });
        expect(next).not.toBe(leader);
      } finally {
        await source.close();
        await lost.restart();
      }
    }, 120_000);
  });
});
