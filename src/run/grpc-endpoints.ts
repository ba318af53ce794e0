import type { Clock } from '../core/clock.js';
import type { Logger } from '../core/logger.js';
import { ApiKeys } from '../serve/keda/api-keys.js';
import { SCALER_MESSAGE_BYTES, externalScaler } from '../serve/keda/external-scaler.js';
import { GrpcServer, type GrpcTls } from '../serve/keda/grpc-server.js';
import type { GrpcMetrics } from '../serve/self/grpc-metrics.js';
import { PREDICTKUBE_MESSAGE_BYTES, predictkube, requireKey } from '../serve/keda/predictkube.js';
import { ExternalWorkloads } from './external-workloads.js';
import { learningFromSent, type Train } from './sent-prediction.js';
import type { Service } from './service.js';

/** Requests of up to 50 MiB are received eight at a time: they take half a gigabyte at most. */
const PREDICTKUBE_UPLOADS = 8;

/** Where a gRPC endpoint listens. */
export interface GrpcAddress {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** PEM texts; without, connections are not encrypted. */
  readonly tls?: GrpcTls;
}

/** The PredictKube backend has an address of its own: its clients show a key and no certificate, and send far more. */
export interface PredictkubeAddress extends GrpcAddress {
  /** Accepted keys, one per line. */
  readonly keys: { readonly text: string; readonly fileName: string };
}

export interface GrpcEndpointsProps {
  readonly scaler?: GrpcAddress;
  readonly predictkube?: PredictkubeAddress;
  readonly service: Service;
  /** Trains models for histories that are sent. */
  readonly train: Train;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: GrpcMetrics;
}

export interface GrpcUrls {
  readonly scaler?: string;
  readonly predictkube?: string;
}

/** What KEDA calls over gRPC: as much of it as has an address. */
export class GrpcEndpoints {
  readonly #scaler: GrpcServer | undefined;
  readonly #predictkube: GrpcServer | undefined;
  readonly #workloads: ExternalWorkloads;

  /**
   * @throws {UsageError} certificates or keys that cannot be used
   * @throws {ConfigError} a key that names a ScaledObject with several workloads
   */
  constructor({ scaler, predictkube: backend, service: running, train, clock, logger, metrics }: GrpcEndpointsProps) {
    const workloads = new ExternalWorkloads({ service: running, clock, logger });
    this.#workloads = workloads;
    if (scaler !== undefined) {
      this.#scaler = new GrpcServer({
        services: [externalScaler({ workloads, clock, logger })],
        maxMessageBytes: SCALER_MESSAGE_BYTES,
        logger,
        metrics,
        ...scaler,
      });
    }
    if (backend !== undefined) {
      const { keys: accepted, ...address } = backend;
      const keys = ApiKeys.parse(accepted.text, accepted.fileName);
      for (const workload of keys.workloads) {
        if (workloads.named(workload) !== undefined) continue;
        logger.warn({ workload }, 'a key names a workload that is not configured; it is answered from what KEDA sends');
      }
      const service = predictkube({
        keys,
        decisionOf: (workload) => workloads.named(workload)?.decision ?? null,
        learn: learningFromSent(train),
        now: () => clock.now(),
        logger,
      });
      this.#predictkube = new GrpcServer({
        services: [service],
        authorise: requireKey(keys),
        maxMessageBytes: PREDICTKUBE_MESSAGE_BYTES,
        maxUploads: PREDICTKUBE_UPLOADS,
        logger,
        metrics,
        ...address,
      });
    }
  }

  /** @throws {UsageError} an address that cannot be listened on */
  async start(): Promise<GrpcUrls> {
    this.#workloads.start();
    const scaler = await this.#scaler?.start();
    const backend = await this.#predictkube?.start();
    return { ...(scaler !== undefined && { scaler }), ...(backend !== undefined && { predictkube: backend }) };
  }

  async close(): Promise<void> {
    this.#workloads.stop();
    await Promise.all([this.#scaler?.close(), this.#predictkube?.close()]);
  }
}
