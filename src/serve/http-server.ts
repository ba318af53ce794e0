import swagger from '@fastify/swagger';
import {
  LogController,
  fastify,
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyPluginAsync,
  type FastifyPluginCallback,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { Type } from 'typebox';
import { UsageError } from '../core/errors.js';
import type { MetricsEndpoint } from '../core/metrics-endpoint.js';
import { sendStatus } from './external-metrics/routes.js';
import { HOME_PAGE_POLICY, homePage } from './rest/home-page.js';
import { openapiOptions } from './rest/openapi.js';
import { rejectClient, sendNotFound, sendProblem } from './rest/problem-handler.js';
import { ProblemSchema } from './rest/problem.js';
import { restRoutes } from './rest/routes.js';
import type { SelfMetrics } from './self/metrics.js';
import { selfRoutes } from './self/routes.js';
import type { ServiceView } from './view.js';

/** Longer than the 90 s for which the Kubernetes aggregator keeps idle connections: it is the one to close them. */
const KEEP_ALIVE_TIMEOUT_MS = 100_000;
/** Node.js asks that headers may take longer than a connection may idle. */
const HEADERS_TIMEOUT_MS = 105_000;
const REQUEST_TIMEOUT_MS = 120_000;
/** All of Kubernetes' aggregated APIs live below it. */
const API_PREFIX = '/apis';
const BODY_LIMIT_BYTES = 64 * 1024;
const MAX_PATH_SEGMENT_LENGTH = 1_000;
/** Requests in flight may take this long to finish once the server closes. */
const DEFAULT_CLOSE_GRACE_MS = 10_000;

export interface HttpServerProps {
  readonly view: ServiceView;
  readonly metrics: SelfMetrics;
  /** Address to listen on, such as `127.0.0.1` or `0.0.0.0`. */
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Further protocols on the same port; each plugin answers errors under its paths in its own way. */
  readonly routes?: readonly FastifyPluginAsync<{ view: ServiceView }>[];
  /** pino; nothing is logged without. */
  readonly logger?: FastifyBaseLogger;
  readonly closeGraceMs?: number;
}

/**
 * One HTTP server for everything that is asked over HTTP: the REST API and its OpenAPI document, health, own metrics,
 * and the protocols passed in as plugins.
 */
export class HttpServer implements MetricsEndpoint {
  readonly #props: HttpServerProps;
  readonly #app: FastifyInstance;
  #shuttingDown = false;

  constructor(props: HttpServerProps) {
    this.#props = props;
    this.#app = buildApp({ ...props, isShuttingDown: () => this.#shuttingDown });
  }

  /**
   * @returns the URL it listens on
   * @throws {UsageError} the port is taken or not allowed, or the host is not an address of this machine
   */
  async start(): Promise<string> {
    const { host, port } = this.#props;
    try {
      return await this.#app.listen({ host, port });
    } catch (error) {
      await this.#app.close();
      throw listenError(error as NodeJS.ErrnoException, host, port);
    }
  }

  /** From now on `/readyz` fails and connections are not kept alive, while everything is still answered. */
  beginShutdown(): void {
    this.#shuttingDown = true;
  }

  /**
   * Stops accepting, ends event streams and idle connections, and lets requests in flight finish; those that have not
   * within the grace period are cut off.
   */
  async close(): Promise<void> {
    this.beginShutdown();
    const { closeGraceMs = DEFAULT_CLOSE_GRACE_MS } = this.#props;
    const timer = setTimeout(() => {
      this.#app.server.closeAllConnections();
    }, closeGraceMs);
    try {
      await this.#app.close();
    } finally {
      clearTimeout(timer);
    }
  }
}

/** What the server is made of, apart from listening. */
export interface AppProps extends Pick<HttpServerProps, 'view' | 'metrics' | 'routes' | 'logger'> {
  readonly isShuttingDown: () => boolean;
}

/** Assembles the server without listening; its `inject` answers requests without a socket. */
export function buildApp({ view, metrics, routes = [], logger, isShuttingDown }: AppProps): FastifyInstance {
  const app = fastify({
    ...(logger && { loggerInstance: logger }),
    logController: new LogController({ disableRequestLogging: true }),
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS },
    bodyLimit: BODY_LIMIT_BYTES,
    routerOptions: { maxParamLength: MAX_PATH_SEGMENT_LENGTH },
    clientErrorHandler: rejectClient,
    frameworkErrors: sendFrameworkError,
  });
  app.setErrorHandler(sendProblem);
  app.setNotFoundHandler(sendNotFound);
  app.addSchema(ProblemSchema);
  closeConnectionsInShutdown(app, isShuttingDown);
  observeRequests(app, metrics);

  app.register(swagger, openapiOptions);
  app.register(restRoutes, { prefix: '/api/v1', view });
  app.register(selfRoutes, { view, metrics, isShuttingDown });
  app.register(descriptionRoutes);
  for (const plugin of routes) app.register(plugin, { view });
  return app;
}

/** URLs that cannot be decoded reach no plugin; their protocol is told by the beginning of the path. */
function sendFrameworkError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  if (request.url.startsWith(API_PREFIX)) sendStatus(error, request, reply);
  else sendProblem(error, request, reply);
}

/** Clients are told not to reuse their connections, and those that fall idle are closed. */
function closeConnectionsInShutdown(app: FastifyInstance, isShuttingDown: () => boolean): void {
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (isShuttingDown()) reply.header('connection', 'close');
    done();
  });
  app.addHook('onResponse', (_request, _reply, done) => {
    if (isShuttingDown()) {
      setImmediate(() => {
        app.server.closeIdleConnections();
      });
    }
    done();
  });
}

/** One log line and one measurement per request, by the template of its route: URLs may hold secrets. */
function observeRequests(app: FastifyInstance, metrics: SelfMetrics): void {
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    const { method } = request;
    const status = reply.statusCode;
    const ms = reply.elapsedTime;
    metrics.observeHttpRequest({ method, route, status, seconds: ms / 1_000 });
    request.log.info({ method, route, status, ms: Math.round(ms * 1_000) / 1_000 }, 'request');
    done();
  });
}

/** The OpenAPI document, and a page that lists what it describes. */
const descriptionRoutes: FastifyPluginCallback = (app, _options, done) => {
  app.get(
    '/openapi.json',
    {
      schema: {
        operationId: 'getOpenApi',
        summary: 'The description of this API',
        tags: ['operations'],
        response: { 200: Type.Object({}, { additionalProperties: true, description: 'OpenAPI 3.1' }) },
      },
    },
    () => app.swagger(),
  );
  app.get('/', (_request, reply) =>
    reply.type('text/html').header('content-security-policy', HOME_PAGE_POLICY).send(homePage(app.swagger())),
  );
  done();
};

/** What is wrong with the address, in words; other errors stay as they are. */
function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const messages: Readonly<Record<string, string>> = {
    EADDRINUSE: `port ${port} on ${host} is already in use; expected a free port, or 0 for any`,
    EACCES: `port ${port} on ${host} may not be opened by this user; expected one from 1024 on`,
    EADDRNOTAVAIL: `"${host}" is not an address of this machine; expected one such as 127.0.0.1 or 0.0.0.0`,
    ENOTFOUND: `"${host}" is not known; expected an address of this machine such as 127.0.0.1 or 0.0.0.0`,
  };
  const message = messages[error.code ?? ''];
  return message === undefined ? error : new UsageError(message, { cause: error });
}
