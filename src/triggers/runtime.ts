import type { Clock } from '../core/clock.js';
import type { Cluster } from '../core/cluster.js';

/** What trigger types need of the process that they run in. */
export interface TriggerRuntime {
  readonly clock: Clock;
  /** undefined: it runs outside of Kubernetes. */
  readonly cluster?: Cluster | undefined;
}
