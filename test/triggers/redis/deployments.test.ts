import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { TriggerError } from '../../../src/core/errors.js';
import { createTriggerTypes } from '../../../src/triggers/registry.js';
import { ManualClock } from '../../support/manual-clock.js';
import { type TestAuthority, testAuthority } from '../../support/pki.js';
import { describeWithPrograms, freePort } from '../../support/programs.js';
import { REDIS_PROGRAMS, type RunningRedis, startRedis, startSentinel, startTlsRedis } from '../../support/redis.js';
import { type TcpProxy, startTcpProxy } from '../../support/tcp-proxy.js';
import { CANARY } from '../contract/trigger-contract.js';
import { type WrittenTrigger, reactiveTrigger } from '../make-trigger.js';

const types = createTriggerTypes({ clock: new ManualClock() });
const never = new AbortController().signal;

async function read(written: WrittenTrigger, signal = never): Promise<number> {
  const source = await reactiveTrigger(types, written).open(signal);
  try {
    return (await source.read(signal)).metrics[0]!.value;
  } finally {
    await source.close();
  }
}

async function refusal(written: WrittenTrigger): Promise<string> {
  const error: unknown = await read(written).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TriggerError);
  const { message } = error as TriggerError;
  expect(message).not.toContain(CANARY);
  return message;
}

/** A source that accepts and stays silent is waited for until the signal is aborted. */
async function expectBounded(written: WrittenTrigger, proxy: TcpProxy): Promise<void> {
  proxy.freeze();
  const deadline = new AbortController();
  const heard = proxy.heard();
  const attempt = expect(read(written, deadline.signal)).rejects.toThrow(/deadline/);
  await heard;
  deadline.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
  await attempt;
  await proxy.idle();
}

describeWithPrograms(REDIS_PROGRAMS, 'redis-cluster', () => {
  let nodes: RunningRedis[];
  let proxy: TcpProxy;

  beforeAll(async () => {
    const args = ['--cluster-enabled', 'yes', '--requirepass', CANARY];
    nodes = [await startRedis(args), await startRedis(args)];
    const clients = nodes.map(({ port }) => new Redis({ port, password: CANARY }));
    await clients[0]!.call('CLUSTER', 'ADDSLOTSRANGE', '0', '8191');
    await clients[1]!.call('CLUSTER', 'ADDSLOTSRANGE', '8192', '16383');
    await clients[0]!.call('CLUSTER', 'MEET', '127.0.0.1', String(nodes[1]!.port));
    for (const client of clients) {
      await vi.waitFor(
        async () => {
          expect(await client.call('CLUSTER', 'INFO')).toContain('cluster_state:ok');
        },
        { timeout: 30_000 },
      );
    }
    // Slot 15495, and slot 3300.
    await clients[1]!.rpush('a', '1', '2', '3');
    await clients[0]!.rpush('b', '1', '2');
    await clients[1]!.xadd('a:stream', '*', 'n', '1').catch(() => clients[0]!.xadd('a:stream', '*', 'n', '1'));
    for (const client of clients) client.disconnect();
    proxy = await startTcpProxy(nodes[0]!.port);
  }, 60_000);
  afterAll(async () => {
    await proxy.stop();
    await Promise.all(nodes.map((node) => node.stop()));
  });

  const written = (metadata: Record<string, string>, password = CANARY, port = nodes[0]!.port): WrittenTrigger => ({
    type: 'redis-cluster',
    metadata: { addresses: `127.0.0.1:${port}`, ...metadata },
    auth: { password },
  });

  test('keys are found on whichever node has them', async () => {
    expect(await read(written({ listName: 'a' }))).toBe(3);
    expect(await read(written({ listName: 'b' }))).toBe(2);
    expect(await read(written({ listName: 'missing' }))).toBe(0);
  });

  test('streams are read too', async () => {
    expect(await read({ ...written({ stream: 'a:stream' }), type: 'redis-cluster-streams' })).toBe(1);
  });

  test('one address that answers is enough', async () => {
    const addresses = `127.0.0.1:${await freePort()},127.0.0.1:${nodes[1]!.port}`;
    expect(await read(written({ listName: 'a', addresses }))).toBe(3);
  });

  test('wrong credentials are refused', async () => {
    expect(await refusal(written({ listName: 'a' }, 'wrong'))).toMatch(/WRONGPASS/);
  });

  test('a source that nobody listens at is refused', async () => {
    expect(await refusal(written({ listName: 'a' }, CANARY, await freePort()))).toMatch(/refused/);
  });

  test('a node that stays silent is waited for until the signal is aborted, and no longer', async () => {
    await expectBounded(written({ listName: 'a' }, CANARY, proxy.port), proxy);
  });
});

describeWithPrograms(REDIS_PROGRAMS, 'redis-sentinel', () => {
  const SENTINEL_PASSWORD = `sentinel-${CANARY}`;
  let master: RunningRedis;
  let sentinel: RunningRedis;
  let proxy: TcpProxy;

  beforeAll(async () => {
    master = await startRedis(['--requirepass', CANARY]);
    sentinel = await startSentinel([
      `sentinel monitor orders-master 127.0.0.1 ${master.port} 1`,
      `sentinel auth-pass orders-master ${CANARY}`,
      `requirepass ${SENTINEL_PASSWORD}`,
    ]);
    const client = new Redis({ port: master.port, password: CANARY });
    await client.rpush('orders', '1', '2', '3');
    await client.xadd('stream', '*', 'n', '1');
    client.disconnect();
    proxy = await startTcpProxy(sentinel.port);
  });
  afterAll(async () => {
    await proxy.stop();
    await sentinel.stop();
    await master.stop();
  });

  const written = (
    change: { metadata?: Record<string, string>; auth?: Record<string, string> } = {},
  ): WrittenTrigger => ({
    type: 'redis-sentinel',
    metadata: {
      addresses: `127.0.0.1:${sentinel.port}`,
      sentinelMaster: 'orders-master',
      listName: 'orders',
      ...change.metadata,
    },
    auth: { password: CANARY, sentinelPassword: SENTINEL_PASSWORD, ...change.auth },
  });

  test('the master that the sentinel names is read', async () => {
    expect(await read(written())).toBe(3);
  });

  test('streams are read too', async () => {
    const { metadata, ...rest } = written();
    const stream = { addresses: metadata['addresses']!, sentinelMaster: 'orders-master', stream: 'stream' };
    expect(await read({ ...rest, type: 'redis-sentinel-streams', metadata: stream })).toBe(1);
  });

  test.each<[sentence: string, change: Parameters<typeof written>[0], message: RegExp]>([
    ['a wrong password of the master', { auth: { password: 'wrong' } }, /WRONGPASS/],
    ['a wrong password of the sentinels', { auth: { sentinelPassword: 'wrong' } }, /sentinel/i],
    ['a master that no sentinel knows', { metadata: { sentinelMaster: 'other' } }, /sentinel/i],
  ])('an error: %s', async (_sentence, change, message) => {
    expect(await refusal(written(change))).toMatch(message);
  });

  test('a sentinel that stays silent is waited for until the signal is aborted, and no longer', async () => {
    await expectBounded(written({ metadata: { addresses: `127.0.0.1:${proxy.port}` } }), proxy);
  });
});

describeWithPrograms(REDIS_PROGRAMS, 'redis over TLS', () => {
  let authority: TestAuthority;
  let client: { cert: string; key: string };
  let redis: RunningRedis;

  beforeAll(async () => {
    authority = await testAuthority('authority of redis');
    client = await authority.issue('worker', { usage: 'client' });
    redis = await startTlsRedis(await authority.issue('redis', { usage: 'server' }), authority);
  });
  afterAll(() => redis.stop());

  const written = (auth: Record<string, string>, metadata: Record<string, string> = {}): WrittenTrigger => ({
    type: 'redis',
    metadata: { address: `127.0.0.1:${redis.port}`, listName: 'orders', ...metadata },
    auth,
  });

  test('a client certificate and the authority of the server are used', async () => {
    expect(await read(written({ tls: 'enable', ca: authority.cert, ...client }))).toBe(0);
    expect(await read(written({ ca: authority.cert, ...client }, { enableTLS: 'true' }))).toBe(0);
  });

  test('without the authority the server is not trusted, unless it is said not to matter', async () => {
    expect(await refusal(written({ tls: 'enable', ...client }))).toMatch(/certificate/);
    expect(await read(written({ tls: 'enable', ...client }, { unsafeSsl: 'true' }))).toBe(0);
  });

  describe('an error', () => {
    test('no client certificate where the server wants one', async () => {
      await refusal(written({ tls: 'enable', ca: authority.cert }));
    });

    test('no TLS where the server wants it', async () => {
      await refusal(written({}));
    });
  });
});
