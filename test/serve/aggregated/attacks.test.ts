import { once } from 'node:events';
import { Agent } from 'node:https';
import { connect as connectTcp, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AggregatedServerProps } from '../../../src/serve/aggregated/server.js';
import {
  BASE,
  CHECKOUT,
  METRIC,
  SERVICE_NAME,
  call,
  clusterPki,
  identity,
  startServer,
  type Pki,
  type TestServer,
} from './setup.js';

let pki: Pki;
beforeAll(async () => {
  pki = await clusterPki();
});
const open: TestServer[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(open.splice(0).map(({ server }) => server.close()));
});

async function aServer(limits: AggregatedServerProps['limits'] = {}): Promise<TestServer> {
  const started = await startServer(pki, { limits });
  open.push(started);
  return started;
}

async function tcp(port: number): Promise<Socket> {
  const socket = connectTcp(port, '127.0.0.1').on('error', () => undefined);
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
}

async function tls(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port, ca: pki.serving.cert, servername: SERVICE_NAME, ...options });
  socket.on('error', () => undefined);
  sockets.push(socket);
  await once(socket, 'secureConnect');
  return socket;
}

/** Status and body of the one answer on a connection, once the server has closed it. */
async function answerOn(socket: Socket): Promise<{ status: number; body: string }> {
  const answer = await text(socket).catch(() => '');
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]), body };
}

async function openConnections({ registry }: TestServer): Promise<Readonly<Record<string, number>>> {
  const gauge = await registry.getSingleMetric('tidecast_aggregated_connections')!.get();
  return Object.fromEntries(gauge.values.map(({ labels, value }) => [String(labels['client']), value]));
}

describe('connections that do nothing', () => {
  it('ten times as many as are allowed keep neither the front proxy nor a probe waiting', async () => {
    const server = await aServer({ maxStrangers: 100 });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const asProxy = { headers: identity('jane'), pair: pki.frontProxy };
    expect((await call(server, BASE, { ...asProxy, agent })).status).toBe(200);
    for (let batch = 0; batch < 10; batch++) {
      await Promise.all(Array.from({ length: 100 }, () => tcp(server.port)));
    }
    expect((await openConnections(server))['other']).toBeLessThanOrEqual(100);
    // The connection it has, and a new one.
    expect((await call(server, BASE, { ...asProxy, agent })).status).toBe(200);
    expect((await call(server, CHECKOUT, asProxy)).status).toBe(200);
    expect((await call(server, '/readyz')).text).toBe('ok');
    agent.destroy();
  });

  it('and have finished their handshake: the oldest make way, those of the front proxy never', async () => {
    const server = await aServer({ maxStrangers: 20 });
    const proxies = await Promise.all(Array.from({ length: 30 }, () => tls(server.port, pki.frontProxy)));
    const strangers: TLSSocket[] = [];
    for (let count = 0; count < 50; count++) strangers.push(await tls(server.port));
    await Promise.all(strangers.slice(0, 30).map(async (socket) => socket.closed || (await once(socket, 'close'))));
    expect(strangers.slice(30).every((socket) => !socket.destroyed)).toBe(true);
    expect(proxies.every((socket) => !socket.destroyed)).toBe(true);
    expect(await openConnections(server)).toEqual({ 'front-proxy': 30, other: 20 });
  });

  it('are ended when they do not begin a handshake in time', async () => {
    const server = await aServer({ handshakeTimeoutMs: 50 });
    const socket = await tcp(server.port);
    socket.resume();
    await once(socket, 'close');
    await expect.poll(() => openConnections(server)).toEqual({ 'front-proxy': 0, other: 0 });
  });
});

describe('slow requests', () => {
  const quick = { headersTimeoutMs: 200, requestTimeoutMs: 400, checkPeriodMs: 20 };

  it.each<[string, string]>([
    ['a request line without an end', 'GET /apis'],
    ['headers without an end', 'GET /apis HTTP/1.1\r\nHost: a\r\nX-A: b\r\n'],
    ['a part of the only header', 'GET /apis HTTP/1.1\r\nHos'],
  ])('%s: 408, and the connection is closed', async (_, start) => {
    const server = await aServer(quick);
    const socket = await tls(server.port);
    socket.write(start);
    const drip = setInterval(() => socket.write('a'), 10);
    const { status, body } = await answerOn(socket);
    clearInterval(drip);
    expect(status).toBe(408);
    expect(JSON.parse(body)).toMatchObject({ kind: 'Status', code: 408 });
    expect((await call(server, '/livez')).status).toBe(200);
  });

  it('a body without an end, of a request that has been answered, is cut off', async () => {
    const server = await aServer(quick);
    const socket = await tls(server.port, pki.frontProxy);
    const chunk = `3e8\r\n${'x'.repeat(1_000)}\r\n`;
    socket.write(
      `GET ${BASE} HTTP/1.1\r\nHost: a\r\nX-Remote-User: jane\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}`,
    );
    const drip = setInterval(() => socket.write(chunk), 10);
    expect((await once(socket, 'data')).toString()).toMatch(/^HTTP\/1\.1 200 /);
    await once(socket.resume(), 'close');
    clearInterval(drip);
    expect((await call(server, '/livez')).status).toBe(200);
  });

  it('a body is not waited for: who asks is nobody, or writes to what is read-only', async () => {
    const server = await aServer();
    const head = (more: string): string =>
      `POST ${CHECKOUT} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 1000000\r\n${more}\r\nx`;
    const nobody = await tls(server.port);
    nobody.write(head(''));
    expect((await once(nobody, 'data')).toString()).toMatch(/^HTTP\/1\.1 401 /);
    const proxy = await tls(server.port, pki.frontProxy);
    proxy.write(head('X-Remote-User: jane\r\n'));
    expect((await once(proxy, 'data')).toString()).toMatch(/^HTTP\/1\.1 405 /);
  });
});

describe('what is no HTTP request', () => {
  it.each<[string, string, number]>([
    ['binary', '\x00\x01\x02\x03\r\n\r\n', 400],
    ['HTTP/2 without negotiation', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['a method of lower-case letters', 'get /apis HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['two lengths', 'GET /apis HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400],
    [
      'a length and chunks',
      'POST /apis HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['a header of a space', 'GET /apis HTTP/1.1\r\nHost: a\r\n : b\r\n\r\n', 400],
    ['a line feed alone within a header', 'GET /apis HTTP/1.1\r\nHost: a\nX-Remote-User: root\r\n\r\n', 400],
    ['headers of 100 KiB', `GET /apis HTTP/1.1\r\nHost: a\r\nX-A: ${'a'.repeat(100 * 1024)}\r\n\r\n`, 431],
    ['a URL of 100 KiB', `GET /${'a'.repeat(100 * 1024)} HTTP/1.1\r\nHost: a\r\n\r\n`, 431],
  ])('%s is refused with a Status', async (_, bytes, code) => {
    const server = await aServer();
    const socket = await tls(server.port, pki.frontProxy);
    socket.write(bytes, 'latin1');
    const { status, body } = await answerOn(socket);
    expect(status).toBe(code);
    expect(JSON.parse(body)).toMatchObject({ kind: 'Status', code });
    expect((await call(server, '/livez')).status).toBe(200);
  });

  it('HTTP without TLS is answered by nothing', async () => {
    const server = await aServer();
    const socket = await tcp(server.port);
    socket.write('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(await text(socket).catch(() => '')).not.toContain('HTTP/1.1 2');
    expect((await call(server, '/livez')).status).toBe(200);
  });

  it('no bytes at all end or confuse the server', async () => {
    const server = await aServer({ headersTimeoutMs: 100, requestTimeoutMs: 200, checkPeriodMs: 20 });
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.boolean(), async (bytes, isHeader) => {
        const socket = await tls(server.port, pki.frontProxy);
        if (isHeader) socket.write('GET /apis HTTP/1.1\r\nHost: a\r\nConnection: close\r\n');
        socket.write(bytes);
        socket.write('\r\n\r\n');
        const { status } = await answerOn(socket);
        expect([400, 401, 404, 405, 408]).toContain(status);
      }),
      { numRuns: 30 },
    );
    expect((await call(server, '/livez')).status).toBe(200);
  });
});

describe('garbage in a request that is one', () => {
  it('in the headers of the front proxy: whatever they hold is a name like any other', async () => {
    const server = await aServer();
    const agent = new Agent({ keepAlive: true });
    const value = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).map((name) =>
      // What no header can hold.
      [...Buffer.from(name)].map((byte) => (byte < 0x20 || byte === 0x7f ? 'x' : String.fromCharCode(byte))).join(''),
    );
    const suffix = fc.stringMatching(/^[a-z0-9%._~!#$&'*+^`|-]{1,20}$/);
    await fc.assert(
      fc.asyncProperty(value, fc.array(value, { maxLength: 4 }), suffix, async (user, groups, key) => {
        const headers = { ...identity(`u${user}`, groups), [`X-Remote-Extra-${key}`]: [user], 'Audit-ID': user };
        const reply = await call(server, CHECKOUT, { headers, pair: pki.frontProxy, agent });
        expect(reply.status).toBe(200);
        expect(reply.headers['audit-id']).toMatch(/^[\x21-\x7e]{1,64}$/);
        expect(server.access.asked.at(-1)?.user.name.trim()).toBe(Buffer.from(`u${user}`, 'latin1').toString().trim());
      }),
      { numRuns: 100 },
    );
    agent.destroy();
  });

  it('in the selector: 400, 404 or a value, and always JSON', async () => {
    const server = await aServer();
    const agent = new Agent({ keepAlive: true });
    const piece = fc.constantFrom(
      'scaledobject.keda.sh/name',
      'checkout',
      '=',
      '==',
      '!=',
      ' in ',
      ' notin ',
      '(',
      ')',
      ',',
      '!',
      '>',
      '<',
      '1',
      '/',
      '',
      '"',
      '\0',
      'ü',
    );
    const selector = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
    );
    await fc.assert(
      fc.asyncProperty(selector, fc.boolean(), async (written, isRaw) => {
        const query = isRaw
          ? Buffer.from(written)
              .toString('latin1')
              .replace(/[^\x21-\x7e]/g, '%')
          : encodeURIComponent(written.replace(/\p{Surrogate}/gu, '?'));
        const path = `${BASE}/namespaces/shop/${METRIC}?labelSelector=${query}`;
        const reply = await call(server, path, { headers: identity('jane'), pair: pki.frontProxy, agent });
        expect([200, 400, 404, 405]).toContain(reply.status);
        expect(JSON.parse(reply.text)).toHaveProperty(
          'kind',
          reply.status === 200 ? 'ExternalMetricValueList' : 'Status',
        );
      }),
      { numRuns: 100 },
    );
    agent.destroy();
  });
});
