import type { Channel } from 'amqplib';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { TriggerError } from '../../../src/core/errors.js';
import { createTriggerTypes } from '../../../src/triggers/registry.js';
import { ManualClock } from '../../support/manual-clock.js';
import type { TestAuthority } from '../../support/pki.js';
import type { RunningRabbitmq } from '../../support/rabbitmq.js';
import { CANARY } from '../contract/trigger-contract.js';
import { type WrittenTrigger, reactiveTrigger } from '../make-trigger.js';
import { USER, WAIT, fillQueue, makeGuest, makeVhost, openConnections, waitForApi, withChannel } from './queues.js';

const types = createTriggerTypes({ clock: new ManualClock() });
const never = new AbortController().signal;
const login = `${USER}:${encodeURIComponent(CANARY)}`;

async function read(metadata: Record<string, string>, auth: Record<string, string>): Promise<number> {
  const written: WrittenTrigger = { type: 'rabbitmq', metadata, auth };
  const source = await reactiveTrigger(types, written).open(never);
  try {
    return (await source.read(never)).metrics[0]!.value;
  } finally {
    await source.close();
  }
}

async function refusal(metadata: Record<string, string>, auth: Record<string, string>): Promise<string> {
  const error: unknown = await read(metadata, auth).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TriggerError);
  expect((error as TriggerError).message).not.toContain(CANARY);
  return (error as TriggerError).message;
}

/** What the management API adds: several queues, unacknowledged messages, virtual hosts. */
export function describeManagementApi(broker: () => RunningRabbitmq): void {
  describe('rabbitmq, the management API', () => {
    const host = (path = '/'): Record<string, string> => ({
      host: `http://${login}@127.0.0.1:${broker().httpPort}${path}`,
    });

    beforeAll(async () => {
      const { amqpPort, httpPort } = broker();
      await makeVhost(httpPort, 'shop/eu');
      await fillQueue(amqpPort, 'batch-1', 3);
      await fillQueue(amqpPort, 'batch-2', 4);
      await fillQueue(amqpPort, 'há r/d', 2, 'shop/eu');
      await waitForApi(httpPort, 'batch-1', { messages: 3 });
      await waitForApi(httpPort, 'batch-2', { messages: 4 });
      await waitForApi(httpPort, 'há r/d', { messages: 2 }, 'shop/eu');
    }, 60_000);

    test.each([
      ['sum', 7],
      // 7 / 2, rounded down.
      ['avg', 3],
      ['max', 4],
    ])('the %s of the queues that a regex matches', async (operation, value) => {
      expect(await read({ queueName: '^batch-[0-9]$', useRegex: 'true', operation }, host())).toBe(value);
    });

    test('a regex that matches nothing is 0, one that matches more than a page is an error', async () => {
      expect(await read({ queueName: '^nothing-', useRegex: 'true' }, host())).toBe(0);
      const tooMany = { queueName: '^batch-', useRegex: 'true', pageSize: '1' };
      expect(await refusal(tooMany, host())).toContain('more queues than pageSize, 1, allows');
    });

    test('the virtual host is the last part of the path, or vhostName', async () => {
      const queueName = 'há r/d';
      expect(await read({ queueName }, host('/shop%2Feu'))).toBe(2);
      expect(await read({ queueName, vhostName: 'shop/eu' }, host())).toBe(2);
      expect(await refusal({ queueName }, host())).toContain('404');
    });

    test('user and password may stand by themselves', async () => {
      const { httpPort, amqpPort } = broker();
      const own = { username: USER, password: CANARY };
      expect(await read({ queueName: 'batch-1' }, { host: `http://127.0.0.1:${httpPort}`, ...own })).toBe(3);
      expect(await read({ queueName: 'batch-1' }, { host: `amqp://x:y@127.0.0.1:${amqpPort}`, ...own })).toBe(3);
      expect(await refusal({ queueName: 'batch-1' }, { host: `http://127.0.0.1:${httpPort}` })).toContain('401');
    });

    test('messages that are not acknowledged count, unless they are excluded; over AMQP they never do', async () => {
      const { amqpPort, httpPort } = broker();
      await fillQueue(amqpPort, 'taken', 5);
      await withChannel(amqpPort, '/', async (channel) => {
        await take(channel, 'taken', 2);
        await waitForApi(httpPort, 'taken', { messages: 5, messages_ready: 3 });
        expect(await read({ queueName: 'taken' }, host())).toBe(5);
        expect(await read({ queueName: 'taken', excludeUnacknowledged: 'true' }, host())).toBe(3);
        expect(await read({ queueName: 'taken' }, { host: `amqp://${login}@127.0.0.1:${amqpPort}` })).toBe(3);
      });
    });

    test('triggers share a connection of AMQP, each with a channel of its own, and give it back', async () => {
      const { amqpPort, httpPort } = broker();
      const shared = { host: `amqp://${login}@127.0.0.1:${amqpPort}` };
      const sources = await Promise.all(
        Array.from({ length: 5 }, (_, index) => {
          const queueName = index === 0 ? 'missing' : 'batch-1';
          return reactiveTrigger(types, { type: 'rabbitmq', metadata: { queueName }, auth: shared }).open(never);
        }),
      );
      // The broker ends the channel on which it refuses something; the others go on.
      const readings = await Promise.allSettled(sources.map((source) => source.read(never)));
      expect(readings.map(({ status }) => status)).toEqual(['rejected', ...Array<string>(4).fill('fulfilled')]);
      await vi.waitFor(async () => {
        expect(await openConnections(httpPort)).toEqual([{ name: 'tidecast', channels: 4 }]);
      }, WAIT);
      await Promise.all(sources.map((source) => source.close()));
      await vi.waitFor(async () => {
        expect(await openConnections(httpPort)).toEqual([]);
      }, WAIT);
    });

    test('a user needs access to the virtual host, and for HTTP the tag management or monitoring', async () => {
      const { amqpPort, httpPort } = broker();
      await makeGuest(httpPort, 'plain', '');
      await makeGuest(httpPort, 'manager', 'management');
      await makeGuest(httpPort, 'monitor', 'monitoring');
      const as = (username: string, url: string): Record<string, string> => ({ host: url, username, password: CANARY });
      const [amqp, http] = [`amqp://127.0.0.1:${amqpPort}`, `http://127.0.0.1:${httpPort}`];
      expect(await read({ queueName: 'batch-1' }, as('plain', amqp))).toBe(3);
      expect(await refusal({ queueName: 'batch-1' }, as('plain', http))).toContain('401');
      expect(await read({ queueName: 'batch-1' }, as('manager', http))).toBe(3);
      expect(await read({ queueName: 'batch-1' }, as('monitor', http))).toBe(3);
    });

    test('the virtual host of AMQP', async () => {
      const { amqpPort } = broker();
      const amqp = { host: `amqp://${login}@127.0.0.1:${amqpPort}/shop%2Feu` };
      expect(await read({ queueName: 'há r/d' }, amqp)).toBe(2);
      expect(await refusal({ queueName: 'há r/d', vhostName: 'none' }, amqp)).toMatch(
        /virtual host "none" does not exist/,
      );
    });
  });
}

/** AMQP over TLS, and clients that are known by their certificate. */
export function describeTls(broker: () => RunningRabbitmq, authority: () => TestAuthority): void {
  describe('rabbitmq over TLS', () => {
    const metadata = { queueName: 'tls' };
    const url = (user = ''): string => `amqps://${user}127.0.0.1:${broker().amqpsPort}`;

    beforeAll(() => fillQueue(broker().amqpPort, 'tls', 6), 60_000);

    test('user and password, and the authority of the server', async () => {
      const ca = authority().cert;
      expect(await read(metadata, { host: url(`${login}@`), tls: 'enable', ca })).toBe(6);
      expect(await refusal(metadata, { host: url(`${login}@`), tls: 'enable' })).toMatch(/certificate/);
      expect(await read({ ...metadata, unsafeSsl: 'true' }, { host: url(`${login}@`), tls: 'enable' })).toBe(6);
    });

    test('a client certificate alone authenticates the user it names', async () => {
      const known = await authority().issue(USER, { usage: 'client' });
      const unknown = await authority().issue('nobody', { usage: 'client' });
      const tls = { host: url(), tls: 'enable', ca: authority().cert };
      expect(await read(metadata, { ...tls, ...known })).toBe(6);
      expect(await refusal(metadata, { ...tls, ...unknown })).toMatch(/ACCESS_REFUSED|ACCESS-REFUSED|refused/i);
    });
  });
}

/** Takes messages off a queue without acknowledging them. */
async function take(channel: Channel, queue: string, messages: number): Promise<void> {
  for (let message = 0; message < messages; message++) await channel.get(queue);
}
