import type { MetricType } from '../core/trigger.js';

/** What an autoscaler holds the load at. */
export interface LoadTarget {
  readonly type: MetricType;
  /** In the unit of the load, > 0. */
  readonly target: number;
}

/** What of the metrics of an autoscaler concerns one load, and the CPU that serves it. */
export interface LoadMetrics {
  /** null: it does not look at the load. */
  readonly load: LoadTarget | null;
  /** Per cent of the requested CPU, 1 to 100; null: it does not look at it. */
  readonly cpuPercent: number | null;
}
