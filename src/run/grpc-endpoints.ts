import type { Clock } from '../core/clock.js';
import type { Logger } from '../core/logger.js';
import { ApiKeys } from '../serve/keda/api-keys.js';
import { SCALER_MESSAGE_BYTES, externalScaler } from '../serve/keda/external-scaler.js';
import { GrpcServer, type GrpcTls } from '../serve/keda/grpc-server.js';
import { PREDICTKUBE_MESSAGE_BYTES, predictkube, requireKey } from '../serve/keda/predictkube.js';
import { ExternalWorkloads } from './external-workloads.js';
import { learnFromSent } from './sent-prediction.js';
import type { Service } from './service.js';

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
  readonly clock: Clock;
  readonly logger: Logger;
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

  /** @throws {UsageError} certificates or keys that cannot be used */
  constructor({ scaler, predictkube: backend, service, clock, logger }: GrpcEndpointsProps) {
    this.#workloads = new ExternalWorkloads({ service, clock, logger });
    if (scaler !== undefined) {
      this.#scaler = new GrpcServer({
        services: [externalScaler({ workloads: this.#workloads, clock, logger })],
        maxMessageBytes: SCALER_MESSAGE_BYTES,
        logger,
        ...scaler,
      });
    }
    if (backend !== undefined) {
      const { keys, ...address } = backend;
      this.#predictkube = new GrpcServer({
        services: [predictkube({ now: () => clock.now(), learn: learnFromSent, logger })],
        authorise: requireKey(ApiKeys.parse(keys.text, keys.fileName)),
        maxMessageBytes: PREDICTKUBE_MESSAGE_BYTES,
        logger,
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
