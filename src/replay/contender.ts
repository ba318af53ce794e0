import type { Policy } from '../simulate/policy.js';
import type { SimulationSettings } from '../simulate/settings.js';

/** What is compared: a policy, and the HPA that follows it. */
export interface Contender {
  /** Unique within a replay; what conditions refer to. */
  readonly name: string;
  /** One sentence for the reader of the results. */
  readonly description: string;
  /** A policy may remember what it has seen: each run takes a new one. */
  readonly policy: () => Policy;
  /** What differs from the simulation that all share. */
  readonly settings: Partial<SimulationSettings>;
}
