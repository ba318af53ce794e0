import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AccessReviewer, User } from '../../core/identity.js';
import type { Logger } from '../../core/logger.js';
import { sendFailure } from '../external-metrics/send.js';
import { failure } from '../external-metrics/status.js';
import { accessOf } from './access-of.js';
import type { Authentication } from './authentication.js';
import { forbidden } from './forbidden.js';
import { HEALTH_PATH } from './health.js';
import type { AggregatedMetrics } from './metrics.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null before that is known, and where it does not matter. */
    user: User | null;
  }
}

export interface RequestGuardProps {
  readonly authentication: Authentication;
  readonly access: AccessReviewer;
  readonly metrics: AggregatedMetrics;
  readonly logger: Logger;
}

/** Printable and short enough for a log; anything else that calls itself an audit id is replaced. */
const AUDIT_ID = /^[\x21-\x7e]{1,64}$/;

/** The id under which kube-apiserver, too, has logged the request. */
export function auditIdOf(request: IncomingMessage): string {
  const sent = request.headers['audit-id'];
  return typeof sent === 'string' && AUDIT_ID.test(sent) ? sent : randomUUID();
}

/**
 * Lets a request through to any handler of this server only when it is known who asks, and that they may; health is open to
 * everyone. What cannot be found out is an error, never a yes.
 */
export function guardRequests(app: FastifyInstance, props: RequestGuardProps): void {
  app.decorateRequest('user', null);
  app.addHook('onRequest', async (request, reply) => {
    reply.header('audit-id', request.id);
    if (HEALTH_PATH.test(pathOf(request))) return;
    const user = await authenticate(request, reply, props);
    if (user === null) return reply;
    request.user = user;
    props.authentication.strip(request.raw);
    if (!(await authorise(request, reply, { ...props, user }))) return reply;
    return undefined;
  });
}

/** @returns null when it has been answered */
async function authenticate(
  request: FastifyRequest,
  reply: FastifyReply,
  { authentication, metrics, logger }: RequestGuardProps,
): Promise<User | null> {
  try {
    const known = await authentication.authenticate(request.raw);
    metrics.countAuthentication(known?.method ?? 'refused');
    if (known === null) sendFailure(reply, failure(401, 'Unauthorized'));
    return known?.user ?? null;
  } catch (error) {
    metrics.countAuthentication('error');
    logger.error({ err: error, auditId: request.id }, 'a bearer token could not be reviewed');
    sendFailure(reply, failure(500, 'Internal error occurred: kube-apiserver could not be asked whose token this is'));
    return null;
  }
}

/** @returns false when it has been answered */
async function authorise(
  request: FastifyRequest,
  reply: FastifyReply,
  { access, metrics, logger, user }: RequestGuardProps & { readonly user: User },
): Promise<boolean> {
  const asked = accessOf(request.method, request.raw.url ?? '/');
  try {
    const { isAllowed, reason } = await access.review(user, asked);
    metrics.countAuthorization(isAllowed ? 'allowed' : 'denied');
    if (!isAllowed) {
      reply.header('x-content-type-options', 'nosniff');
      sendFailure(reply, forbidden(user, asked, reason));
    }
    return isAllowed;
  } catch (error) {
    metrics.countAuthorization('error');
    logger.error({ err: error, auditId: request.id, user: user.name }, 'an access could not be reviewed');
    sendFailure(
      reply,
      failure(500, 'Internal error occurred: kube-apiserver could not be asked whether this is allowed'),
    );
    return false;
  }
}

function pathOf({ raw: { url = '/' } }: FastifyRequest): string {
  return url.replace(/[?#].*$/s, '');
}
