import type { Server } from 'node:https';
import { LogController, fastify, type FastifyInstance } from 'fastify';
import type { ServingCertificate } from '../certificates/certificate-source.js';
import { sendStatus, sendUnknownPath } from '../external-metrics/routes.js';
import { rejectClient } from './client-errors.js';
import type { Limits } from './limits.js';
import { auditIdOf } from './request-guard.js';

/** What connections are secured by. */
export interface SecureContext {
  readonly cert: string;
  readonly key: string;
  readonly ca: string[];
  readonly minVersion: 'TLSv1.2';
}

/**
 * Client certificates are verified by the front proxy's authority and no other; without one, by none at all.
 *
 * @param clientCa PEM text
 */
export function secureContextOf({ cert, key }: ServingCertificate, clientCa: string | undefined): SecureContext {
  return { cert, key, ca: clientCa === undefined ? [] : [clientCa], minVersion: 'TLSv1.2' };
}

/** A server over TLS without routes, which keeps the limits and answers every error with a `Status`. */
export function tlsApp(limits: Limits, secureContext: SecureContext): FastifyInstance<Server> {
  const app = fastify({
    https: {
      ...secureContext,
      // Asked for, and judged for each request: probes and bearers of tokens have none.
      requestCert: true,
      rejectUnauthorized: false,
      handshakeTimeout: limits.handshakeTimeoutMs,
      headersTimeout: limits.headersTimeoutMs,
      connectionsCheckingInterval: limits.checkPeriodMs,
      maxHeaderSize: limits.maxHeaderBytes,
    },
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    return503OnClosing: false,
    genReqId: auditIdOf,
    logController: new LogController({ disableRequestLogging: true }),
    routerOptions: { maxParamLength: 1_000 },
    clientErrorHandler: rejectClient,
    frameworkErrors: (error, request, reply) => {
      sendStatus(error, request, reply.header('audit-id', request.id));
    },
  });
  app.setErrorHandler(sendStatus);
  app.setNotFoundHandler(sendUnknownPath);
  return app;
}
