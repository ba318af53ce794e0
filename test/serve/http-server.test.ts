import { EventEmitter, once } from 'node:events';
import { Agent, type IncomingMessage, type RequestOptions, request } from 'node:http';
import { type Socket, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { FastifyPluginAsync } from 'fastify';
import { pino } from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { UsageError } from '../../src/core/errors.js';
import { HttpServer, type HttpServerProps } from '../../src/serve/http-server.js';
import { SelfMetrics } from '../../src/serve/self/metrics.js';
import type { ServiceView } from '../../src/serve/view.js';
import { FakeServiceView, aStatus, aWorkload } from '../support/fake-service-view.js';

const running: HttpServer[] = [];
const agents: Agent[] = [];
afterEach(async () => {
  for (const agent of agents.splice(0)) agent.destroy();
  await Promise.all(running.splice(0).map((server) => server.close()));
});

function aServer(props: Partial<HttpServerProps> = {}): HttpServer {
  const view = new FakeServiceView(aStatus());
  const server = new HttpServer({ view, metrics: new SelfMetrics(), host: '127.0.0.1', port: 0, ...props });
  running.push(server);
  return server;
}

function keepAliveAgent(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agents.push(agent);
  return agent;
}

/** Resolves with the head of the answer; its body is still to be read. */
async function open(url: string, options: RequestOptions = {}): Promise<IncomingMessage> {
  const sent = request(url, options).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return response;
}

async function get(
  url: string,
  options: RequestOptions = {},
): Promise<{ response: IncomingMessage; socket: Socket; body: string }> {
  const response = await open(url, options);
  const { socket } = response;
  return { response, socket, body: await text(response) };
}

/** A plugin with a route that says when it is asked, and answers when it is told to. */
function slowRoute(): {
  plugin: FastifyPluginAsync<{ view: ServiceView }>;
  asked: Promise<unknown>;
  answer: () => void;
} {
  const events = new EventEmitter();
  const plugin: FastifyPluginAsync = (app) => {
    app.get('/slow', async () => {
      const answered = once(events, 'answer');
      events.emit('asked');
      await answered;
      return 'slow but sure';
    });
    return Promise.resolve();
  };
  return { plugin, asked: once(events, 'asked'), answer: () => events.emit('answer') };
}

describe('start', () => {
  it('listens on a free port and returns the URL', async () => {
    const url = await aServer().start();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await get(`${url}/livez`)).body).toBe('ok\n');
    expect((await get(`${url}/api/v1/workloads`)).response.statusCode).toBe(200);
  });

  it('serves the protocols passed in, with the same view and their own way with errors', async () => {
    const plugin: FastifyPluginAsync<{ view: ServiceView }> = (app, { view }) => {
      app.setErrorHandler((error, _request, reply) => reply.code(418).send({ kind: 'Status', message: String(error) }));
      app.get('/apis/count', () => ({ count: view.workloads().length }));
      app.get('/apis/fail', () => {
        throw new Error('no');
      });
      return Promise.resolve();
    };
    const url = await aServer({ routes: [plugin] }).start();
    expect((await get(`${url}/apis/count`)).body).toBe('{"count":1}');
    expect((await get(`${url}/apis/fail`)).body).toBe('{"kind":"Status","message":"Error: no"}');
    expect((await get(`${url}/openapi.json`)).body).not.toContain('/apis/');
  });

  it('names the port that is in use', async () => {
    const taken = new URL(await aServer().start()).port;
    const second = aServer({ port: Number(taken) });
    const failure: unknown = await second.start().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UsageError);
    expect(failure).toMatchObject({
      message: `port ${taken} on 127.0.0.1 is already in use; expected a free port, or 0 for any`,
    });
  });

  it('names a host that is not of this machine', async () => {
    // 203.0.113.0/24 is reserved for documentation.
    await expect(aServer({ host: '203.0.113.7' }).start()).rejects.toThrow(
      '"203.0.113.7" is not an address of this machine; expected one such as 127.0.0.1 or 0.0.0.0',
    );
  });
});

describe('connections', () => {
  it('are kept for longer than the 90 s for which the aggregator does', async () => {
    const url = await aServer().start();
    const agent = keepAliveAgent();
    const first = await get(`${url}/livez`, { agent });
    expect(first.response.headers['keep-alive']).toBe('timeout=100');
    const second = await get(`${url}/livez`, { agent });
    expect(second.socket).toBe(first.socket);
  });

  it.each([
    ['that do not speak HTTP', 'HELLO\r\n\r\n', 400, 'this is not an HTTP/1.1 request'],
    [
      'with a URL that is too long',
      `GET /api/v1/workloads?x=${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
      431,
      'the URL and headers are too large; expected at most 16 KiB in all',
    ],
  ])('%s are told so and closed', async (_about, sent, status, detail) => {
    const { hostname, port } = new URL(await aServer().start());
    const socket = connect(Number(port), hostname);
    socket.write(sent);
    const [head, body] = (await text(socket)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head).toContain('Content-Type: application/problem+json');
    expect(JSON.parse(body!)).toMatchObject({ type: 'about:blank', status, detail });
  });
});

describe('beginShutdown', () => {
  it('fails readiness at once, while everything is still answered', async () => {
    const server = aServer();
    const url = await server.start();
    expect((await get(`${url}/readyz`)).response.statusCode).toBe(200);
    server.beginShutdown();
    const ready = await get(`${url}/readyz`);
    expect([ready.response.statusCode, ready.body]).toEqual([503, 'not ready: shutting down\n']);
    const list = await get(`${url}/api/v1/workloads`, { agent: keepAliveAgent() });
    expect(list.response.statusCode).toBe(200);
    expect(list.response.headers.connection).toBe('close');
  });
});

describe('close', () => {
  it('lets a request in flight finish, accepts no other, and then closes its connection', async () => {
    const { plugin, asked, answer } = slowRoute();
    const server = aServer({ routes: [plugin] });
    const url = await server.start();
    const slow = get(`${url}/slow`, { agent: keepAliveAgent() });
    await asked;
    const closed = server.close();
    await vi.waitFor(async () => {
      await expect(get(`${url}/livez`)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    });
    answer();
    expect((await slow).body).toBe('slow but sure');
    expect((await slow).response.headers.connection).toBe('close');
    await closed;
  });

  it('cuts off a request that does not finish within the grace period', async () => {
    const { plugin, asked } = slowRoute();
    const server = aServer({ routes: [plugin], closeGraceMs: 20 });
    const url = await server.start();
    const slow = expect(get(`${url}/slow`)).rejects.toMatchObject({ code: 'ECONNRESET' });
    await asked;
    await server.close();
    await slow;
  });

  it('does not wait for idle connections', async () => {
    const server = aServer({ closeGraceMs: 60_000 });
    const url = await server.start();
    const { socket } = await get(`${url}/livez`, { agent: keepAliveAgent() });
    const idleClosed = once(socket, 'close');
    await server.close();
    await idleClosed;
  });

  it('may be called twice, and before start', async () => {
    const server = aServer();
    await server.close();
    await server.close();
  });
});

describe('event streams', () => {
  async function followed(): Promise<{ server: HttpServer; view: FakeServiceView; stream: IncomingMessage }> {
    const view = new FakeServiceView(aStatus());
    const server = aServer({ view, closeGraceMs: 60_000 });
    const url = await server.start();
    const { id } = view.backtests.start({ workloadId: aWorkload().id, models: [], strideMs: 3_600_000 });
    const stream = await open(`${url}/api/v1/backtests/${id}/events`, { agent: keepAliveAgent() });
    return { server, view, stream: stream.setEncoding('utf8') };
  }

  it('arrive as they happen, and end with the backtest', async () => {
    const { view, stream } = await followed();
    expect(stream.headers['content-type']).toBe('text/event-stream');
    const [first] = (await once(stream, 'data')) as [string];
    expect(first).toMatch(/^event: running\ndata: \{.*"progress":0,.*\}\n\n$/);
    view.backtests.change('bt-1', { progress: 0.5 });
    const [second] = (await once(stream, 'data')) as [string];
    expect(second).toContain('"progress":0.5');
    view.backtests.finish('bt-1');
    expect(await text(stream)).toMatch(/^event: done\n/);
  });

  it('are no longer followed once the client is gone', async () => {
    const { view, stream } = await followed();
    await once(stream, 'data');
    expect(view.backtests.followers('bt-1')).toBe(1);
    stream.destroy();
    await vi.waitFor(() => {
      expect(view.backtests.followers('bt-1')).toBe(0);
    });
  });

  it('end when the server closes, with their connections', async () => {
    const { server, view, stream } = await followed();
    const body = text(stream);
    await server.close();
    expect(await body).toMatch(/^event: running\n/);
    expect(view.backtests.followers('bt-1')).toBe(0);
  });
});

describe('the access log', () => {
  it('has one line per request with the route and no part of the URL that may be secret', async () => {
    const lines: Record<string, unknown>[] = [];
    const logger = pino(
      { level: 'info' },
      { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) },
    );
    const url = await aServer({ logger }).start();
    await get(`${url}/api/v1/workloads/shop/checkout/x?token=hunter2`, {
      headers: { authorization: 'Bearer hunter3' },
    });
    await get(`${url}/hunter4?token=hunter5`);
    const requests = lines.filter(({ msg }) => msg === 'request');
    expect(requests).toMatchObject([
      { level: 30, method: 'GET', route: '/api/v1/workloads/:namespace/:scaledObject/:metric', status: 400 },
      { level: 30, method: 'GET', route: 'none', status: 404 },
    ]);
    for (const { ms } of requests) expect(ms).toBeGreaterThanOrEqual(0);
    expect(JSON.stringify(lines)).not.toContain('hunter');
  });

  it('has an error line for what went wrong here, of which the client learns the request id alone', async () => {
    const lines: Record<string, unknown>[] = [];
    const logger = pino(
      { level: 'error' },
      { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) },
    );
    const view = new FakeServiceView(aStatus());
    vi.spyOn(view, 'workloads').mockImplementation(() => {
      throw new TypeError('cannot read properties of a secret');
    });
    const url = await aServer({ logger, view }).start();
    const { response, body } = await get(`${url}/api/v1/workloads`);
    expect(response.statusCode).toBe(500);
    expect(body).not.toContain('secret');
    expect(lines).toMatchObject([{ level: 50, msg: 'request failed', err: { type: 'TypeError' } }]);
    expect(body).toContain(`under request ${String(lines[0]!['reqId'])}`);
  });
});

describe('the request metrics', () => {
  it('count by route template and status', async () => {
    const metrics = new SelfMetrics();
    const url = await aServer({ metrics }).start();
    await get(`${url}/api/v1/workloads/a/b/c`);
    await get(`${url}/api/v1/workloads/d/e/f?x`);
    await get(`${url}/nothing/here`);
    const { body } = await get(`${url}/metrics`);
    const counts = body.split('\n').filter((line) => line.startsWith('tidecast_http_request_duration_seconds_count'));
    const name = 'tidecast_http_request_duration_seconds_count';
    expect(counts).toEqual([
      `${name}{method="GET",route="/api/v1/workloads/:namespace/:scaledObject/:metric",status="404"} 1`,
      `${name}{method="GET",route="/api/v1/workloads/:namespace/:scaledObject/:metric",status="400"} 1`,
      `${name}{method="GET",route="none",status="404"} 1`,
    ]);
  });
});
