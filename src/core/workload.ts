/** When a forecast may act; see `docs/configuration.md`. */
export type Mode = 'auto' | 'active' | 'observe';

/** How to reach a Prometheus-compatible server. Secrets live only here; never log or serialise this object. */
export interface PrometheusEndpoint {
  /** Base URL, without `/api/v1`. May carry a path prefix (Thanos, Mimir, VictoriaMetrics). */
  readonly address: string;
  readonly basic?: { readonly username: string; readonly password: string };
  readonly bearerToken?: string;
  /** Headers sent with every request, such as `X-Scope-OrgID`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly tls?: {
    /** PEM. */
    readonly cert?: string;
    readonly key?: string;
    readonly ca?: string;
    readonly insecureSkipVerify?: boolean;
  };
}

/** A stretch of history to treat as unknown, such as an outage or a load test. */
export interface IgnoreWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a ScaledObject says about its target, as far as tidecast uses it. */
export interface ScaleBounds {
  readonly minReplicaCount: number;
  readonly maxReplicaCount: number;
}

/**
 * One forecast trigger of one ScaledObject, with every default filled in. Immutable; made by `config/`.
 */
export interface Workload {
  /** `{namespace}/{scaledObject}/{metricName}`: unique, and the address on every protocol. */
  readonly id: string;
  readonly namespace: string;
  /** Name of the ScaledObject. */
  readonly scaledObject: string;
  /** Position in `spec.triggers`, zero-based. */
  readonly triggerIndex: number;
  /** External metric name as KEDA builds it: `s{i}-predictkube-predictkube_metric`. */
  readonly metricName: string;
  readonly metricType: 'AverageValue' | 'Value';

  readonly endpoint: PrometheusEndpoint;
  /** PromQL that yields one series. */
  readonly query: string;
  readonly stepMs: number;
  readonly historyWindowMs: number;
  readonly horizonMs: number;

  /** Demand that one replica should carry, in the unit of the query (KEDA: `threshold`). */
  readonly targetPerReplica: number;
  /** Active only when the value is strictly above. */
  readonly activationThreshold: number;
  /** Period of the decisions (KEDA: `pollingInterval`). */
  readonly pollingIntervalMs: number;
  readonly bounds: ScaleBounds;

  readonly mode: Mode;
  /** From a decision to usable capacity; `auto` until measured means the default of `scaling/lead-time`. */
  readonly leadTimeMs: number | 'auto';
  /** Level of the forecast that is served, in (0, 1). */
  readonly quantile: number;
  /** A forecaster's name, or `auto`. */
  readonly model: string;
  /** Season lengths in milliseconds, or found from the data. */
  readonly seasonalityMs: readonly number[] | 'auto';
  readonly ignoreWindows: readonly IgnoreWindow[];
  /** Value at which the measured load is cut off, > 0, in the unit of the query; absent: none is known. */
  readonly saturation?: number;
  /** IANA name of the time zone by whose clock the load lives; absent: seasons are counted in UTC. */
  readonly timeZone?: string;
}

/** Steps ahead that a workload's forecast covers: the horizon rounded up to whole steps, at least one. */
export function horizonSteps(workload: Pick<Workload, 'horizonMs' | 'stepMs'>): number {
  return Math.max(1, Math.ceil(workload.horizonMs / workload.stepMs));
}
