import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { gzipSync } from 'node:zlib';
import { connectivityState, credentials, status, type ChannelCredentials, type Client } from '@grpc/grpc-js';
import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SCALER_MESSAGE_BYTES, externalScaler } from '../../../src/serve/keda/external-scaler.js';
import { GrpcServer, type GrpcServerProps } from '../../../src/serve/keda/grpc-server.js';
import { createAuthority, type CertificateAuthority, type KeyPair } from '../../support/certificates.js';
import { aDecision, aStatus, aWorkload } from '../../support/fake-service-view.js';
import { ManualClock } from '../../support/manual-clock.js';
import { temporaryFolder } from '../../support/programs.js';
import { ReplaceableCertificate } from '../certificates/replaceable-certificate.js';
import { TestClient, messages } from './client.js';
import { KeptEntries, KeptMetrics } from './kept.js';
import { RawConnection, framed } from './raw-call.js';

const SERVICE = 'externalscaler.ExternalScaler';
const GET_METRICS = `/${SERVICE}/GetMetrics`;
const IS_ACTIVE = `/${SERVICE}/IsActive`;
const REF = { name: 'checkout', namespace: 'shop', scalerMetadata: {} };

/** `ScaledObjectRef{name: "checkout", namespace: "shop"}`: field 1 and 2, length-delimited. */
const REF_BYTES = Buffer.from('\x0a\x08checkout\x12\x04shop', 'latin1');

const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function started(props: Partial<GrpcServerProps> = {}) {
  const workload = aWorkload();
  const found = [aStatus({ workload, decision: aDecision(workload, { value: 12.5 }) })];
  const clock = new ManualClock();
  const logger = new KeptEntries();
  const metrics = new KeptMetrics();
  const server = new GrpcServer({
    services: [externalScaler({ workloads: { find: () => found }, clock, logger })],
    host: '127.0.0.1',
    port: 0,
    logger,
    metrics,
    maxMessageBytes: SCALER_MESSAGE_BYTES,
    closeGraceMs: 50,
    ...props,
  });
  open.push(server);
  const url = await server.start();
  const client = (channel?: ChannelCredentials): TestClient => {
    const one = new TestClient(url, 'externalscaler.proto', SERVICE, channel);
    open.push(one);
    return one;
  };
  const raw = (): RawConnection => {
    const one = new RawConnection(url);
    open.push(one);
    return one;
  };
  return { server, url, logger, metrics, clock, client, raw };
}

describe('the wire', () => {
  it('carries a metric value as the published contract has it', async () => {
    const { raw } = await started();
    // GetMetricsRequest: field 1 the reference, field 2 the name.
    const name = 'predictkube-predictkube_metric';
    const request = Buffer.concat([
      Buffer.from([0x0a, REF_BYTES.length]),
      REF_BYTES,
      Buffer.from([0x12, name.length]),
      Buffer.from(name),
    ]);
    const reply = await raw().send(GET_METRICS, framed(request));
    // MetricValue: 1 the name (30 bytes), 2 the varint 13, 3 the double 12.5 = 0x4029000000000000, little-endian.
    const value = Buffer.concat([
      Buffer.from([0x0a, 30]),
      Buffer.from(name),
      Buffer.from([0x10, 13, 0x19, 0, 0, 0, 0, 0, 0, 0x29, 0x40]),
    ]);
    expect(reply.status).toBe(status.OK);
    expect(reply.body).toEqual(framed(Buffer.concat([Buffer.from([0x0a, value.length]), value])));
  });

  it('carries activity as a boolean in field 1', async () => {
    const { raw } = await started();
    expect((await raw().send(IS_ACTIVE, framed(REF_BYTES))).body).toEqual(framed(Buffer.from([0x08, 1])));
  });

  it('takes unknown fields for what a newer KEDA may add', async () => {
    const { raw } = await started();
    const request = Buffer.concat([REF_BYTES, Buffer.from([0x7a, 2, 1, 2])]);
    expect((await raw().send(IS_ACTIVE, framed(request))).status).toBe(status.OK);
  });

  it('takes compressed requests', async () => {
    const { raw } = await started();
    const request = framed(gzipSync(REF_BYTES), { compressed: true });
    expect((await raw().send(IS_ACTIVE, request, { 'grpc-encoding': 'gzip' })).status).toBe(status.OK);
  });
});

describe('health and reflection', () => {
  const check = async (client: Client, service: string): Promise<number> => {
    const request = Buffer.concat([Buffer.from([0x0a, service.length]), Buffer.from(service)]);
    const reply: Buffer = await new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        '/grpc.health.v1.Health/Check',
        (bytes: Buffer) => bytes,
        (bytes: Buffer) => bytes,
        request,
        (error, bytes) => {
          if (error === null) resolve(bytes!);
          else reject(error);
        },
      );
    });
    return reply[1]!;
  };

  it.each(['', SERVICE])('reports "%s" as serving', async (service) => {
    const { client } = await started();
    // SERVING is 1.
    expect(await check(client().client, service)).toBe(1);
  });

  it('does not know other services', async () => {
    const { client } = await started();
    await expect(check(client().client, 'other.Service')).rejects.toMatchObject({ code: status.NOT_FOUND });
  });

  it('lists the services', async () => {
    const { raw } = await started();
    // ServerReflectionRequest: field 7, list_services, an empty text.
    const path = '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo';
    const reply = await raw().send(path, framed(Buffer.from([0x3a, 0])));
    expect(reply.status).toBe(status.OK);
    expect(reply.body.toString('latin1')).toContain(SERVICE);
  });
});

describe('a client that misbehaves', () => {
  it('is told that its message is too large', async () => {
    const { client } = await started();
    const ref = { ...REF, scalerMetadata: { query: 'x'.repeat(SCALER_MESSAGE_BYTES) } };
    await expect(client().call('IsActive', ref)).rejects.toMatchObject({ code: status.RESOURCE_EXHAUSTED });
  });

  it('cannot hide a large message by compression', async () => {
    const { raw } = await started();
    const bomb = framed(gzipSync(Buffer.alloc(20 * 1024 * 1024)), { compressed: true });
    expect(bomb.length).toBeLessThan(SCALER_MESSAGE_BYTES);
    expect((await raw().send(IS_ACTIVE, bomb, { 'grpc-encoding': 'gzip' })).status).toBe(status.RESOURCE_EXHAUSTED);
  });

  it.each([
    ['is not a message of the method', IS_ACTIVE, framed(Buffer.from([0xff, 0xff, 0xff])), status.INVALID_ARGUMENT],
    ['ends within a field', IS_ACTIVE, framed(REF_BYTES.subarray(0, 5)), status.INVALID_ARGUMENT],
    ['is empty', IS_ACTIVE, framed(Buffer.alloc(0)), status.INVALID_ARGUMENT],
    ['is for a method that does not exist', `/${SERVICE}/Nothing`, framed(REF_BYTES), status.UNIMPLEMENTED],
    ['is for a service that does not exist', '/a/b', framed(REF_BYTES), status.UNIMPLEMENTED],
    ['is given twice', IS_ACTIVE, Buffer.concat([framed(REF_BYTES), framed(REF_BYTES)]), status.UNIMPLEMENTED],
    ['is missing', IS_ACTIVE, Buffer.alloc(0), status.UNIMPLEMENTED],
  ])('gets the right status when the request %s', async (_, path, body, expected) => {
    const { raw } = await started();
    expect((await raw().send(path, body)).status).toBe(expected);
  });

  it('is refused when it is no gRPC client at all', async () => {
    const { raw } = await started();
    expect((await raw().send(IS_ACTIVE, Buffer.from('{}'), { 'content-type': 'application/json' })).httpStatus).toBe(
      415,
    );
  });

  it('does not keep the server from answering others, whatever it sends', async () => {
    const { raw, client } = await started();
    const connection = raw();
    const header = fc.stringMatching(/^[ -~]{0,30}$/);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(
          IS_ACTIVE,
          GET_METRICS,
          `/${SERVICE}/StreamIsActive`,
          `/${SERVICE}/%ff`,
          '/grpc.health.v1.Health/Check',
        ),
        fc.uint8Array({ maxLength: 60 }),
        fc.boolean(),
        fc.record({ 'grpc-encoding': header, 'grpc-timeout': header, 'x-any': header }),
        async (path, bytes, whole, headers) => {
          const body = Buffer.from(bytes);
          const stream = connection.open(path, headers);
          stream.end(whole ? framed(body) : body);
          const timer = setTimeout(() => {
            stream.close();
          }, 100);
          await connection.reply(stream);
          clearTimeout(timer);
        },
      ),
      { numRuns: 150 },
    );
    expect(await client().call('IsActive', REF)).toEqual({ result: true });
  });

  it('does not keep the server from answering others by noise on the socket', async () => {
    const { url, client } = await started();
    const { port } = new URL(url.replace(/^grpc/, 'http'));
    for (const noise of [
      'GET / HTTP/1.1\r\n\r\n',
      '\x00'.repeat(1_000),
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\xff',
    ]) {
      const socket = connectTcp(Number(port), '127.0.0.1');
      socket.on('error', () => undefined);
      socket.end(Buffer.from(noise, 'latin1'));
      socket.resume();
      await once(socket, 'close');
    }
    expect(await client().call('IsActive', REF)).toEqual({ result: true });
  });

  it.each([
    ['never sends its request', (path: string, raw: RawConnection) => raw.open(path)],
    [
      'stops in the middle of it',
      (path: string, raw: RawConnection) => {
        const stream = raw.open(path);
        stream.write(framed(REF_BYTES).subarray(0, 9));
        return stream;
      },
    ],
    [
      'does not end it',
      (path: string, raw: RawConnection) => {
        const stream = raw.open(path);
        stream.write(framed(REF_BYTES));
        return stream;
      },
    ],
  ])('is cut off when it %s', async (_, begin) => {
    const { raw } = await started({ requestTimeoutMs: 60 });
    const connection = raw();
    for (const path of [IS_ACTIVE, `/${SERVICE}/StreamIsActive`]) {
      const reply = await connection.reply(begin(path, connection));
      expect(reply).toMatchObject({ status: status.DEADLINE_EXCEEDED, message: 'not over after 60 ms' });
    }
  });

  it('does not lose a stream that is being followed to the limit of time', async () => {
    const { client, clock } = await started({ requestTimeoutMs: 60 });
    const stream = client().stream('StreamIsActive', REF);
    await messages(stream)[Symbol.asyncIterator]().next();
    expect(clock.sleeping).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(clock.sleeping).toBe(1);
    stream.on('error', () => undefined);
    stream.cancel();
  });

  it('gets half of the calls allowed, which leaves others theirs, and count again once it leaves', async () => {
    const { client, raw } = await started({ maxOpenCalls: 20 });
    const flood = raw();
    const streams = Array.from({ length: 10 }, () => {
      const stream = flood.open(`/${SERVICE}/StreamIsActive`);
      stream.end(framed(REF_BYTES));
      return stream;
    });
    await Promise.all(streams.map((stream) => once(stream, 'response')));
    expect(await flood.send(IS_ACTIVE, framed(REF_BYTES))).toMatchObject({
      status: status.RESOURCE_EXHAUSTED,
      message: '10 calls are open on this connection and 10 in all, of at most 20',
    });
    expect(await client().call('IsActive', REF)).toEqual({ result: true });
    flood.close();
    const all = raw();
    const again = (): Promise<number> => {
      const stream = all.open(`/${SERVICE}/StreamIsActive`);
      stream.end(framed(REF_BYTES));
      return once(stream, 'response').then(([headers]) => Number((headers as Record<string, string>)['grpc-status']));
    };
    // An open stream has no status yet.
    await expect.poll(again).toBeNaN();
  });

  it('loses the connections it does nothing with to those who call', async () => {
    const { url, client, metrics } = await started({ maxConnections: 3 });
    const { port } = new URL(url.replace(/^grpc/, 'http'));
    const keda = client();
    expect(await keda.call('IsActive', REF)).toEqual({ result: true });
    for (let i = 0; i < 6; i++) {
      const idle = connectTcp(Number(port), '127.0.0.1');
      idle.on('error', () => undefined);
      idle.resume();
      open.push({ close: () => idle.destroy() });
      await expect.poll(() => metrics.evicted).toBe(Math.max(0, i - 1));
      // Calls from time to time, as KEDA does: this connection is never the one that goes.
      expect(await keda.call('IsActive', REF)).toEqual({ result: true });
    }
    expect(keda.client.getChannel().getConnectivityState(false)).toBe(connectivityState.READY);
  });

  it('may ask a thousand times at once', async () => {
    const { client } = await started();
    const one = client();
    const replies = await Promise.all(Array.from({ length: 1_000 }, () => one.call('IsActive', REF)));
    expect(replies.every(({ result }) => result === true)).toBe(true);
  });
});

describe('the record of a call', () => {
  const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  const match = (pattern: RegExp): unknown => expect.stringMatching(pattern);

  it('has who asked for what, and how it ended', async () => {
    const { client, logger, metrics } = await started();
    await client().call('GetMetrics', { scaledObjectRef: REF, metricName: 'predictkube-predictkube_metric' });
    expect(logger.entries).toEqual([
      {
        level: 'debug',
        message: 'call',
        details: {
          auditId: match(UUID),
          method: `${SERVICE}/GetMetrics`,
          peer: match(/127\.0\.0\.1:\d+$/),
          workload: 'shop/checkout',
          status: 'OK',
          ms: expect.any(Number) as unknown,
        },
      },
    ]);
    expect(metrics.calls).toEqual([`${SERVICE}/GetMetrics OK`]);
    expect(metrics.started).toBe(1);
  });

  it('has the reason where it failed, at a level that is shown', async () => {
    const { client, logger } = await started();
    await expect(client().call('IsActive', {})).rejects.toThrow();
    expect(logger.entries).toMatchObject([
      {
        level: 'info',
        message: 'call failed: the ScaledObject is not named: expected its name and namespace',
        details: { status: 'INVALID_ARGUMENT' },
      },
    ]);
  });

  it.each([
    ['the id that the client has given', 'call-1', /^call-1$/],
    ['an id of its own, where that cannot be one', '"; drop\\', UUID],
  ])('has %s, which is in the answer too', async (_, given, expected) => {
    const { raw, logger } = await started();
    const stream = raw().open(IS_ACTIVE, { 'audit-id': given });
    stream.end(framed(REF_BYTES));
    stream.resume();
    const [trailers] = (await once(stream, 'trailers')) as [Record<string, string>];
    expect(trailers['audit-id']).toMatch(expected);
    expect(logger.entries[0]!.details['auditId']).toBe(trailers['audit-id']);
  });

  it('is made once, also of what the gRPC library answers by itself and of clients that leave', async () => {
    const { client, raw, logger, metrics } = await started({ requestTimeoutMs: 60 });
    const tooLarge = { ...REF, scalerMetadata: { query: 'x'.repeat(SCALER_MESSAGE_BYTES) } };
    await expect(client().call('IsActive', tooLarge)).rejects.toThrow();
    const gone = raw();
    const stream = gone.open(`/${SERVICE}/StreamIsActive`);
    stream.end(framed(REF_BYTES));
    await once(stream, 'response');
    gone.close();
    await expect.poll(() => metrics.calls.length).toBe(2);
    await raw().reply(raw().open(IS_ACTIVE));
    expect(metrics.calls).toEqual([
      `${SERVICE}/IsActive RESOURCE_EXHAUSTED`,
      `${SERVICE}/StreamIsActive CANCELLED`,
      `${SERVICE}/IsActive DEADLINE_EXCEEDED`,
    ]);
    expect(metrics.started).toBe(3);
    expect(logger.entries.map(({ details }) => details['status'])).toEqual([
      'RESOURCE_EXHAUSTED',
      'CANCELLED',
      'DEADLINE_EXCEEDED',
    ]);
  });
});

describe('TLS', () => {
  let authority: CertificateAuthority;
  let stranger: CertificateAuthority;
  let server: KeyPair;
  const buffer = (text: string): Buffer => Buffer.from(text);

  beforeAll(async () => {
    const { path, remove } = await temporaryFolder();
    authority = createAuthority(path);
    stranger = createAuthority(path, 'stranger');
    server = authority.issue('server');
    return remove;
  });

  it('is spoken with the certificate given', async () => {
    const { client, url } = await started({ tls: new ReplaceableCertificate(server) });
    expect(url).toMatch(/^grpcs:/);
    expect(await client(credentials.createSsl(buffer(authority.cert))).call('IsActive', REF)).toEqual({ result: true });
  });

  it.each([
    ['plain text', () => credentials.createInsecure()],
    ['a client that trusts another authority', () => credentials.createSsl(buffer(stranger.cert))],
  ])('is not spoken with %s', async (_, channel) => {
    const { client } = await started({ tls: new ReplaceableCertificate(server) });
    await expect(client(channel()).call('IsActive', REF)).rejects.toMatchObject({ code: status.UNAVAILABLE });
  });

  it.each([
    ['a certificate of the authority', () => authority.issue('client'), true],
    ['an expired certificate of the authority', () => authority.issue('late', -1), false],
    ['a certificate of another authority', () => stranger.issue('client'), false],
    ['no certificate', () => null, false],
  ])('with client certificates asked for, answers to %s: %s', async (_, issue, welcome) => {
    const { client } = await started({ tls: new ReplaceableCertificate({ ...server, clientCa: authority.cert }) });
    const pair = issue();
    const channel = credentials.createSsl(
      buffer(authority.cert),
      pair === null ? null : buffer(pair.key),
      pair === null ? null : buffer(pair.cert),
    );
    const answer = client(channel).call('IsActive', REF);
    if (welcome) expect(await answer).toEqual({ result: true });
    else await expect(answer).rejects.toMatchObject({ code: status.UNAVAILABLE });
  });

  it('tells the log who has called, by the name in the certificate', async () => {
    const { client, logger } = await started({
      tls: new ReplaceableCertificate({ ...server, clientCa: authority.cert }),
    });
    const { key, cert } = authority.issue('keda-operator');
    await client(credentials.createSsl(buffer(authority.cert), buffer(key), buffer(cert))).call('IsActive', REF);
    expect(logger.entries[0]!.details).toMatchObject({ user: 'keda-operator', workload: 'shop/checkout' });
  });

  it('shows new connections the certificate that has taken the place of the first, and open ones go on', async () => {
    const tls = new ReplaceableCertificate(server);
    const { client } = await started({ tls });
    const trusting = ({ cert }: KeyPair): TestClient => client(credentials.createSsl(buffer(cert)));
    const before = trusting(authority);
    expect(await before.call('IsActive', REF)).toEqual({ result: true });
    tls.replace(stranger.issue('replacement'));
    expect(await trusting(stranger).call('IsActive', REF)).toEqual({ result: true });
    await expect(trusting(authority).call('IsActive', REF)).rejects.toMatchObject({ code: status.UNAVAILABLE });
    expect(await before.call('IsActive', REF)).toEqual({ result: true });
  });

  it('no longer answers to certificates of an authority that has been replaced, on open connections neither', async () => {
    const tls = new ReplaceableCertificate({ ...server, clientCa: authority.cert });
    const { client } = await started({ tls });
    const showing = ({ key, cert }: KeyPair): TestClient =>
      client(credentials.createSsl(buffer(authority.cert), buffer(key), buffer(cert)));
    const [known, foreign] = [showing(authority.issue('known')), showing(stranger.issue('foreign'))];
    expect(await known.call('IsActive', REF)).toEqual({ result: true });
    const stream = known.stream('StreamIsActive', REF);
    const ended = once(stream, 'error');
    expect((await messages(stream)[Symbol.asyncIterator]().next()).value).toEqual({ result: true });
    tls.replace({ ...server, clientCa: stranger.cert });
    await ended;
    await expect(known.call('IsActive', REF)).rejects.toMatchObject({ code: status.UNAVAILABLE });
    expect(await foreign.call('IsActive', REF)).toEqual({ result: true });
  });
});

describe('the address', () => {
  it.each([
    ['taken', 'EADDRINUSE'],
    ['not of this machine', 'EADDRNOTAVAIL'],
  ])('is refused when it is %s', async (what, code) => {
    const { url } = await started();
    const { port } = new URL(url.replace(/^grpc/, 'http'));
    const address = what === 'taken' ? { port: Number(port) } : { host: '192.0.2.1' };
    await expect(started(address)).rejects.toThrow(new RegExp(`cannot listen for gRPC on .*: ${code}; expected`));
  });
});
