import type { FastifyReply } from 'fastify';
import type { Status } from './status.js';

/** Errors are JSON, whatever form of values the client prefers: clients read a `Status` by its content type. */
export function sendFailure(reply: FastifyReply, status: Status): FastifyReply {
  return sendJson(reply, status.code, status);
}

/** As bytes, because Fastify would add a charset to a text, and Kubernetes compares discovery's content type. */
export function sendJson(reply: FastifyReply, code: number, body: object, type = 'application/json'): FastifyReply {
  return reply
    .code(code)
    .header('content-type', type)
    .send(Buffer.from(JSON.stringify(body)));
}
