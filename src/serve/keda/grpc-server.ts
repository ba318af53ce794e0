import { once } from 'node:events';
import { createServer, type AddressInfo, type Server as Listener, type Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import { Server, ServerCredentials, type ConnectionInjector, type UntypedServiceImplementation } from '@grpc/grpc-js';
import type { PackageDefinition } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation } from 'grpc-health-check';
import { UsageError } from '../../core/errors.js';
import type { Logger } from '../../core/logger.js';
import type { MetricsEndpoint } from '../../core/metrics-endpoint.js';
import { guard, type GuardProps } from './guard.js';
import type { DescribedService } from './service-definition.js';

/** PEM texts. */
export interface GrpcTls {
  readonly cert: string;
  readonly key: string;
  /** With it, clients have to show a certificate signed by it. */
  readonly clientCa?: string;
}

/** A service and what answers its methods. */
export interface HostedService {
  readonly service: DescribedService;
  readonly implementation: UntypedServiceImplementation;
  /** Ends what would keep the server from closing, such as streams that are being followed. */
  readonly close?: () => void;
}

export interface GrpcServerProps extends Pick<GuardProps, 'authorise'> {
  readonly services: readonly HostedService[];
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Without it, connections are not encrypted. */
  readonly tls?: GrpcTls;
  readonly logger: Logger;
  readonly maxMessageBytes: number;
  readonly maxOpenCalls?: number;
  readonly maxConnections?: number;
  readonly requestTimeoutMs?: number;
  readonly closeGraceMs?: number;
}

/** With `external-push` each trigger keeps two streams open. */
const DEFAULT_MAX_OPEN_CALLS = 4_096;
/** KEDA shares one connection between all triggers with the same address. */
const DEFAULT_MAX_CONNECTIONS = 256;
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
  readonly #sockets = new Set<Socket>();

  /** @throws {UsageError} certificate or key cannot be used */
  constructor(props: GrpcServerProps) {
    const { services, tls, maxMessageBytes, maxConnections = DEFAULT_MAX_CONNECTIONS } = props;
    this.#props = props;
    this.#server = new Server({
      'grpc.max_receive_message_length': maxMessageBytes,
      'grpc.keepalive_time_ms': KEEPALIVE_TIME_MS,
      'grpc.keepalive_timeout_ms': KEEPALIVE_TIMEOUT_MS,
      'grpc.max_connection_idle_ms': CONNECTION_IDLE_MS,
      'grpc.enable_channelz': 0,
      interceptors: [
        guard({
          maxOpenCalls: props.maxOpenCalls ?? DEFAULT_MAX_OPEN_CALLS,
          requestTimeoutMs: props.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS,
          ...(props.authorise && { authorise: props.authorise }),
          logger: props.logger,
        }),
      ],
    });
    for (const { service, implementation } of services) this.#server.addService(service.definition, implementation);
    const names = ['', ...services.map(({ service }) => service.name)];
    this.#health = new HealthImplementation(Object.fromEntries(names.map((name) => [name, 'SERVING'])));
    this.#health.addToServer(this.#server);
    const packages = services.reduce<PackageDefinition>((all, { service }) => ({ ...all, ...service.package }), {});
    new ReflectionService(packages).addToServer(this.#server);

    this.#injector = this.#server.createConnectionInjector(credentials(tls));
    // A listener of our own: it limits connections, and its errors are Node.js's.
    this.#listener = createServer((socket) => {
      this.#sockets.add(socket.once('close', () => this.#sockets.delete(socket)));
      this.#injector.injectConnection(socket);
    });
    this.#listener.maxConnections = maxConnections;
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

  /** Stops accepting, ends streams, lets calls under way finish, and cuts off those that have not after the grace period. */
  async close(): Promise<void> {
    const { services, closeGraceMs = DEFAULT_CLOSE_GRACE_MS } = this.#props;
    for (const { service, close } of services) {
      this.#health.setStatus(service.name, 'NOT_SERVING');
      close?.();
    }
    this.#health.setStatus('', 'NOT_SERVING');
    const closed = new Promise((resolve) => {
      if (this.#listener.listening) this.#listener.close(resolve);
      else resolve(undefined);
    });
    this.#injector.drain(closeGraceMs);
    const timer = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy();
    }, closeGraceMs);
    await closed;
    clearTimeout(timer);
    this.#server.forceShutdown();
  }
}

function credentials(tls: GrpcTls | undefined): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  const { cert, key, clientCa } = tls;
  try {
    createSecureContext({ cert, key, ...(clientCa !== undefined && { ca: clientCa }) });
  } catch (error) {
    throw new UsageError(
      `the gRPC certificate, its key or the client authority cannot be used: ${(error as Error).message}; expected PEM files that belong together`,
    );
  }
  const pair = { private_key: Buffer.from(key), cert_chain: Buffer.from(cert) };
  return ServerCredentials.createSsl(
    clientCa === undefined ? null : Buffer.from(clientCa),
    [pair],
    clientCa !== undefined,
  );
}
