import type { DecisionSettings } from '../core/decision.js';
import { MINUTE_MS } from '../core/duration.js';
import type { Workload } from '../core/workload.js';

/** Lead time until it has been measured: covers image pull and a slow start of most services. */
export const DEFAULT_LEAD_TIME_MS = 5 * MINUTE_MS;

/** Steps after which a forecast that has not been renewed is called old: one late sample is no news, three are. */
const FRESH_STEPS = 3;

/** The part of a workload that its decisions depend on. */
export type DecidingWorkload = Pick<
  Workload,
  | 'mode'
  | 'quantile'
  | 'leadTimeMs'
  | 'activationThreshold'
  | 'targetPerReplica'
  | 'bounds'
  | 'stepMs'
  | 'pollingIntervalMs'
>;

/** What a decision depends on, with `auto` resolved. */
export function decisionSettings(workload: DecidingWorkload): DecisionSettings {
  return {
    mode: workload.mode,
    quantile: workload.quantile,
    leadTimeMs: workload.leadTimeMs === 'auto' ? DEFAULT_LEAD_TIME_MS : workload.leadTimeMs,
    activationThreshold: workload.activationThreshold,
    targetPerReplica: workload.targetPerReplica,
    maxReplicaCount: workload.bounds.maxReplicaCount,
    freshForMs: FRESH_STEPS * workload.stepMs + workload.pollingIntervalMs,
  };
}
