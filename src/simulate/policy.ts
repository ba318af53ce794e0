import type { ReplicaBounds } from './hpa/controller.js';
import type { MetricReading, MetricTarget } from './metric-target.js';

/** What a policy can know at a moment. The future is out of reach. */
export interface PolicyView {
  readonly nowMs: number;
  /** What the query of the workload answers now; NaN: nothing. */
  readonly observed: number;
  /** Replicas asked for. */
  readonly replicas: number;
  readonly readyReplicas: number;
  /**
   * What the query answered at an earlier moment, as a range query would find it; NaN: nothing.
   *
   * @throws {RangeError} a time after `nowMs`
   */
  valueAt(timeMs: number): number;
}

/** Where the metrics of an HPA come from: what is compared by replaying it. */
export interface Policy {
  readonly name: string;
  /** The metrics of its HPA. */
  readonly targets: readonly MetricTarget[];
  /** Replica bounds of its own; without them those of the simulation hold. */
  readonly bounds?: ReplicaBounds;
  /**
   * Answers one request for metrics: at each sync of the HPA, and at each poll of KEDA.
   *
   * @returns one reading per external target, in order. An unknown value is an error, never 0
   */
  read(view: PolicyView): readonly MetricReading[];
}
