import type { Server } from 'node:https';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import type { Clock } from '../../core/clock.js';
import { UsageError } from '../../core/errors.js';
import type { AccessReviewer, TokenReviewer } from '../../core/identity.js';
import type { Logger } from '../../core/logger.js';
import type { MetricsEndpoint } from '../../core/metrics-endpoint.js';
import { expiryOf } from '../certificates/certificate-files.js';
import type { CertificateSource } from '../certificates/certificate-source.js';
import { externalMetricsRoutes } from '../external-metrics/routes.js';
import type { ServiceView } from '../view.js';
import { observeRequests } from './access-log.js';
import { Authentication } from './authentication.js';
import { Connections } from './connections.js';
import { healthRoutes } from './health.js';
import { DEFAULT_LIMITS, type Limits } from './limits.js';
import { AggregatedMetrics } from './metrics.js';
import { openapiRoutes } from './openapi-routes.js';
import { readinessChecks } from './readiness.js';
import type { RequestHeaderConfigSource } from './request-header-config.js';
import { guardRequests } from './request-guard.js';
import { secureContextOf, tlsApp, type SecureContext } from './tls-app.js';

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
    this.#app = tlsApp(this.#limits, this.#secureContext());
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
    app.register(externalMetricsRoutes, { view });
    app.register(openapiRoutes);
    app.register(healthRoutes, {
      readiness: readinessChecks({ certificates, requestHeaders, isShuttingDown: () => this.#shuttingDown, clock }),
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

  #secureContext(): SecureContext {
    const { certificates, requestHeaders } = this.#props;
    return secureContextOf(certificates.current(), requestHeaders.current()?.clientCa);
  }
}
