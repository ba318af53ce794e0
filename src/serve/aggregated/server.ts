import type { Server } from 'node:https';
import type { Socket } from 'node:net';
import { LogController, fastify, type FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import type { Clock } from '../../core/clock.js';
import { UsageError } from '../../core/errors.js';
import type { AccessReviewer, TokenReviewer } from '../../core/identity.js';
import type { Logger } from '../../core/logger.js';
import type { MetricsEndpoint } from '../../core/metrics-endpoint.js';
import { externalMetricsRoutes, sendStatus, sendUnknownPath } from '../external-metrics/routes.js';
import type { ServiceView } from '../view.js';
import { observeRequests } from './access-log.js';
import { Authentication } from './authentication.js';
import { expiryOf } from './certificate-files.js';
import type { CertificateSource } from './certificate-source.js';
import { rejectClient } from './client-errors.js';
import { Connections } from './connections.js';
import { healthRoutes } from './health.js';
import { AggregatedMetrics } from './metrics.js';
import { openapiRoutes } from './openapi-routes.js';
import type { RequestHeaderConfigSource } from './request-header-config.js';
import { auditIdOf, guardRequests } from './request-guard.js';

/** How long a client may take, and how much it may hold. */
export interface Limits {
  readonly handshakeTimeoutMs: number;
  /** kube-apiserver keeps idle connections for 90 s; it has to be the one to close them. */
  readonly keepAliveTimeoutMs: number;
  /** For the headers of a request; longer than a connection may idle. */
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  /** How often the two are looked after. */
  readonly checkPeriodMs: number;
  /** Of a URL with its headers: room for a user in some hundred groups. */
  readonly maxHeaderBytes: number;
  /** Connections without a certificate of the front proxy's authority: probes, scrapers, people. */
  readonly maxStrangers: number;
  /** From failing readiness to no longer accepting: kube-apiserver has to notice. */
  readonly drainMs: number;
  /** Requests in flight may take this long to finish once the server closes. */
  readonly closeGraceMs: number;
}

export const DEFAULT_LIMITS: Limits = Object.freeze({
  handshakeTimeoutMs: 10_000,
  keepAliveTimeoutMs: 100_000,
  headersTimeoutMs: 105_000,
  requestTimeoutMs: 120_000,
  checkPeriodMs: 10_000,
  maxHeaderBytes: 64 * 1024,
  maxStrangers: 1_000,
  drainMs: 5_000,
  closeGraceMs: 10_000,
});

export interface AggregatedServerProps {
  readonly view: ServiceView;
  /** Address to listen on, such as `0.0.0.0`. */
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly certificates: CertificateSource;
  readonly requestHeaders: RequestHeaderConfigSource;
  readonly tokens: TokenReviewer;
  readonly access: AccessReviewer;
  /** Where its own metrics go. */
  readonly registry: Registry;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly limits?: Partial<Limits>;
}

/** The external metrics API for kube-apiserver's aggregator: over TLS, and for those who may. */
export class AggregatedServer implements MetricsEndpoint {
  readonly #props: AggregatedServerProps;
  readonly #limits: Limits;
  readonly #app: FastifyInstance<Server>;
  readonly #connections: Connections;
  readonly #metrics: AggregatedMetrics;
  #shuttingDown = false;
  #closing = false;

  constructor(props: AggregatedServerProps) {
    this.#props = props;
    this.#limits = { ...DEFAULT_LIMITS, ...props.limits };
    this.#app = newApp(this.#limits, this.#secureContext());
    this.#connections = new Connections({
      server: this.#app.server,
      clientCa: () => props.requestHeaders.current()?.clientCa ?? null,
      maxStrangers: this.#limits.maxStrangers,
    });
    this.#metrics = new AggregatedMetrics(props.registry, () => this.#connections.counts());
    this.#metrics.setCertificateExpiry(expiryOf(props.certificates.current()).getTime());
    this.#followChanges();
    this.#assemble();
  }

  /**
   * @returns the URL it listens on
   * @throws {UsageError} the address cannot be listened on
   */
  async start(): Promise<string> {
    const { host, port } = this.#props;
    try {
      return await this.#app.listen({ host, port });
    } catch (error) {
      await this.#app.close();
      const code = (error as NodeJS.ErrnoException).code ?? String(error);
      throw new UsageError(
        `cannot listen for the aggregated API on ${host}:${port}: ${code}; expected a free port of this machine`,
        { cause: error },
      );
    }
  }

  /**
   * Fails readiness and goes on serving until kube-apiserver has noticed; then stops accepting, lets requests in flight
   * finish, and closes connections.
   */
  async close(): Promise<void> {
    const { clock } = this.#props;
    this.#shuttingDown = true;
    if (this.#app.server.listening) await clock.sleep(this.#limits.drainMs);
    this.#closing = true;
    const timer = setTimeout(() => {
      this.#app.server.closeAllConnections();
    }, this.#limits.closeGraceMs);
    try {
      await this.#app.close();
    } finally {
      clearTimeout(timer);
    }
  }

  #assemble(): void {
    const { view, requestHeaders, certificates, tokens, access, clock, logger } = this.#props;
    const app = this.#app;
    const authentication = new Authentication({
      requestHeaders,
      tokens,
      certificateOf: ({ socket }) => this.#connections.certificateOf(socket),
      now: () => clock.now(),
    });
    this.#endConnections();
    observeRequests(app, this.#metrics, logger);
    guardRequests(app, { authentication, access, metrics: this.#metrics, logger });
    app.setErrorHandler(sendStatus);
    app.setNotFoundHandler(sendUnknownPath);
    app.register(externalMetricsRoutes, { view });
    app.register(openapiRoutes);
    app.register(healthRoutes, {
      readiness: [
        {
          name: 'serving-certificate',
          problem: () => (expiryOf(certificates.current()).getTime() > clock.now() ? null : 'it has expired'),
        },
        {
          name: 'request-header-config',
          problem: () => (requestHeaders.current() === null ? requestHeaders.problem() : null),
        },
        { name: 'shutdown', problem: () => (this.#shuttingDown ? 'shutting down' : null) },
      ],
      onFailure: (endpoint, problems) => {
        logger.warn({ endpoint, problems }, 'the aggregated API server is not in order');
      },
    });
  }

  /** A connection that was verified by authorities of the past is good for the answer under way and no more. */
  #endConnections(): void {
    this.#app.addHook('onSend', (request, reply, _payload, done) => {
      if (this.#closing || this.#isOutdated(request.raw.socket)) reply.header('connection', 'close');
      done();
    });
  }

  #isOutdated(socket: Socket): boolean {
    const certificate = this.#connections.certificateOf(socket);
    return certificate !== undefined && certificate.verifiedBy !== this.#props.requestHeaders.current()?.clientCa;
  }

  #followChanges(): void {
    const { certificates, requestHeaders } = this.#props;
    const { server } = this.#app;
    requestHeaders.onChange(() => {
      server.setSecureContext(this.#secureContext());
      server.closeIdleConnections();
    });
    certificates.onChange(() => {
      server.setSecureContext(this.#secureContext());
      this.#metrics.setCertificateExpiry(expiryOf(certificates.current()).getTime());
    });
  }

  /** Client certificates are verified by the front proxy's authority and no other; without one, by none at all. */
  #secureContext(): SecureContext {
    const { certificates, requestHeaders } = this.#props;
    const { cert, key } = certificates.current();
    const clientCa = requestHeaders.current()?.clientCa;
    return { cert, key, ca: clientCa === undefined ? [] : [clientCa], minVersion: 'TLSv1.2' };
  }
}

interface SecureContext {
  readonly cert: string;
  readonly key: string;
  readonly ca: string[];
  readonly minVersion: 'TLSv1.2';
}

function newApp(limits: Limits, secureContext: SecureContext): FastifyInstance<Server> {
  return fastify({
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
}
