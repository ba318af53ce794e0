import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { HttpRequestObservation } from '../self/metrics.js';

/** How it ended when somebody had to be recognised. */
export type AuthenticationOutcome = 'front-proxy' | 'token' | 'refused' | 'error';
export type AuthorizationOutcome = 'allowed' | 'denied' | 'error';

/** What the aggregated API server tells about itself. */
export class AggregatedMetrics {
  readonly #requests: Histogram;
  readonly #authentications: Counter;
  readonly #authorizations: Counter;
  readonly #expiry: Gauge;

  /** @param connections read at each scrape */
  constructor(
    registry: Registry,
    connections: () => { readonly open: number; readonly strangers: number } = () => ({ open: 0, strangers: 0 }),
  ) {
    const registers = [registry];
    this.#requests = new Histogram({
      name: 'tidecast_aggregated_request_duration_seconds',
      help: 'Time from the arrival of a request to the aggregated API server to the end of its answer.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    });
    this.#authentications = new Counter({
      name: 'tidecast_aggregated_authentications_total',
      help: 'Requests by what they were recognised by, or why not.',
      labelNames: ['outcome'],
      registers,
    });
    this.#authorizations = new Counter({
      name: 'tidecast_aggregated_authorizations_total',
      help: 'Recognised requests by whether they were allowed.',
      labelNames: ['outcome'],
      registers,
    });
    this.#expiry = new Gauge({
      name: 'tidecast_aggregated_certificate_expiry_timestamp_seconds',
      help: 'When the serving certificate ends.',
      registers,
    });
    new Gauge({
      name: 'tidecast_aggregated_connections',
      help: 'Open connections, by whether they have shown a certificate of the authority of the front proxy.',
      labelNames: ['client'],
      registers,
      collect() {
        const { open, strangers } = connections();
        this.set({ client: 'front-proxy' }, open - strangers);
        this.set({ client: 'other' }, strangers);
      },
    });
  }

  observeRequest({ method, route, status, seconds }: HttpRequestObservation): void {
    this.#requests.observe({ method, route, status }, seconds);
  }

  countAuthentication(outcome: AuthenticationOutcome): void {
    this.#authentications.inc({ outcome });
  }

  countAuthorization(outcome: AuthorizationOutcome): void {
    this.#authorizations.inc({ outcome });
  }

  setCertificateExpiry(timeMs: number): void {
    this.#expiry.set(timeMs / 1_000);
  }
}
