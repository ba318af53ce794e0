import type { Clock } from '../core/clock.js';
import type { Logger } from '../core/logger.js';
import { followConfigMap } from '../kube/config-map-follower.js';
import { KubeClient } from '../kube/kube-client.js';
import { loadKubeConfig } from '../kube/kube-config.js';
import { KubeAccessReviewer, KubeTokenReviewer } from '../kube/reviews.js';
import { CachedAccessReviewer, CachedTokenReviewer } from '../serve/aggregated/cached-reviewers.js';
import type { Limits } from '../serve/aggregated/limits.js';
import { RequestHeaderKeeper } from '../serve/aggregated/request-header-keeper.js';
import { ReviewMetrics } from '../serve/aggregated/review-metrics.js';
import { AggregatedServer, type AggregatedServerProps } from '../serve/aggregated/server.js';
import { CertificateFiles } from '../serve/certificates/certificate-files.js';
import { ensureSelfSigned, type SelfSignedProps } from '../serve/certificates/self-signed.js';

/** Where the aggregated API server listens, what it shows, and whom it asks. */
export interface AggregatedAddress {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Files that somebody else replaces, or a folder in which they are generated. */
  readonly certificate:
    { readonly certFile: string; readonly keyFile: string } | Pick<SelfSignedProps, 'folder' | 'service'>;
  /** Absent: the ServiceAccount of the pod. */
  readonly kubeconfig?: string;
  readonly env: NodeJS.ProcessEnv;
  readonly limits?: Partial<Limits>;
}

export interface AggregatedEndpointProps extends Pick<AggregatedServerProps, 'view' | 'registry' | 'clock' | 'logger'> {
  readonly address: AggregatedAddress;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** Where kube-apiserver says by what its front proxy is known. */
const CONFIG_MAP = { namespace: 'kube-system', name: 'extension-apiserver-authentication' };
/** Far more often than a certificate has to be renewed. */
const RENEWAL_PERIOD_MS = 3_600_000;

/** The aggregated API server with what it reads from kube-apiserver and from files, while both change. */
export class AggregatedEndpoint {
  readonly #props: AggregatedEndpointProps;
  readonly #client: KubeClient;
  readonly #certificates: CertificateFiles;
  readonly #requestHeaders = new RequestHeaderKeeper();
  readonly #server: AggregatedServer;
  readonly #stopped = new AbortController();
  #loops: Promise<unknown> = Promise.resolve();

  private constructor(props: AggregatedEndpointProps, client: KubeClient, certificates: CertificateFiles) {
    const { address, view, registry, clock, logger } = props;
    const now = (): number => performance.now();
    this.#props = props;
    this.#client = client;
    this.#certificates = certificates;
    const reviews = new ReviewMetrics(registry, now);
    this.#server = new AggregatedServer({
      ...{ view, registry, clock, logger, certificates },
      ...{ host: address.host, port: address.port },
      ...(address.limits && { limits: address.limits }),
      requestHeaders: this.#requestHeaders,
      tokens: new CachedTokenReviewer({ reviewer: reviews.tokens(new KubeTokenReviewer(client)), now }),
      access: new CachedAccessReviewer({ reviewer: reviews.access(new KubeAccessReviewer(client)), now }),
    });
  }

  /** @throws {UsageError} certificates, their folder or the kubeconfig cannot be used */
  static async open(props: AggregatedEndpointProps): Promise<AggregatedEndpoint> {
    const { address, clock, logger, random } = props;
    const client = new KubeClient({ config: loadKubeConfig(address.kubeconfig, address.env), random });
    const files = await certificateFiles(address, clock, logger);
    return new AggregatedEndpoint(props, client, await CertificateFiles.open({ ...files, clock, logger }));
  }

  /**
   * Listens at once; until kube-apiserver has been read, readiness fails and nobody's headers are believed.
   *
   * @returns the URL
   * @throws {UsageError} the address cannot be listened on
   */
  async start(): Promise<string> {
    const { clock, logger } = this.#props;
    const { signal } = this.#stopped;
    const url = await this.#server.start();
    const following = followConfigMap(
      {
        ...CONFIG_MAP,
        ...{ client: this.#client, clock, logger },
        onData: (data) => {
          if (!this.#requestHeaders.update(data)) this.#warn(this.#requestHeaders.problem());
        },
        onProblem: (problem) => {
          this.#requestHeaders.fail(problem);
        },
      },
      signal,
    );
    this.#loops = Promise.all([following, this.#certificates.follow(signal), this.#renew()]);
    return url;
  }

  async close(): Promise<void> {
    await this.#server.close();
    this.#stopped.abort();
    await this.#loops;
    this.#client.close();
  }

  /** Generated certificates are renewed in their folder, from which they are then read like any other. */
  async #renew(): Promise<void> {
    const { address, clock, logger } = this.#props;
    const { signal } = this.#stopped;
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      await clock.sleep(RENEWAL_PERIOD_MS, signal).catch(() => undefined);
      if (isOver()) return;
      await certificateFiles(address, clock, logger).catch((error: unknown) => {
        logger.error({ err: error }, 'the serving certificate cannot be renewed');
      });
    }
  }

  #warn(problem: string | null): void {
    this.#props.logger.warn(
      { configMap: `${CONFIG_MAP.namespace}/${CONFIG_MAP.name}`, problem },
      'the ConfigMap of the front proxy cannot be used; the last one that could goes on being used',
    );
  }
}

async function certificateFiles(
  { certificate }: AggregatedAddress,
  clock: Clock,
  logger: Logger,
): Promise<{ readonly certFile: string; readonly keyFile: string }> {
  if ('certFile' in certificate) return certificate;
  const files = await ensureSelfSigned({ ...certificate, nowMs: clock.now() });
  logger.debug({ caFile: files.caFile }, 'the authority of the serving certificate, for caBundle of the APIService');
  return files;
}
