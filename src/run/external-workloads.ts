import { createHash } from 'node:crypto';
import { describingEntries, readExternalTrigger } from '../config/scaler-metadata.js';
import type { Clock } from '../core/clock.js';
import { HOUR_MS, MINUTE_MS } from '../core/duration.js';
import { ConfigError, UsageError } from '../core/errors.js';
import type { Logger } from '../core/logger.js';
import type { Workload } from '../core/workload.js';
import { forecasterNames } from '../forecast/registry.js';
import type { ScaledObjectRef, ScalerWorkloads } from '../serve/keda/scaler-workloads.js';
import type { WorkloadStatus } from '../serve/view.js';
import { periodically } from './periodic.js';
import type { Service } from './service.js';

/** KEDA asks every few seconds for as long as the trigger exists. */
const KEEP_UNASKED_MS = HOUR_MS;
const SWEEP_MS = 5 * MINUTE_MS;
/** Whoever can reach the port could otherwise start any number. */
const MOST_STARTED = 1_000;

export interface ExternalWorkloadsProps {
  readonly service: Pick<Service, 'view' | 'addWorkload' | 'removeWorkload'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Started {
  readonly workload: Workload;
  askedAtMs: number;
}

/**
 * The workloads that KEDA asks about by name and trigger metadata.
 *
 * A trigger whose metadata have a `query` is the configured workload of that ScaledObject with the same query, or else one
 * that is started here: what its metadata say is its identity, so that changed metadata are another workload. A trigger
 * without a `query` stands for all configured workloads of its ScaledObject. What was started here ends once nobody has
 * asked for it for an hour.
 */
export class ExternalWorkloads implements ScalerWorkloads {
  readonly #props: ExternalWorkloadsProps;
  /** By namespace and name of the ScaledObject. */
  readonly #configured = new Map<string, Workload[]>();
  /** By id. */
  readonly #started = new Map<string, Started>();
  readonly #abort = new AbortController();

  /** @param props the service, with its configured workloads and no others yet */
  constructor(props: ExternalWorkloadsProps) {
    this.#props = props;
    for (const { workload } of props.service.view.workloads()) {
      const key = `${workload.namespace}/${workload.scaledObject}`;
      this.#configured.set(key, [...(this.#configured.get(key) ?? []), workload]);
    }
  }

  find(ref: ScaledObjectRef): readonly WorkloadStatus[] {
    const { namespace, name, scalerMetadata } = ref;
    const configured = this.#configured.get(`${namespace}/${name}`) ?? [];
    const query = (scalerMetadata['query'] ?? scalerMetadata['queryFromEnv'] ?? '').trim();
    const meant = query === '' ? configured : configured.filter((workload) => workload.query === query);
    return (meant.length > 0 ? meant : [this.#start(ref)]).map((workload) => this.#status(workload));
  }

  /**
   * The workload that a key names.
   *
   * @param workload `namespace/scaledObject` with one workload, or an id
   * @returns undefined when there is none of that name
   * @throws {ConfigError} the ScaledObject has several workloads
   */
  named(workload: string): WorkloadStatus | undefined {
    const [namespace = '', name = '', metricName] = workload.split('/');
    if (metricName !== undefined) return this.#props.service.view.find(namespace, name, metricName);
    const [one, ...others] = this.#configured.get(`${namespace}/${name}`) ?? [];
    if (one === undefined) return undefined;
    if (others.length === 0) return this.#status(one);
    const ids = [one, ...others].map(({ id }) => id).join(', ');
    throw new ConfigError(`the key names ${workload}, which has several workloads; expected a key for one of ${ids}`);
  }

  /** Begins to end what nobody asks for. */
  start(): void {
    const { clock } = this.#props;
    void periodically({
      clock,
      periodMs: SWEEP_MS,
      phase: 0.5,
      firstDelayMs: SWEEP_MS,
      signal: this.#abort.signal,
      work: () => {
        this.#sweep(clock.now());
        return Promise.resolve();
      },
    });
  }

  stop(): void {
    this.#abort.abort();
  }

  #status({ namespace, scaledObject, metricName }: Workload): WorkloadStatus {
    return this.#props.service.view.find(namespace, scaledObject, metricName)!;
  }

  /** @throws {ConfigError} metadata that describe no workload; a misspelt name is the likely reason where there are none */
  #read({ namespace, name, scalerMetadata }: ScaledObjectRef): ReturnType<typeof readExternalTrigger> {
    try {
      return readExternalTrigger({ namespace, name, metadata: scalerMetadata }, forecasterNames);
    } catch (error) {
      if (!(error instanceof ConfigError) || this.#configured.has(`${namespace}/${name}`)) throw error;
      const isHere = this.#props.service.view.scaledObjects.find(namespace, name) !== undefined;
      const why = isHere ? 'has no predictkube trigger here' : 'is not configured here';
      throw new ConfigError(
        `ScaledObject ${namespace}/${name} ${why}, and its trigger describes no workload: ${error.message}`,
      );
    }
  }

  #start({ namespace, name, scalerMetadata }: ScaledObjectRef): Workload {
    const { service, clock, logger } = this.#props;
    const metricName = `tidecast-${digest(describingEntries(scalerMetadata))}`;
    const id = `${namespace}/${name}/${metricName}`;
    const askedAtMs = clock.now();
    const known = this.#started.get(id);
    if (known !== undefined) {
      known.askedAtMs = askedAtMs;
      return known.workload;
    }
    const described = this.#read({ namespace, name, scalerMetadata });
    if (this.#started.size >= MOST_STARTED) {
      throw new UsageError(
        `${MOST_STARTED} workloads were started by KEDA's calls, which is the most; remove triggers that are not needed, or configure workloads in files`,
      );
    }
    const workload = Object.freeze({ ...described, id, metricName });
    this.#started.set(id, { workload, askedAtMs });
    service.addWorkload(workload);
    logger.info({ workload: id }, 'KEDA asks for a workload that is new; started');
    return workload;
  }

  #sweep(nowMs: number): void {
    const { service, logger } = this.#props;
    for (const [id, { askedAtMs }] of this.#started) {
      if (nowMs - askedAtMs < KEEP_UNASKED_MS) continue;
      this.#started.delete(id);
      service.removeWorkload(id);
      logger.info({ workload: id }, 'KEDA has not asked for this workload for an hour; ended');
    }
  }
}

function digest(entries: readonly (readonly [string, string])[]): string {
  return createHash('sha256').update(JSON.stringify(entries)).digest('hex').slice(0, 8);
}
