/** An external metric of an HPA: what one replica should carry, or what the metric as a whole should be. */
export interface ExternalTarget {
  readonly type: 'AverageValue' | 'Value';
  /** In the unit of the metric, > 0 (KEDA: `threshold`). */
  readonly target: number;
  /** KEDA: active only when the value is strictly above; 0 when left out. */
  readonly activation?: number;
}

/** CPU utilisation of the pods, which the simulation measures itself. */
export interface CpuTarget {
  readonly type: 'Utilization';
  /** Per cent of the request. */
  readonly target: number;
}

/** One metric of an HPA. */
export type MetricTarget = ExternalTarget | CpuTarget;

/** The answer of a metrics endpoint for one external metric. */
export type MetricReading =
  | {
      /** Several items of one answer are added up. */
      readonly value: number | readonly number[];
      /** Whether the workload should run at all, where the source says so; else the value decides. */
      readonly active?: boolean;
    }
  | { readonly error: string };

export function isExternal(target: MetricTarget): target is ExternalTarget {
  return target.type !== 'Utilization';
}
