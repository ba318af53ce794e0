import { setMaxListeners } from 'node:events';
import { availableParallelism } from 'node:os';
import type { FastifyBaseLogger } from 'fastify';
import type { Clock } from '../core/clock.js';
import type { ScaledObject } from '../core/scaled-object.js';
import type { Store } from '../core/store.js';
import type { Workload } from '../core/workload.js';
import { PrometheusSource } from '../history/prometheus.js';
import { externalMetricsRoutes } from '../serve/external-metrics/routes.js';
import { HttpServer } from '../serve/http-server.js';
import { SelfMetrics } from '../serve/self/metrics.js';
import type { ServiceView } from '../serve/view.js';
import { MemoryStore } from '../store/memory-store.js';
import { SqliteStore } from '../store/sqlite-store.js';
import { QueuedTrainer } from '../train/queued-trainer.js';
import type { Trainer } from '../train/trainer.js';
import { WorkerExecutor } from '../train/worker-executor.js';
import type { AggregatedAddress, AggregatedEndpoint, AggregatedEndpointProps } from './aggregated-endpoint.js';
import type { GrpcAddress, GrpcEndpoints, GrpcEndpointsProps, GrpcUrls, PredictkubeAddress } from './grpc-endpoints.js';
import type { Train } from './sent-prediction.js';
import { Service } from './service.js';
import { SystemClock } from './system-clock.js';

export interface LocalModeProps {
  readonly workloads: readonly Workload[];
  /** What is composed of several triggers; the workloads of its forecast triggers are among `workloads`. Default: none. */
  readonly objects?: readonly ScaledObject[];
  /** Path of the SQLite file, or `memory`. */
  readonly storePath: string;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly clock: Clock;
  readonly logger: FastifyBaseLogger;
  /** Uniform in [0, 1); spreads retries. */
  readonly random: () => number;
  /** How long a decision waits for an observation, where the default does not suit an accelerated clock. */
  readonly longestWaitMs?: number;
  /** KEDA's external scaler; absent: off. */
  readonly scaler?: GrpcAddress;
  /** The backend of KEDA's own `predictkube` trigger; absent: off. */
  readonly predictkube?: PredictkubeAddress;
  /** The external metrics API for kube-apiserver's aggregator; absent: off. */
  readonly aggregated?: AggregatedAddress;
}

/** A running local mode. */
export interface LocalMode {
  /** Base URL of all HTTP endpoints. */
  readonly url: string;
  readonly grpcUrls: GrpcUrls;
  readonly aggregatedUrl?: string;
  readonly view: ServiceView;
  /** Graceful: readiness fails, requests in flight finish, steps under way end, the store is closed. */
  stop(): Promise<void>;
}

/**
 * Runs everything in one process, without a cluster: the loops, an embedded store, all HTTP endpoints on one plain port,
 * and, where they have an address, those that KEDA calls over gRPC.
 *
 * @throws {StoreError} the store cannot be opened
 * @throws {UsageError} an address that cannot be listened on, certificates or keys that cannot be used
 */
export async function startLocalMode(props: LocalModeProps): Promise<LocalMode> {
  const { workloads, objects = [], storePath, host, port, clock, logger, random } = props;
  const store: Store = storePath === 'memory' ? new MemoryStore() : SqliteStore.open(storePath);
  const metrics = new SelfMetrics();
  const timer = (): number => performance.now();
  const trainer = new QueuedTrainer({ executor: trainingThreads(), metrics, timer });
  const service = new Service({
    workloads,
    objects,
    sourceFor: (endpoint) =>
      new PrometheusSource(endpoint, {
        random,
        onWarning: (warning, query) => {
          logger.warn({ query }, `the source warns: ${warning}`);
        },
      }),
    store,
    trainer,
    clock,
    metrics,
    logger,
    timer,
    ...(props.longestWaitMs !== undefined && { longestWaitMs: props.longestWaitMs }),
  });
  const server = new HttpServer({ view: service.view, metrics, host, port, routes: [externalMetricsRoutes], logger });
  let grpc: GrpcEndpoints | undefined;
  let aggregated: AggregatedEndpoint | undefined;
  const stop = async (): Promise<void> => {
    await Promise.all([grpc?.close(), aggregated?.close(), server.close()]);
    await service.stop();
    await trainer.close();
    await store.close();
  };
  try {
    grpc = await openGrpc({ ...props, service, metrics, train: trainingOnRequest(trainer) });
    aggregated = await openAggregated(props, { view: service.view, registry: metrics.registry });
    await service.start();
    const url = await server.start();
    const grpcUrls = (await grpc?.start()) ?? {};
    const aggregatedUrl = await aggregated?.start();
    return { url, grpcUrls, ...(aggregatedUrl !== undefined && { aggregatedUrl }), view: service.view, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A core is left for serving, where there is more than one. */
function trainingThreads(): WorkerExecutor {
  return new WorkerExecutor({ size: Math.max(1, availableParallelism() - 1), clock: new SystemClock() });
}

/** For what a client waits for; it ends with the trainer. */
function trainingOnRequest(trainer: Trainer): Train {
  const { signal } = new AbortController();
  // Many such jobs at once are no leak.
  setMaxListeners(0, signal);
  return (request) => trainer.run('train', () => request, { priority: 'first', signal });
}

/** Loaded when needed: most installations have no KEDA to talk to. */
async function openGrpc(props: GrpcEndpointsProps): Promise<GrpcEndpoints | undefined> {
  if (props.scaler === undefined && props.predictkube === undefined) return undefined;
  const { GrpcEndpoints: Endpoints } = await import('./grpc-endpoints.js');
  return Endpoints.open(props);
}

/** Loaded when needed, with the Kubernetes client. */
async function openAggregated(
  { aggregated: address, clock, logger, random }: LocalModeProps,
  parts: Pick<AggregatedEndpointProps, 'view' | 'registry'>,
): Promise<AggregatedEndpoint | undefined> {
  if (address === undefined) return undefined;
  const { AggregatedEndpoint: Endpoint } = await import('./aggregated-endpoint.js');
  return Endpoint.open({ ...parts, address, clock, logger, random });
}
