import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TriggerError } from '../../../src/core/errors.js';
import type { TriggerReading } from '../../../src/core/trigger.js';
import { createTriggerTypes } from '../../../src/triggers/registry.js';
import { ManualClock } from '../../support/manual-clock.js';
import { testAuthority } from '../../support/pki.js';
import {
  type Reply,
  type ScriptedServer,
  json,
  reset,
  startScriptedServer,
  text,
  truncated,
} from '../../support/scripted-server.js';
import { reactiveTrigger } from '../make-trigger.js';

const types = createTriggerTypes({ clock: new ManualClock() });
const never = new AbortController().signal;

/** The fields of RabbitMQ's own answer that count: six messages are published per second, four delivered. */
const QUEUE = {
  name: 'orders',
  vhost: '/',
  messages: 10,
  messages_ready: 8,
  messages_unacknowledged: 2,
  message_stats: {
    publish: 120,
    publish_details: { rate: 6 },
    deliver_get: 80,
    deliver_get_details: { rate: 4 },
  },
};
const page = (...items: unknown[]): Reply => json({ filtered_count: items.length, items, page: 1, page_count: 1 });

describe('the management API', () => {
  let server: ScriptedServer;

  beforeAll(async () => {
    server = await startScriptedServer();
  });
  afterAll(() => server.close());
  beforeEach(() => {
    server.clear();
  });

  const read = async (reply: Reply, metadata: Record<string, string> = {}): Promise<TriggerReading> => {
    server.always(reply);
    const auth = { host: `http://user:s3cret-word@127.0.0.1:${server.port}/rabbit/shop` };
    const trigger = reactiveTrigger(types, { type: 'rabbitmq', metadata: { queueName: 'orders', ...metadata }, auth });
    const source = await trigger.open(never);
    try {
      return await source.read(never);
    } finally {
      await source.close();
    }
  };

  test.each([
    ['QueueLength', 10, true],
    ['MessageRate', 6, true],
    ['DeliverGetRate', 4, true],
    ['PublishedToDeliveredRatio', 1.5, true],
    // (6 - 4 + 10) / 4
    ['ExpectedQueueConsumptionTime', 3, true],
  ])('gives what %s needs', async (mode, value, active) => {
    expect(await read(json(QUEUE), { mode, value: '1' })).toMatchObject({ active, metrics: [{ value }] });
  });

  test('a queue to which nothing was ever published has rates of 0', async () => {
    const silent = { name: 'orders', messages: 10, messages_ready: 8 };
    const reading = await read(json(silent), { mode: 'DeliverGetRate', value: '1' });
    expect(reading).toMatchObject({ active: false, metrics: [{ value: 0 }] });
  });

  test('is asked for the queue, with the credentials', async () => {
    await read(json(QUEUE), { queueName: 'a b/c' });
    const [{ path, headers }] = server.requests as [(typeof server.requests)[number]];
    expect(path).toBe('/rabbit/api/queues/shop/a%20b%2Fc');
    expect(headers.authorization).toBe(`Basic ${Buffer.from('user:s3cret-word').toString('base64')}`);
  });

  test('is asked for the queues that a regex matches', async () => {
    await read(page(QUEUE), { queueName: '^a+$', useRegex: 'true', pageSize: '20' });
    const [{ path, params }] = server.requests as [(typeof server.requests)[number]];
    expect(path).toBe('/rabbit/api/queues/shop');
    expect(Object.fromEntries(params)).toEqual({
      page: '1',
      use_regex: 'true',
      pagination: 'false',
      name: '^a+$',
      page_size: '20',
    });
  });

  test('keeps its connection between reads', async () => {
    server.always(json(QUEUE));
    const host = `http://127.0.0.1:${server.port}`;
    const trigger = reactiveTrigger(types, { type: 'rabbitmq', metadata: { queueName: 'orders', host } });
    const sources = [await trigger.open(never), await trigger.open(never)];
    for (const source of sources) await source.read(never);
    await Promise.all(sources.map((source) => source.close()));
    expect(server.requests).toHaveLength(2);
  });

  const regex = { useRegex: 'true' };
  test.each<[sentence: string, reply: Reply, metadata: Record<string, string>, message: RegExp]>([
    ['a status that is no answer, quoting it', text(503, 'node is down'), {}, /answered 503: node is down$/],
    ['a status without a body', text(500, ''), {}, /answered 500: nothing more$/],
    [
      'a redirect, which would take the credentials elsewhere',
      text(302, '', { location: 'http://127.0.0.1:1/' }),
      {},
      /answered 302/,
    ],
    ['a login page', text(200, '<html>log in</html>'), {}, /not JSON: <html>log in/],
    ['an answer that ends too early', truncated(JSON.stringify(QUEUE), 20), {}, /aborted|reset|closed/],
    ['no answer at all', reset, {}, /hang up|reset|closed/],
    ['a list instead of a queue', json([QUEUE]), {}, /answered no object/],
    ['a queue of which no count is known', json({ name: 'orders' }), {}, /"orders" has no count in messages yet/],
    ['one such queue among several', page(QUEUE, { name: 'new' }), regex, /"new" has no count/],
    ['a count that is a text', json({ ...QUEUE, messages: '10' }), {}, /has no count/],
    ['no list of queues', json({ page_count: 1 }), regex, /no list of queues/],
    ['a credential that the server repeats', text(403, 'user:s3cret-word may not'), {}, /403: \*\*\* may not$/],
  ])('is an error: %s', async (_sentence, reply, metadata, message) => {
    const attempt = read(reply, metadata);
    await expect(attempt).rejects.toBeInstanceOf(TriggerError);
    await expect(attempt).rejects.toThrow(message);
  });
});

test('the management API over TLS is trusted by the authority that is given, or not at all', async () => {
  const authority = await testAuthority('authority of the management API');
  const { cert, key } = await authority.issue('localhost', { usage: 'server' });
  const server = await startScriptedServer({ tls: { cert, key } });
  server.always(json(QUEUE));
  const read = async (auth: Record<string, string>, metadata: Record<string, string> = {}): Promise<TriggerReading> => {
    const written = {
      type: 'rabbitmq',
      metadata: { queueName: 'orders', ...metadata },
      auth: { host: server.url, ...auth },
    };
    const source = await reactiveTrigger(types, written).open(never);
    try {
      return await source.read(never);
    } finally {
      await source.close();
    }
  };
  await expect(read({})).rejects.toThrow(/certificate/);
  expect(await read({ ca: authority.cert })).toMatchObject({ metrics: [{ value: 10 }] });
  expect(await read({}, { unsafeSsl: 'true' })).toMatchObject({ metrics: [{ value: 10 }] });
  expect(server.requests).toHaveLength(2);
  await server.close();
});
