import { type ChannelModel, type ConfirmChannel, connect } from 'amqplib';
import { vi } from 'vitest';
import { CANARY } from '../contract/trigger-contract.js';

export const USER = 'tidecast';

const AUTHORIZATION = `Basic ${Buffer.from(`${USER}:${CANARY}`).toString('base64')}`;

/** How long the management API may take to say what is so. */
export const WAIT = { timeout: 20_000, interval: 50 };

/** A client of the broker that does what a test needs. */
export async function withChannel(
  amqpPort: number,
  vhost: string,
  act: (channel: ConfirmChannel, connection: ChannelModel) => Promise<void>,
): Promise<void> {
  const connection = await connect({ hostname: '127.0.0.1', port: amqpPort, username: USER, password: CANARY, vhost });
  const channel = await connection.createConfirmChannel();
  await act(channel, connection);
  await connection.close();
}

/** Makes a durable queue hold a number of messages that survive a restart. */
export async function fillQueue(amqpPort: number, queue: string, messages: number, vhost = '/'): Promise<void> {
  await withChannel(amqpPort, vhost, async (channel) => {
    await channel.assertQueue(queue, { durable: true });
    await channel.purgeQueue(queue);
    for (let message = 0; message < messages; message++) {
      channel.sendToQueue(queue, Buffer.from(String(message)), { persistent: true });
    }
    await channel.waitForConfirms();
  });
}

/** Resolves when the management API says so too, which it does a little later. */
export async function waitForApi(
  httpPort: number,
  queue: string,
  expected: Readonly<Record<string, number>>,
  vhost = '/',
): Promise<void> {
  const url = `http://127.0.0.1:${httpPort}/api/queues/${encodeURIComponent(vhost)}/${encodeURIComponent(queue)}`;
  await vi.waitFor(async () => {
    const answer = await fetch(url, { headers: { Authorization: AUTHORIZATION } });
    const body = (await answer.json()) as Record<string, unknown>;
    for (const [field, value] of Object.entries(expected)) {
      if (body[field] !== value) throw new Error(`${queue}: ${field} is ${String(body[field])}, not ${value}`);
    }
  }, WAIT);
}

/** The connections that the management API knows of, by the name that the client gave. */
export async function openConnections(httpPort: number): Promise<{ name: string; channels: number }[]> {
  const headers = { Authorization: AUTHORIZATION };
  const answer = await fetch(`http://127.0.0.1:${httpPort}/api/connections`, { headers });
  const connections = (await answer.json()) as { user_provided_name?: string; channels?: number }[];
  return connections.map(({ user_provided_name: name, channels }) => ({ name: name ?? '', channels: channels ?? -1 }));
}

/** Makes a virtual host in which {@link USER} may do everything. */
export async function makeVhost(httpPort: number, vhost: string): Promise<void> {
  const name = encodeURIComponent(vhost);
  await put(httpPort, `vhosts/${name}`, {});
  await put(httpPort, `permissions/${name}/${USER}`, { configure: '.*', write: '.*', read: '.*' });
}

/** Makes a user who may enter the virtual host `/` and do nothing there. @param tags of the management API */
export async function makeGuest(httpPort: number, name: string, tags: string): Promise<void> {
  await put(httpPort, `users/${name}`, { password: CANARY, tags });
  await put(httpPort, `permissions/%2F/${name}`, { configure: '^$', write: '^$', read: '^$' });
}

async function put(httpPort: number, path: string, body: unknown): Promise<void> {
  const headers = { Authorization: AUTHORIZATION, 'Content-Type': 'application/json' };
  const url = `http://127.0.0.1:${httpPort}/api/${path}`;
  const { status } = await fetch(url, { method: 'PUT', headers, body: JSON.stringify(body) });
  if (status >= 300) throw new Error(`${path}: ${status}`);
}
