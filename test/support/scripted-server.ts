import { once } from 'node:events';
import { type IncomingMessage, type Server, type ServerResponse, createServer as createHttpServer } from 'node:http';
import { type ServerOptions, createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export interface ReceivedRequest {
  readonly method: string;
  /** Without the query string. */
  readonly path: string;
  /** From the query string and, for a form, the body. */
  readonly params: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What the server does with one request. */
export type Reply = (request: ReceivedRequest, response: ServerResponse) => void | Promise<void>;

type Headers = Readonly<Record<string, string>>;

/** A JSON body; a string is sent as it is. */
export function json(
  body: unknown,
  { status = 200, headers = {} }: { status?: number; headers?: Headers } = {},
): Reply {
  return text(status, typeof body === 'string' ? body : JSON.stringify(body), {
    'content-type': 'application/json',
    ...headers,
  });
}

export function text(status: number, body: string, headers: Headers = {}): Reply {
  return (_request, response) => {
    response.writeHead(status, headers).end(body);
  };
}

/** Takes the request and never answers. */
export const hang: Reply = () => undefined;

/** Closes the connection instead of answering. */
export const reset: Reply = (_request, response) => {
  response.destroy();
};

/** Promises the whole body, sends its first `bytes` bytes and closes the connection. */
export function truncated(body: string, bytes: number, status = 200): Reply {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
    response.write(Buffer.from(body).subarray(0, bytes), () => response.destroy());
  };
}

/** Answers `reply` after `ms` of real time. */
export function slow(ms: number, reply: Reply): Reply {
  return async (request, response) => {
    await delay(ms);
    if (!response.destroyed) await reply(request, response);
  };
}

export interface ScriptedServer {
  /** Without a trailing slash. */
  readonly url: string;
  readonly port: number;
  /** Every request so far, in order of arrival. */
  readonly requests: readonly ReceivedRequest[];
  /** Replies for the next requests, one each, in order. */
  script(...replies: readonly Reply[]): void;
  /** The reply once the script is used up; at first a 501 that says so. */
  always(reply: Reply): void;
  /** Resolves when `count` requests have arrived in all. */
  received(count: number): Promise<void>;
  /** From now on connections are accepted and nothing is answered, as when a network swallows packets. */
  silence(): void;
  /** Ends {@link silence}. */
  speak(): void;
  /** Forgets the requests, the script and the silence. */
  clear(): void;
  /** Closes it and every connection. */
  close(): Promise<void>;
}

const unscripted: Reply = (request, response) => {
  response.writeHead(501).end(`unscripted request: ${request.method} ${request.path}`);
};

/** A server, by default on a free port of 127.0.0.1, that does what a test tells it, request by request. */
export async function startScriptedServer({
  tls,
  host = '127.0.0.1',
  port: wanted = 0,
}: { tls?: ServerOptions; host?: string; port?: number } = {}): Promise<ScriptedServer> {
  const requests: ReceivedRequest[] = [];
  let script: Reply[] = [];
  let fallback = unscripted;
  let silent = false;
  let waiting: { count: number; resolve: () => void }[] = [];

  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await receive(incoming);
    requests.push(request);
    const reply = silent ? hang : (script.shift() ?? fallback);
    for (const { count, resolve } of waiting) if (requests.length >= count) resolve();
    waiting = waiting.filter(({ count }) => requests.length < count);
    await reply(request, response);
  };
  const onRequest = (incoming: IncomingMessage, response: ServerResponse): void => {
    answer(incoming, response).catch(() => response.destroy());
  };
  const server = tls === undefined ? createHttpServer(onRequest) : createHttpsServer(tls, onRequest);
  const sockets = trackSockets(server);
  server.listen(wanted, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    url: `${tls === undefined ? 'http' : 'https'}://${host}:${port}`,
    port,
    requests,
    script: (...replies) => void script.push(...replies),
    always: (reply) => {
      fallback = reply;
    },
    received: async (count) => {
      if (requests.length < count) await new Promise<void>((resolve) => waiting.push({ count, resolve }));
    },
    silence: () => {
      silent = true;
    },
    speak: () => {
      silent = false;
    },
    clear: () => {
      requests.length = 0;
      script = [];
      fallback = unscripted;
      silent = false;
    },
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

async function receive(incoming: IncomingMessage): Promise<ReceivedRequest> {
  let body = '';
  for await (const chunk of incoming.setEncoding('utf8')) body += chunk as string;
  const url = new URL(incoming.url ?? '/', 'http://scripted');
  const params = new URLSearchParams(url.search);
  if (incoming.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true) {
    for (const [name, value] of new URLSearchParams(body)) params.append(name, value);
  }
  return { method: incoming.method ?? '', path: url.pathname, params, headers: incoming.headers, body };
}

function trackSockets(server: Server): Set<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}
