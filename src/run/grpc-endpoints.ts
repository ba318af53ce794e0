import type { Clock } from '../core/clock.js';
import type { Logger } from '../core/logger.js';
import { CertificateFiles, type CertificatePaths } from '../serve/certificates/certificate-files.js';
import { ApiKeys } from '../serve/keda/api-keys.js';
import { SCALER_MESSAGE_BYTES, externalScaler } from '../serve/keda/external-scaler.js';
import { GrpcServer, type HostedService } from '../serve/keda/grpc-server.js';
import type { GrpcMetrics } from '../serve/self/grpc-metrics.js';
import { PREDICTKUBE_MESSAGE_BYTES, predictkube, requireKey } from '../serve/keda/predictkube.js';
import { ExternalWorkloads } from './external-workloads.js';
import { learningFromSent, type Train } from './sent-prediction.js';
import type { Service } from './service.js';

/** Requests of up to 50 MiB are received eight at a time, which takes half a gigabyte at most; one key has half of these turns. */
const PREDICTKUBE_UPLOADS = { inAll: 8, perCaller: 4 };

/** Where a gRPC endpoint listens. */
export interface GrpcAddress {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Read again every ten seconds; without, connections are not encrypted. */
  readonly tls?: CertificatePaths;
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
  readonly #certificates: readonly CertificateFiles[];
  readonly #stopped = new AbortController();
  #following: Promise<unknown> = Promise.resolve();

  private constructor(props: GrpcEndpointsProps, { scaler, predictkube: backend }: OpenedCertificates) {
    const { service, clock, logger, metrics } = props;
    this.#workloads = new ExternalWorkloads({ service, clock, logger });
    this.#certificates = [scaler, backend].filter((files) => files !== undefined);
    if (props.scaler !== undefined) {
      const { host, port } = props.scaler;
      this.#scaler = new GrpcServer({
        services: [externalScaler({ workloads: this.#workloads, clock, logger })],
        maxMessageBytes: SCALER_MESSAGE_BYTES,
        ...{ host, port, logger, metrics },
        ...(scaler && { tls: scaler }),
      });
    }
    if (props.predictkube !== undefined) {
      const { host, port } = props.predictkube;
      const keys = knownKeys(props.predictkube.keys, this.#workloads, logger);
      this.#predictkube = new GrpcServer({
        services: [predictkubeService(keys, this.#workloads, props)],
        authorise: requireKey(keys),
        maxMessageBytes: PREDICTKUBE_MESSAGE_BYTES,
        maxUploads: PREDICTKUBE_UPLOADS,
        ...{ host, port, logger, metrics },
        ...(backend && { tls: backend }),
      });
    }
  }

  /**
   * @throws {UsageError} certificates or keys that cannot be used
   * @throws {ConfigError} a key that names a ScaledObject with several workloads
   */
  static async open(props: GrpcEndpointsProps): Promise<GrpcEndpoints> {
    const { scaler, predictkube: backend } = props;
    return new GrpcEndpoints(props, {
      scaler: await openCertificates(scaler?.tls, props),
      predictkube: await openCertificates(backend?.tls, props),
    });
  }

  /** @throws {UsageError} an address that cannot be listened on */
  async start(): Promise<GrpcUrls> {
    this.#workloads.start();
    const scaler = await this.#scaler?.start();
    const backend = await this.#predictkube?.start();
    this.#following = Promise.all(this.#certificates.map((files) => files.follow(this.#stopped.signal)));
    return { ...(scaler !== undefined && { scaler }), ...(backend !== undefined && { predictkube: backend }) };
  }

  async close(): Promise<void> {
    this.#workloads.stop();
    this.#stopped.abort();
    await Promise.all([this.#scaler?.close(), this.#predictkube?.close(), this.#following]);
  }
}

interface OpenedCertificates {
  readonly scaler: CertificateFiles | undefined;
  readonly predictkube: CertificateFiles | undefined;
}

async function openCertificates(
  paths: CertificatePaths | undefined,
  { clock, logger }: GrpcEndpointsProps,
): Promise<CertificateFiles | undefined> {
  return paths === undefined ? undefined : CertificateFiles.open({ ...paths, clock, logger });
}

function knownKeys(accepted: PredictkubeAddress['keys'], workloads: ExternalWorkloads, logger: Logger): ApiKeys {
  const keys = ApiKeys.parse(accepted.text, accepted.fileName);
  for (const workload of keys.workloads) {
    if (workloads.named(workload) !== undefined) continue;
    logger.warn({ workload }, 'a key names a workload that is not configured; it is answered from what KEDA sends');
  }
  return keys;
}

function predictkubeService(
  keys: ApiKeys,
  workloads: ExternalWorkloads,
  { train, clock, logger }: GrpcEndpointsProps,
): HostedService {
  return predictkube({
    keys,
    decisionOf: (workload) => workloads.named(workload)?.decision ?? null,
    learn: learningFromSent(train),
    now: () => clock.now(),
    logger,
  });
}
