import type { Socket } from 'node:net';
import { failure } from '../external-metrics/status.js';

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

/** What a client may take to read the answer while it is still sending; closing at once would discard the answer. */
const LINGER_MS = 1_000;

/** Answers on a connection that sent something that is not HTTP, too slowly, or with too large a header, and ends it. */
export function rejectClient(error: NodeJS.ErrnoException, socket: Socket): void {
  // What follows the refused bytes is refused as well, but has been answered.
  if (socket.writableEnded) return;
  // A handshake that fails, or an end of the connection: there is nobody to answer.
  if (!/^(HPE_|ERR_HTTP_)/.test(error.code ?? '') || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = statusOf(error.code);
  const body = JSON.stringify(status);
  const head = [
    `HTTP/1.1 ${status.code} ${TITLES[status.code]!}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

function statusOf(code: string | undefined): ReturnType<typeof failure> {
  if (code === 'HPE_HEADER_OVERFLOW') return failure(431, 'the URL and headers are too large');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return failure(408, 'the request did not arrive in time');
  return failure(400, 'this is not an HTTP/1.1 request');
}
