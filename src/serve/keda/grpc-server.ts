import { once } from 'node:events';
import { createServer, type AddressInfo, type Server as Listener } from 'node:net';
import { Server, ServerCredentials, type ConnectionInjector, type UntypedServiceImplementation } from '@grpc/grpc-js';
import type { PackageDefinition } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation } from 'grpc-health-check';
import { UsageError } from '../../core/errors.js';
import type { Logger } from '../../core/logger.js';
import type { MetricsEndpoint } from '../../core/metrics-endpoint.js';
import type { CertificateSource } from '../certificates/certificate-source.js';
import type { GrpcMetrics } from '../self/grpc-metrics.js';
import { Connections } from './connections.js';
import { guard, type GuardProps } from './guard.js';
import { OpenCalls } from './open-calls.js';
import { ReloadingCredentials } from './reloading-credentials.js';
import type { DescribedService } from './service-definition.js';
import { Turns } from './turns.js';

/** A service and what answers its methods. */
export interface HostedService {
  readonly service: DescribedService;
  readonly implementation: UntypedServiceImplementation;
  /** Which workload a decoded request is about, for the access log. */
  readonly workloadOf?: (request: unknown) => string | undefined;
  /** Ends what would keep the server from closing, such as streams that are being followed. */
  readonly close?: () => void;
}

export interface GrpcServerProps extends Pick<GuardProps, 'authorise'> {
  readonly services: readonly HostedService[];
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Without it, connections are not encrypted. With authorities of clients, clients have to show a certificate. */
  readonly tls?: CertificateSource;
  readonly logger: Logger;
  readonly metrics: GrpcMetrics;
  readonly maxMessageBytes: number;
  /** Requests that are received at the same time, where messages are large; others wait. Absent: all of them. */
  readonly maxUploads?: { readonly inAll: number; readonly perCaller: number };
  readonly maxOpenCalls?: number;
  readonly maxConnections?: number;
  readonly requestTimeoutMs?: number;
  readonly closeGraceMs?: number;
}

/** With `external-push` each trigger keeps two streams open, all on one connection, which may have half of these. */
const DEFAULT_MAX_OPEN_CALLS = 16_384;
/** KEDA shares one connection between all `external` triggers with the same address, and has one per `predictkube` trigger. */
const DEFAULT_MAX_CONNECTIONS = 1_024;
/** KEDA's loop waits for the answer; whoever takes this long is not KEDA. */
const DEFAULT_REQUEST_TIMEOUT_MS = 10_000;
const DEFAULT_CLOSE_GRACE_MS = 5_000;
/** Finds peers that are gone without a word. */
const KEEPALIVE_TIME_MS = 60_000;
const KEEPALIVE_TIMEOUT_MS = 20_000;
/** Longer than any polling interval in use. */
const CONNECTION_IDLE_MS = 15 * 60_000;

/** A gRPC server with health and reflection, listening on one address. */
export class GrpcServer implements MetricsEndpoint {
  readonly #props: GrpcServerProps;
  readonly #server: Server;
  readonly #injector: ConnectionInjector;
  readonly #listener: Listener;
  readonly #health: HealthImplementation;
  readonly #connections: Connections;
  readonly #closeGraceMs: number;

  constructor(props: GrpcServerProps) {
    const { services, tls, maxMessageBytes, metrics } = props;
    const { maxConnections = DEFAULT_MAX_CONNECTIONS, maxOpenCalls = DEFAULT_MAX_OPEN_CALLS } = props;
    this.#props = props;
    this.#closeGraceMs = props.closeGraceMs ?? DEFAULT_CLOSE_GRACE_MS;
    this.#connections = new Connections(maxConnections, () => {
      metrics.countGrpcConnectionEvicted();
    });
    const workloads = new Map(services.map(({ service, workloadOf }) => [service.name, workloadOf]));
    this.#server = new Server({
      'grpc.max_receive_message_length': maxMessageBytes,
      'grpc.keepalive_time_ms': KEEPALIVE_TIME_MS,
      'grpc.keepalive_timeout_ms': KEEPALIVE_TIMEOUT_MS,
      'grpc.max_connection_idle_ms': CONNECTION_IDLE_MS,
      'grpc.max_concurrent_streams': maxOpenCalls,
      'grpc.enable_channelz': 0,
      interceptors: [
        guard({
          connections: this.#connections,
          openCalls: new OpenCalls(maxOpenCalls),
          ...(props.maxUploads && { uploads: new Turns(props.maxUploads.inAll, props.maxUploads.perCaller) }),
          requestTimeoutMs: props.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS,
          ...(props.authorise && { authorise: props.authorise }),
          workloadOf: (path, request) => workloads.get(serviceOf(path))?.(request),
          logger: props.logger,
          metrics,
        }),
      ],
    });
    for (const { service, implementation } of services) this.#server.addService(service.definition, implementation);
    const names = ['', ...services.map(({ service }) => service.name)];
    this.#health = new HealthImplementation(Object.fromEntries(names.map((name) => [name, 'SERVING'])));
    this.#health.addToServer(this.#server);
    const packages = services.reduce<PackageDefinition>((all, { service }) => ({ ...all, ...service.package }), {});
    new ReflectionService(packages).addToServer(this.#server);

    this.#injector = this.#server.createConnectionInjector(
      tls === undefined ? ServerCredentials.createInsecure() : new ReloadingCredentials(tls),
    );
    if (tls !== undefined) this.#endOutdated(tls);
    // A listener of our own: it limits connections, and its errors are Node.js's.
    this.#listener = createServer((socket) => {
      this.#connections.add(socket);
      this.#injector.injectConnection(socket);
    });
  }

  /**
   * @returns `grpc://host:port`, or `grpcs://` with TLS
   * @throws {UsageError} the address cannot be listened on
   */
  async start(): Promise<string> {
    const { host, port, tls } = this.#props;
    try {
      this.#listener.listen({ host, port });
      await once(this.#listener, 'listening');
    } catch (error) {
      this.#server.forceShutdown();
      const code = (error as NodeJS.ErrnoException).code ?? String(error);
      throw new UsageError(`cannot listen for gRPC on ${host}:${port}: ${code}; expected a free port of this machine`, {
        cause: error,
      });
    }
    const { address, port: bound } = this.#listener.address() as AddressInfo;
    const shown = address.includes(':') ? `[${address}]` : address;
    return `${tls === undefined ? 'grpc' : 'grpcs'}://${shown}:${bound}`;
  }

  /** Clients that were verified by authorities of the past finish their calls and connect again. */
  #endOutdated(tls: CertificateSource): void {
    let verifiedBy = tls.current().clientCa;
    tls.onChange(() => {
      const { clientCa } = tls.current();
      if (clientCa === verifiedBy) return;
      verifiedBy = clientCa;
      this.#injector.drain(this.#closeGraceMs);
    });
  }

  /** Stops accepting, ends streams, lets calls under way finish, and cuts off those that have not after the grace period. */
  async close(): Promise<void> {
    for (const { service, close } of this.#props.services) {
      this.#health.setStatus(service.name, 'NOT_SERVING');
      close?.();
    }
    this.#health.setStatus('', 'NOT_SERVING');
    const closed = new Promise((resolve) => {
      if (this.#listener.listening) this.#listener.close(resolve);
      else resolve(undefined);
    });
    this.#injector.drain(this.#closeGraceMs);
    const timer = setTimeout(() => {
      this.#connections.destroy();
    }, this.#closeGraceMs);
    await closed;
    clearTimeout(timer);
    this.#server.forceShutdown();
  }
}

/** `package.Service` of `/package.Service/Method`. */
function serviceOf(path: string): string {
  return path.slice(1, path.lastIndexOf('/'));
}
