import type { Decision } from '../../core/decision.js';

/** What the run loop tells about its own work. Durations are in seconds, the base unit of Prometheus. */
export interface RunMetrics {
  /** One request to a history source has ended. */
  observePoll(poll: { readonly ok: boolean; readonly seconds: number }): void;
  /** One model has been fitted. */
  observeFit(seconds: number): void;
  /** One step of one workload is done: how long it took, and how late it began. */
  observeTick(tick: { readonly seconds: number; readonly latenessSeconds: number }): void;
  countDecision(decision: Pick<Decision, 'state' | 'origin'>): void;
  countStoreError(): void;
}
