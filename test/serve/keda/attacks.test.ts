import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { status } from '@grpc/grpc-js';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TestClient } from './client.js';
import { RawConnection, framed, type RawReply } from './raw-call.js';

const SERVER = fileURLToPath(new URL('./attacked-server.ts', import.meta.url));
const SCALER = 'externalscaler.ExternalScaler';
const PREDICT = '/services.MlEngineService/GetPredictMetric';
const KEY = { 'x-auth-api-key': 'a.b.c' };
const REF = { name: 'checkout', namespace: 'shop', scalerMetadata: {} };
const REF_BYTES = Buffer.from('\x0a\x08checkout\x12\x04shop', 'latin1');
const MIB = 2 ** 20;

vi.setConfig({ testTimeout: 120_000 });

let child: ChildProcess;
let output: AsyncIterableIterator<string>;
let scaler: string;
let backend: string;
let restingMiB: number;
const open: { close(): unknown }[] = [];

beforeEach(async () => {
  child = spawn(process.execPath, ['--import', 'tsx', SERVER], { stdio: ['pipe', 'pipe', 'inherit'] });
  output = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const urls = JSON.parse(await nextLine()) as { scaler: string; backend: string };
  scaler = urls.scaler;
  backend = urls.backend;
  await askAsKeda();
  restingMiB = await memoryMiB();
});

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
  child.kill('SIGKILL');
  await once(child, 'exit');
});

async function nextLine(): Promise<string> {
  const line = await output.next();
  if (line.done === true) throw new Error('the server has ended');
  return line.value;
}

async function memoryMiB(): Promise<number> {
  child.stdin!.write('?\n');
  return Number(await nextLine());
}

/** A call on a connection of its own, as of a KEDA that has just started. */
async function askAsKeda(): Promise<void> {
  const client = new TestClient(scaler, 'externalscaler.proto', SCALER);
  try {
    const reply = await client.call('GetMetrics', {
      scaledObjectRef: REF,
      metricName: 'predictkube-predictkube_metric',
    });
    expect(reply).toMatchObject({ metricValues: [{ metricValueFloat: 12.5 }] });
  } finally {
    client.close();
  }
}

function rawTo(url: string): RawConnection {
  const raw = new RawConnection(url);
  open.push(raw);
  return raw;
}

const portOf = (url: string): number => Number(new URL(url.replace(/^grpc/, 'http')).port);

describe('a client that attacks', () => {
  it.each([
    ['the scaler', () => scaler, `/${SCALER}/GetMetrics`],
    ['the backend', () => backend, PREDICT],
  ])('%s by messages of 60 MiB is told RESOURCE_EXHAUSTED before they are read', async (_, url, path) => {
    const raw = rawTo(url());
    const begin = framed(Buffer.alloc(60 * MIB)).subarray(0, MIB);
    const replies = await Promise.all(
      Array.from({ length: 50 }, () => {
        const stream = raw.open(path, KEY);
        stream.write(begin);
        return raw.reply(stream);
      }),
    );
    expect(new Set(replies.map((reply) => reply.status))).toEqual(new Set([status.RESOURCE_EXHAUSTED]));
    await askAsKeda();
    expect(await memoryMiB()).toBeLessThan(restingMiB + 150);
  });

  it('the backend by messages as large as allowed, many at once, makes it hold a few of them only', async () => {
    const raw = rawTo(backend);
    // One observation with a name of 49 MiB, which is read over.
    const name = Buffer.alloc(49 * MIB, 'x');
    const length = (bytes: number): Buffer => {
      const out: number[] = [];
      for (let rest = bytes; rest > 0; rest = Math.floor(rest / 128)) out.push((rest % 128) | (rest < 128 ? 0 : 0x80));
      return Buffer.from(out);
    };
    const item = Buffer.concat([Buffer.from([0x1a]), length(name.length), name]);
    const body = framed(Buffer.concat([Buffer.from([0x12]), length(item.length), item]));
    const streams = Array.from({ length: 24 }, () => raw.open(PREDICT, KEY));
    let peakMiB = 0;
    const replies = await Promise.all(
      streams.map(async (stream): Promise<RawReply> => {
        stream.end(body);
        const reply = await raw.reply(stream);
        peakMiB = Math.max(peakMiB, await memoryMiB());
        return reply;
      }),
    );
    expect(new Set(replies.map((reply) => reply.status))).toEqual(new Set([status.OK]));
    // All of them would be 1.2 GiB. Two are held, with copies until memory is collected.
    expect(peakMiB).toBeLessThan(restingMiB + 600);
    await askAsKeda();
  });

  it('by a thousand calls at once is answered', async () => {
    const client = new TestClient(scaler, 'externalscaler.proto', SCALER);
    open.push(client);
    const request = { scaledObjectRef: REF, metricName: 'predictkube-predictkube_metric' };
    const replies = await Promise.all(Array.from({ length: 1_000 }, () => client.call('GetMetrics', request)));
    expect(replies.length).toBe(1_000);
    for (const reply of replies) expect(reply).toMatchObject({ metricValues: [{ metricValueFloat: 12.5 }] });
    expect(await memoryMiB()).toBeLessThan(restingMiB + 200);
  });

  it('by ten times the idle connections that are allowed loses them to those who call', async () => {
    const sockets: Socket[] = [];
    open.push({
      close: () => {
        for (const socket of sockets) socket.destroy();
      },
    });
    for (let batch = 0; batch < 10; batch++) {
      const opened = Array.from({ length: 256 }, () => {
        const socket = connectTcp(portOf(scaler), '127.0.0.1');
        socket.on('error', () => undefined);
        socket.resume();
        return socket;
      });
      sockets.push(...opened);
      await Promise.all(opened.map((socket) => once(socket, 'connect')));
    }
    await askAsKeda();
    await expect.poll(() => sockets.filter((socket) => !socket.closed).length, { timeout: 20_000 }).toBeLessThan(257);
    expect(await memoryMiB()).toBeLessThan(restingMiB + 300);
  });

  it('by a flood of streams takes half of them, and leaves the others to others', async () => {
    const raw = rawTo(scaler);
    const statuses: number[] = [];
    for (let opened = 0; opened < 2_000; opened++) {
      const stream = raw.open(`/${SCALER}/StreamIsActive`);
      stream.end(framed(REF_BYTES));
      stream.resume();
      stream.on('response', (headers) => statuses.push(Number(headers['grpc-status'] ?? status.OK)));
    }
    await expect.poll(() => statuses.length, { timeout: 30_000 }).toBe(2_000);
    const refused = statuses.filter((code) => code === (status.RESOURCE_EXHAUSTED as number)).length;
    expect(refused).toBe(2_000 - 1_024);
    await askAsKeda();
    expect(await memoryMiB()).toBeLessThan(restingMiB + 400);
    raw.close();
    // All of them can be had again.
    await expect.poll(async () => (await rawTo(scaler).send(`/${SCALER}/IsActive`, framed(REF_BYTES))).status).toBe(0);
  });

  it('by streams for methods that do not exist, which it never ends, is bounded too', async () => {
    const raw = rawTo(scaler);
    let answered = 0;
    for (let opened = 0; opened < 3_000; opened++) {
      const stream = raw.open('/no.Service/Method');
      stream.resume();
      stream.on('response', () => answered++);
    }
    await expect.poll(() => answered, { timeout: 30_000 }).toBe(3_000);
    await askAsKeda();
    expect(await memoryMiB()).toBeLessThan(restingMiB + 300);
  });

  it('by opening streams and resetting them at once does not get the others refused', async () => {
    for (let round = 0; round < 3; round++) {
      const raw = rawTo(scaler);
      for (let opened = 0; opened < 1_000; opened++) raw.open(`/${SCALER}/StreamIsActive`).close();
      await askAsKeda();
    }
    expect(await memoryMiB()).toBeLessThan(restingMiB + 300);
  });

  it('by garbage, before or after the greeting of HTTP/2, harms nobody else', async () => {
    const greeting = Buffer.concat([
      Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1'),
      // An empty SETTINGS frame.
      Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
    ]);
    const frame = fc
      .tuple(
        fc.integer({ min: 0, max: 10 }),
        fc.integer({ min: 0, max: 255 }),
        fc.nat(9),
        fc.uint8Array({ maxLength: 99 }),
      )
      .map(([type, flags, id, payload]) => Buffer.from([0, 0, payload.length, type, flags, 0, 0, 0, id, ...payload]));
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((any) => Buffer.from(any)),
      fc.array(frame, { maxLength: 8 }).map((frames) => Buffer.concat([greeting, ...frames])),
    );
    await fc.assert(
      fc.asyncProperty(bytes, fc.constantFrom(scaler, backend), async (garbage, url) => {
        const socket = connectTcp(portOf(url), '127.0.0.1');
        socket.on('error', () => undefined);
        socket.resume();
        socket.write(garbage);
        await Promise.race([once(socket, 'close'), once(socket, 'end'), new Promise((done) => setTimeout(done, 20))]);
        socket.destroy();
      }),
      { numRuns: 150 },
    );
    await askAsKeda();
    expect(await memoryMiB()).toBeLessThan(restingMiB + 100);
  });
});
