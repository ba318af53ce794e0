import { TriggerError } from '../../core/errors.js';
import type { HttpClient } from '../http.js';
import { jsonOf } from '../http.js';
import type { WatchedConsumer } from './answers.js';
import { clusterHosts, clusterSize, findConsumer, serverName } from './answers.js';

/** Where the servers answer to monitoring. */
export interface MonitoringEndpoint {
  readonly scheme: 'http' | 'https';
  /** `host:8222`; all servers of a cluster have the same port. */
  readonly address: string;
}

/** Asks servers by their monitoring endpoint about one consumer. In a cluster it remembers which of them leads it. */
export class ConsumerMonitor {
  /** Address of the server that led last. */
  private leading: string | undefined;

  constructor(
    private readonly http: HttpClient,
    private readonly endpoint: MonitoringEndpoint,
    private readonly watched: WatchedConsumer,
  ) {}

  /**
   * Messages that the consumer has not been given or has not acknowledged.
   *
   * @throws {TriggerError} stream or consumer are not there, or no server says that it leads the consumer
   */
  async lag(signal: AbortSignal): Promise<number> {
    const { address } = this.endpoint;
    const remembered = this.leading === undefined ? undefined : await this.lagIfLeading(this.leading, signal);
    if (remembered !== undefined) return remembered;
    this.leading = undefined;
    const jsz = await this.jsz(address, signal);
    if (clusterSize(jsz) <= 1) return findConsumer(jsz, this.watched).lag;
    return this.search(jsz, signal);
  }

  close(): void {
    this.http.close();
  }

  /** Asks all servers of the cluster in turn. */
  private async search(firstAnswer: unknown, signal: AbortSignal): Promise<number> {
    const { address } = this.endpoint;
    const port = /:\d+$/.exec(address)?.[0] ?? '';
    const others = clusterHosts(await this.get(address, '/varz', signal)).map((host) => `${host}${port}`);
    for (const candidate of new Set([address, ...others])) {
      const lag = await this.lagIfLeading(candidate, signal);
      if (lag === undefined) continue;
      this.leading = candidate;
      return lag;
    }
    // Says so if it is not there at all.
    findConsumer(firstAnswer, this.watched);
    throw new TriggerError(`leader node not found for consumer ${this.watched.consumer}`);
  }

  /** undefined: the server does not lead the consumer, or does not answer; others may. */
  private async lagIfLeading(address: string, signal: AbortSignal): Promise<number | undefined> {
    try {
      const { lag, leader } = findConsumer(await this.jsz(address, signal), this.watched);
      const name = serverName(await this.get(address, '/varz', signal));
      return name !== undefined && name === leader ? lag : undefined;
    } catch {
      signal.throwIfAborted();
      return undefined;
    }
  }

  private jsz(address: string, signal: AbortSignal): Promise<unknown> {
    const query = new URLSearchParams({ acc: this.watched.account, consumers: 'true', config: 'true' });
    return this.get(address, `/jsz?${query.toString()}`, signal);
  }

  private async get(address: string, path: string, signal: AbortSignal): Promise<unknown> {
    return jsonOf(await this.http.get(`${this.endpoint.scheme}://${address}${path}`, signal));
  }
}
