import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTriggerTypes } from '../../../src/triggers/registry.js';
import { KAFKA_PROGRAMS, type RunningKafka, startKafka } from '../../support/kafka.js';
import { ManualClock } from '../../support/manual-clock.js';
import { type Pair, type TestAuthority, testAuthority } from '../../support/pki.js';
import { describeWithPrograms, freePort } from '../../support/programs.js';
import { type ScriptedServer, hang, json, startScriptedServer } from '../../support/scripted-server.js';
import { type WrittenTrigger, reactiveTrigger } from '../make-trigger.js';
import { type Topics, openTopics } from './topics.js';

const clock = new ManualClock(Date.UTC(2026, 0, 1));
const types = createTriggerTypes({ clock });
const never = new AbortController().signal;
const USER = { username: 'tidecast', password: 'broker/Pa55+word' };

describeWithPrograms(KAFKA_PROGRAMS, 'kafka and apache-kafka, on a real broker', () => {
  let kafka: RunningKafka;
  let topics: Topics;
  let authority: TestAuthority;
  let client: Pair;
  const opened: (() => unknown)[] = [];

  beforeAll(async () => {
    authority = await testAuthority('brokers');
    client = await authority.issue('tidecast', { usage: 'client' });
    kafka = await startKafka({ ...USER, tls: { authority, server: await authority.issue('broker') } });
    topics = await openTopics(kafka.plainPort);
    // Lags of 7, 0, and of a partition with 4 messages that the group has not committed to.
    await topics.create('orders', 3);
    await topics.produce('orders', 0, 10);
    await topics.produce('orders', 1, 5);
    await topics.produce('orders', 2, 4);
    await topics.commit('workers', 'orders', { 0: 3, 1: 5 });
    await topics.create('mails');
    await topics.produce('mails', 0, 6);
    await topics.commit('workers', 'mails', { 0: 4 });
  }, 180_000);
  afterEach(async () => {
    for (const end of opened.splice(0)) await end();
  });
  afterAll(async () => {
    await topics.close();
    await kafka.stop();
  }, 60_000);

  const written = (metadata: Record<string, string>, more: Partial<WrittenTrigger> = {}): WrittenTrigger => ({
    type: 'kafka',
    metadata: { bootstrapServers: `127.0.0.1:${kafka.plainPort}`, consumerGroup: 'workers', ...metadata },
    ...more,
  });
  const open = async (trigger: WrittenTrigger) => {
    const source = await reactiveTrigger(types, trigger).open(never);
    opened.push(() => source.close());
    return source;
  };
  const read = async (trigger: WrittenTrigger) => (await open(trigger)).read(never);
  const valueOf = async (trigger: WrittenTrigger) => (await read(trigger)).metrics[0]!.value;
  const topic = 'orders';

  test.each<[sentence: string, metadata: Record<string, string>, value: number]>([
    ['7 + 0 + 1, as nothing is committed of the last partition', { topic }, 8],
    ['7 + 0 + 4 where consumers begin at the beginning', { topic, offsetResetPolicy: 'earliest' }, 11],
    ['7 + 0 + 0 where a partition without offset counts as nothing', { topic, scaleToZeroOnInvalidOffset: 'true' }, 7],
    ['that of some partitions', { topic, partitionLimitation: '1-2' }, 1],
    ['bounded to three partitions', { topic, lagThreshold: '2' }, 6],
    ['bounded to two partitions with lag', { topic, lagThreshold: '2', limitToPartitionsWithLag: 'true' }, 4],
    ['not bounded', { topic, lagThreshold: '2', allowIdleConsumers: 'true' }, 8],
    ['of all topics of the group: 7 + 0 + 1 + 2', {}, 10],
  ])('the lag is %s', async (_sentence, metadata, value) => {
    expect(await valueOf(written(metadata))).toBe(value);
  });

  test('what waits is told without the bound, and how many consumers can read it', async () => {
    const bounded = { topic, lagThreshold: '2' };
    expect((await read(written(bounded))).queue).toEqual({ waiting: 8, mostConsumers: 3 });
    expect((await read(written({ ...bounded, partitionLimitation: '1-2' }))).queue).toEqual({
      waiting: 1,
      mostConsumers: 2,
    });
    expect((await read(written({ ...bounded, allowIdleConsumers: 'true' }))).queue).toEqual({
      waiting: 8,
      mostConsumers: null,
    });
  });

  test('apache-kafka sums several topics under a name of its own', async () => {
    expect(await read(written({ topic: 'orders, mails' }, { type: 'apache-kafka' }))).toEqual({
      active: true,
      metrics: [{ name: 'kafka-orders,mails', target: 10, value: 10 }],
      queue: { waiting: 10, mostConsumers: 4 },
    });
  });

  test('apache-kafka without topic wants members of the group, and takes all topics', async () => {
    const trigger = written({ consumerGroup: 'shop', scaleToZeroOnInvalidOffset: 'true' }, { type: 'apache-kafka' });
    await expect(read(trigger)).rejects.toThrow(/no active members in group shop, group-state is (Dead|Empty)/);
    await topics.create('shop');
    const consumer = topics.kafka.consumer({ groupId: 'shop' });
    opened.push(() => consumer.disconnect());
    const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
    await consumer.subscribe({ topic: 'shop' });
    await consumer.run({ eachMessage: () => Promise.resolve() });
    await joined;
    expect(await read(trigger)).toMatchObject({
      active: false,
      metrics: [{ name: 'kafka-shop-topics', target: 10, value: 0 }],
    });
  }, 30_000);

  test('lag that stands still no longer scales, still activates, and scales again when it moves', async () => {
    await topics.create('stuck');
    await topics.produce('stuck', 0, 9);
    await topics.commit('stuck', 'stuck', { 0: 2 });
    const source = await open(written({ consumerGroup: 'stuck', topic: 'stuck', excludePersistentLag: 'true' }));
    expect(await source.read(never)).toMatchObject({ active: true, metrics: [{ value: 7 }] });
    expect(await source.read(never)).toMatchObject({ active: true, metrics: [{ value: 0 }] });
    await topics.commit('stuck', 'stuck', { 0: 4 });
    expect(await source.read(never)).toMatchObject({ active: true, metrics: [{ value: 5 }] });
  }, 30_000);

  describe('is an error:', () => {
    test('a topic that does not exist, which is not created either', async () => {
      await expect(read(written({ topic: 'absent' }))).rejects.toThrow('no such topic, or no right to see it: absent');
      expect(await topics.admin.listTopics()).not.toContain('absent');
    });

    test('partitions that the topic does not have', async () => {
      const reading = read(written({ topic, partitionLimitation: '7' }));
      await expect(reading).rejects.toThrow('topic "orders" has no partition that partitionLimitation names');
    });

    test('a group that has committed nothing, where no topic is named', async () => {
      await expect(read(written({ consumerGroup: 'none' }))).rejects.toThrow('group "none" has committed no offsets');
    });
  });

  test.each(['plaintext', 'scram_sha256', 'scram_sha512'])('authenticates by %s', async (sasl) => {
    const bootstrapServers = `127.0.0.1:${kafka.saslPort}`;
    expect(await valueOf(written({ bootstrapServers, topic, sasl }, { auth: USER }))).toBe(8);
    const wrong = { ...USER, password: 'wrong' };
    await expect(read(written({ bootstrapServers, topic, sasl }, { auth: wrong }))).rejects.toThrow(
      /authentication failed/i,
    );
  });

  describe('authenticates by tokens', () => {
    let identity: ScriptedServer;
    beforeAll(async () => {
      identity = await startScriptedServer();
    });
    afterAll(() => identity.close());
    beforeEach(() => {
      identity.clear();
    });

    const tokenFor = (scope: string): string => {
      const part = (json: object): string => Buffer.from(JSON.stringify(json)).toString('base64url');
      const now = Math.floor(Date.now() / 1_000);
      return `${part({ alg: 'none' })}.${part({ sub: 'tidecast', iat: now, exp: now + 3_600, scope })}.`;
    };
    const answers = (access_token: string, expires_in?: number) => json({ access_token, expires_in });
    const withTokens = (auth: Record<string, string> = {}): WrittenTrigger => {
      const bootstrapServers = `127.0.0.1:${kafka.saslPort}`;
      const oauth = { oauthTokenEndpointUri: `${identity.url}/token`, scopes: 'lag' };
      return written({ bootstrapServers, topic, sasl: 'oauthbearer' }, { auth: { ...USER, ...oauth, ...auth } });
    };

    test('of the client, with extensions', async () => {
      identity.always(answers(tokenFor('lag')));
      expect(await valueOf(withTokens({ oauthExtensions: 'logicalCluster=a,poolId=b' }))).toBe(8);
      const [{ path, params, headers }] = identity.requests as [ScriptedServer['requests'][number]];
      expect([path, Object.fromEntries(params)]).toEqual([
        '/token',
        { grant_type: 'client_credentials', scope: 'lag' },
      ]);
      expect(headers.authorization).toBe(`Basic ${Buffer.from('tidecast:broker%2FPa55%2Bword').toString('base64')}`);
    });

    test('and again with another, over the same connection, when the first has expired', async () => {
      identity.always(answers(tokenFor('lag'), 60));
      const source = await open(withTokens());
      await source.read(never);
      expect(identity.requests).toHaveLength(1);
      await clock.advance(60_000);
      await vi.waitFor(
        async () => {
          expect((await source.read(never)).metrics[0]!.value).toBe(8);
          expect(identity.requests).toHaveLength(2);
        },
        { timeout: 20_000, interval: 300 },
      );
    }, 30_000);

    test.each([
      ['a token for something else', () => tokenFor('other'), /authentication failed: .*"status":"insufficient_scope"/],
      ['what is no token', () => 'opaque', /authentication failed: .*"status":"invalid_token"/],
    ])('%s is refused, and another asked for next time', async (_sentence, token, message) => {
      identity.script(answers(token()));
      identity.always(answers(tokenFor('lag')));
      const refused = read(withTokens());
      await expect(refused).rejects.toThrow(message);
      await expect(refused).rejects.not.toThrow(token());
      expect(identity.requests).toHaveLength(1);
      expect(await valueOf(withTokens())).toBe(8);
    });

    test.each([
      ['refuses', json({ error: 'invalid_client' }, { status: 401 }), /kafka at .*: the token endpoint answered 401$/],
      ['gives none', json({}), /kafka at .*: the token endpoint answered no access_token$/],
    ])('an endpoint that %s is an error', async (_sentence, reply, message) => {
      identity.always(reply);
      await expect(read(withTokens())).rejects.toThrow(message);
    });

    test('an endpoint that is silent is waited for until the signal is aborted', async () => {
      identity.always(hang);
      const deadline = new AbortController();
      const reading = reactiveTrigger(types, withTokens()).open(deadline.signal);
      await identity.received(1);
      deadline.abort(new DOMException('timeout', 'TimeoutError'));
      await expect(reading).rejects.toThrow(/no answer before the deadline$/);
    });
  });

  describe('encrypted', () => {
    const encrypted = (auth: Record<string, string>, metadata = {}): WrittenTrigger => {
      const bootstrapServers = `127.0.0.1:${kafka.tlsPort}`;
      return written({ bootstrapServers, topic, tls: 'enable', ...metadata }, { auth });
    };

    test('by certificates of both sides', async () => {
      expect(await valueOf(encrypted({ ca: authority.cert, ...client }))).toBe(8);
      const apache = { ...encrypted({ ca: authority.cert, ...client }), type: 'apache-kafka' };
      expect(await valueOf(apache)).toBe(8);
    });

    test('an authority that is not known is refused, unless nothing is verified', async () => {
      const { cert } = await testAuthority('others');
      await expect(read(encrypted({ ca: cert, ...client }))).rejects.toThrow(/certificate/);
      expect(await valueOf(encrypted({ ...client }, { unsafeSsl: 'true' }))).toBe(8);
    });
  });

  test('triggers that are asked at once do not disturb each other, not even one whose topic does not exist', async () => {
    const triggers = ['orders', 'mails', 'absent', 'orders'].flatMap((name) =>
      ['workers', 'others'].map((consumerGroup) => written({ topic: name, consumerGroup })),
    );
    const readings = await Promise.allSettled(triggers.map(valueOf));
    const values = readings.map((reading) => (reading.status === 'fulfilled' ? reading.value : null));
    // Of the other group nothing is committed: 1 for each partition.
    expect(values).toEqual([8, 3, 2, 1, null, null, 8, 3]);
  });

  test('a bootstrap server that is down does not matter while another answers', async () => {
    const bootstrapServers = `127.0.0.1:${await freePort()}, 127.0.0.1:${kafka.plainPort}`;
    expect(await valueOf(written({ bootstrapServers, topic }))).toBe(8);
  });
});
