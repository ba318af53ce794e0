import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { Decision } from '../../core/decision.js';
import type { GrpcMetrics } from './grpc-metrics.js';
import type { RunMetrics } from './run-metrics.js';

/** A request that has been answered. */
export interface HttpRequestObservation {
  readonly method: string;
  /** Template of the route, never the URL: the number of series stays bounded. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

/** Gauges that prom-client names like counters; each repeats another one without its labels. */
const MISNAMED_DEFAULTS = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/**
 * Counters and histograms of what this process does, with those of Node.js. Holds its own registry: several servers in
 * one process do not mix.
 */
export class SelfMetrics implements RunMetrics, GrpcMetrics {
  readonly registry = new Registry();

  readonly #polls = new Histogram({
    name: 'tidecast_source_request_duration_seconds',
    help: 'Time that requests to history sources took.',
    labelNames: ['outcome'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [this.registry],
  });
  readonly #sourceErrors = new Counter({
    name: 'tidecast_source_errors_total',
    help: 'Requests to history sources that failed.',
    registers: [this.registry],
  });
  readonly #fits = new Histogram({
    name: 'tidecast_fit_duration_seconds',
    help: 'Time that training a model took, without waiting for its turn.',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [this.registry],
  });
  readonly #fitsRunning = new Gauge({
    name: 'tidecast_fits_running',
    help: 'Models that are being trained now.',
    registers: [this.registry],
  });
  readonly #fitsQueued = new Gauge({
    name: 'tidecast_fits_queued',
    help: 'Models that wait for their training.',
    registers: [this.registry],
  });
  readonly #fitFailures = new Counter({
    name: 'tidecast_fit_failures_total',
    help: 'Trainings that failed; the model before goes on serving.',
    registers: [this.registry],
  });
  readonly #ticks = new Histogram({
    name: 'tidecast_tick_duration_seconds',
    help: 'Time that one step of one workload took, from reading to deciding.',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.registry],
  });
  readonly #lateness = new Histogram({
    name: 'tidecast_tick_lateness_seconds',
    help: 'How much later than planned the steps of workloads began.',
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60],
    registers: [this.registry],
  });
  readonly #decisions = new Counter({
    name: 'tidecast_decisions_total',
    help: 'Decisions made, by state and by origin of the value.',
    labelNames: ['state', 'origin'],
    registers: [this.registry],
  });
  readonly #storeErrors = new Counter({
    name: 'tidecast_store_errors_total',
    help: 'Reads and writes of the store that failed.',
    registers: [this.registry],
  });
  readonly #httpRequests = new Histogram({
    name: 'tidecast_http_request_duration_seconds',
    help: 'Time from the arrival of a request to the end of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.registry],
  });
  readonly #grpcStarted = new Counter({
    name: 'tidecast_grpc_server_started_total',
    help: 'Calls to the gRPC endpoints that have begun.',
    labelNames: ['method'],
    registers: [this.registry],
  });
  readonly #grpcCalls = new Histogram({
    name: 'tidecast_grpc_server_handling_seconds',
    help: 'Time from the beginning of a call to a gRPC endpoint to its end; streams are open for long.',
    labelNames: ['method', 'code'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.registry],
  });
  readonly #grpcEvictions = new Counter({
    name: 'tidecast_grpc_server_evicted_connections_total',
    help: 'Connections to the gRPC endpoints that were closed because too many were open.',
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    for (const name of MISNAMED_DEFAULTS) this.registry.removeSingleMetric(name);
  }

  observePoll({ ok, seconds }: { readonly ok: boolean; readonly seconds: number }): void {
    this.#polls.observe({ outcome: ok ? 'ok' : 'error' }, seconds);
    if (!ok) this.#sourceErrors.inc();
  }

  setFits({ queued, running }: { readonly queued: number; readonly running: number }): void {
    this.#fitsQueued.set(queued);
    this.#fitsRunning.set(running);
  }

  observeFit(seconds: number): void {
    this.#fits.observe(seconds);
  }

  countFitFailure(): void {
    this.#fitFailures.inc();
  }

  observeTick({ seconds, latenessSeconds }: { readonly seconds: number; readonly latenessSeconds: number }): void {
    this.#ticks.observe(seconds);
    this.#lateness.observe(latenessSeconds);
  }

  countDecision({ state, origin }: Pick<Decision, 'state' | 'origin'>): void {
    this.#decisions.inc({ state, origin });
  }

  countStoreError(): void {
    this.#storeErrors.inc();
  }

  observeHttpRequest({ method, route, status, seconds }: HttpRequestObservation): void {
    this.#httpRequests.observe({ method, route, status }, seconds);
  }

  observeGrpcCall({
    method,
    code,
    seconds,
  }: {
    readonly method: string;
    readonly code: string;
    readonly seconds: number;
  }): void {
    this.#grpcCalls.observe({ method, code }, seconds);
  }

  countGrpcCallStarted(method: string): void {
    this.#grpcStarted.inc({ method });
  }

  countGrpcConnectionEvicted(): void {
    this.#grpcEvictions.inc();
  }
}
