import type { Decision } from '../../core/decision.js';

/** What the run loop tells about its own work. Durations are in seconds, the base unit of Prometheus. */
export interface RunMetrics {
  /** One request to a history source has ended. */
  observePoll(poll: { readonly ok: boolean; readonly seconds: number }): void;
  /** Jobs of training at present. */
  setFits(fits: { readonly queued: number; readonly running: number }): void;
  /** One job of training is done; the time it took, without waiting. */
  observeFit(seconds: number): void;
  /** One job of training failed. */
  countFitFailure(): void;
  /** One step of one workload is done: how long it took, and how late it began. */
  observeTick(tick: { readonly seconds: number; readonly latenessSeconds: number }): void;
  countDecision(decision: Pick<Decision, 'state' | 'origin'>): void;
  countStoreError(): void;
}
