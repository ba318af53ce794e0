import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { StoreError, UsageError } from '../../core/errors.js';
import { PROBLEM_MEDIA_TYPE, ProblemError, problem, type Problem, type ProblemCode } from './problem.js';

/** Answers with a problem, and logs what is this server's fault. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const body = toProblem(error, request.id);
  if (body.status >= 500) request.log.error({ err: error, code: body.code }, 'request failed');
  if (error instanceof ProblemError && error.more.headers) void reply.headers(error.more.headers);
  void reply.code(body.status).type(PROBLEM_MEDIA_TYPE).send(body);
}

/** Answers for a URL that nothing is served under. */
export function sendNotFound(request: FastifyRequest, reply: FastifyReply): void {
  const path = request.url.split('?', 1)[0]!.slice(0, 200);
  sendProblem(
    new ProblemError(404, 'not-found', `${request.method} ${path} is not served here; GET / lists what is`),
    request,
    reply,
  );
}

/** Answers on a connection that sent something that is not HTTP, too slowly, or with too large a header, and ends it. */
export function rejectClient(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const { status, title, ...rest } = clientProblem(error.code);
  const body = JSON.stringify({ title, status, ...rest });
  const head = [
    `HTTP/1.1 ${status} ${title}`,
    'Connection: close',
    `Content-Type: ${PROBLEM_MEDIA_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  if (socket.writable) socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  else socket.destroy(error);
}

function clientProblem(code: string | undefined): Problem {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return problem(431, 'headers-too-large', 'the URL and headers are too large; expected at most 16 KiB in all');
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return problem(408, 'request-timeout', 'the request did not arrive in time');
  }
  return problem(400, 'invalid-request', 'this is not an HTTP/1.1 request');
}

function toProblem(error: unknown, requestId: string): Problem {
  if (error instanceof ProblemError) {
    const { errors, suggestions } = error.more;
    return problem(error.statusCode, error.code, error.message, {
      ...(errors && { errors }),
      ...(suggestions && { suggestions }),
    });
  }
  if (error instanceof UsageError) return problem(400, 'invalid-request', error.message);
  if (error instanceof StoreError) return problem(503, 'store-unavailable', error.message);
  const { code, statusCode, message } = error as Partial<FastifyError>;
  if (statusCode === undefined || statusCode >= 500) {
    return problem(500, 'internal-error', `something went wrong here; the log has it under request ${requestId}`);
  }
  const known = FRAMEWORK_PROBLEMS[code ?? ''];
  return known === undefined
    ? problem(statusCode, 'invalid-request', message ?? 'this request cannot be read')
    : problem(statusCode, ...known);
}

/** What fastify refuses before a handler runs. */
const FRAMEWORK_PROBLEMS: Readonly<Record<string, [ProblemCode, string]>> = {
  FST_ERR_CTP_EMPTY_JSON_BODY: [
    'malformed-json',
    'the body is empty; expected JSON, or no Content-Type: application/json',
  ],
  FST_ERR_CTP_INVALID_JSON_BODY: ['malformed-json', 'the body is not JSON; expected a JSON object'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['body-too-large', 'the body is too large; expected at most 64 KiB'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'unsupported-media-type',
    'this Content-Type is not read here; expected application/json',
  ],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['invalid-request', 'the body is not as long as Content-Length says'],
  FST_ERR_BAD_URL: ['invalid-request', 'the URL is not percent-encoded correctly; "%" needs two hexadecimal digits'],
  FST_ERR_MAX_PARAM_LENGTH: ['url-too-long', 'a segment of the URL is too long; expected at most 1,000 characters'],
};
