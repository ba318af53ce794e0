import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../core/duration.js';
import type { DemoWorkload } from './workloads.js';

/** The HPA's default sync period: how often {@link stepReplicas} is meant to be called, in the demo's time. */
export const HPA_SYNC_MS = 15 * SECOND_MS;
/** The HPA leaves the replica count alone while the load per replica is within 10 % of the target. */
const TOLERANCE = 0.1;
/** The HPA's default scale-down stabilisation: never below the highest proposal of this window. */
const SCALE_DOWN_WINDOW_MS = 300 * SECOND_MS;
/** Default `behavior.scaleUp`: the larger of 100 % and 4 pods within this period. */
const SCALE_UP_PERIOD_MS = 15 * SECOND_MS;
const SCALE_UP_PODS = 4;

export interface CapacitySettings {
  /** Load that one replica should carry: what the HPA aims at. */
  readonly targetPerReplica: number;
  /** Load beyond which one replica is short. */
  readonly capacityPerReplica: number;
  /** >= 1. */
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** From the moment a replica is asked for until it is ready. */
  readonly startupMs: number;
}

/** One Deployment under an HPA. Plain data; {@link stepReplicas} makes the next one. */
export interface ReplicaState {
  /** Replicas asked for; all of them are paid for. */
  readonly desired: number;
  readonly ready: number;
  /** When each replica that is not ready yet will be, ascending. */
  readonly readyAtMs: readonly number[];
  /** What the metric asked for, before stabilisation, as far back as the scale-down window. */
  readonly proposals: readonly { readonly atMs: number; readonly replicas: number }[];
  /** Replicas added, as far back as the scale-up period. */
  readonly added: readonly { readonly atMs: number; readonly replicas: number }[];
}

/** What a Deployment's capacity has come to so far. */
export interface CapacityTally {
  /** Minutes in which the load was above the capacity of the ready replicas. */
  readonly minutesShort: number;
  /** Hours paid for, one per replica and hour, ready or not. */
  readonly podHours: number;
  /** Minutes in which the load was not known; they are not counted as short. */
  readonly minutesUnknown: number;
}

export const EMPTY_TALLY: CapacityTally = Object.freeze({ minutesShort: 0, podHours: 0, minutesUnknown: 0 });

/**
 * The settings of a generated workload. A replica is short beyond 110 % of its target: the HPA lets the load be 10 % above
 * the target on purpose, and to count that as a shortage would flatter whichever metric asks for more.
 */
export function capacitySettings(workload: DemoWorkload): CapacitySettings {
  return {
    targetPerReplica: workload.targetPerReplica,
    capacityPerReplica: workload.targetPerReplica * (1 + TOLERANCE),
    minReplicas: workload.minReplicas,
    maxReplicas: workload.maxReplicas,
    startupMs: workload.leadTimeMs,
  };
}

/** A Deployment that has run with `replicas` ready replicas for so long that nothing of its past matters. */
export function settledReplicas(replicas: number): ReplicaState {
  return { desired: replicas, ready: replicas, readyAtMs: [], proposals: [], added: [] };
}

/** As many replicas as the load needs, within the bounds: where a what-if calculation starts. */
export function replicasFor(load: number, settings: CapacitySettings): number {
  return clamp(Math.ceil(load / settings.targetPerReplica), settings);
}

/**
 * What an HPA would make of one metric value, one sync later.
 *
 * A simplification of the HPA, for comparing two metrics under the same rules. It has: one `External` metric with an
 * `AverageValue` target, the 10 % tolerance, the scale-down stabilisation of 300 s, the scale-up limit of 100 % or 4 pods
 * per 15 s, and a fixed start-up delay. It has not: termination time, failing or rescheduled pods, unschedulable pods,
 * several metrics, and scaling to 0.
 *
 * @param metricValue total load as the metric reports it; null: not known, and the replica count stays as it is
 * @param nowMs later than in the call before, by {@link HPA_SYNC_MS} as a rule
 */
export function stepReplicas(
  settings: CapacitySettings,
  state: ReplicaState,
  metricValue: number | null,
  nowMs: number,
): ReplicaState {
  const started = startPods(state, nowMs);
  if (metricValue === null) return started;

  const replicas = proposal(settings, started.desired, metricValue);
  const proposals = [
    ...started.proposals.filter(({ atMs }) => atMs > nowMs - SCALE_DOWN_WINDOW_MS),
    { atMs: nowMs, replicas },
  ];
  const added = started.added.filter(({ atMs }) => atMs > nowMs - SCALE_UP_PERIOD_MS);
  const highest = Math.max(...proposals.map((recent) => recent.replicas));
  const stabilised = replicas >= started.desired ? replicas : Math.min(started.desired, highest);
  const limited = Math.min(stabilised, scaleUpLimit(started.desired, added));
  const desired = clamp(limited, settings);
  return resize({ ...started, proposals, added }, desired, nowMs, settings.startupMs);
}

/**
 * Adds a stretch of time with a constant load to a tally.
 *
 * @param load what the workload had to serve, whatever its metric said; null: not known
 * @param durationMs how long it lasted
 */
export function addToTally(
  tally: CapacityTally,
  {
    settings,
    state,
    load,
    durationMs,
  }: {
    settings: CapacitySettings;
    state: ReplicaState;
    load: number | null;
    durationMs: number;
  },
): CapacityTally {
  const minutes = durationMs / MINUTE_MS;
  const short = load !== null && load > state.ready * settings.capacityPerReplica;
  return {
    minutesShort: tally.minutesShort + (short ? minutes : 0),
    podHours: tally.podHours + (state.desired * durationMs) / HOUR_MS,
    minutesUnknown: tally.minutesUnknown + (load === null ? minutes : 0),
  };
}

function startPods(state: ReplicaState, nowMs: number): ReplicaState {
  const readyAtMs = state.readyAtMs.filter((atMs) => atMs > nowMs);
  return { ...state, ready: state.ready + state.readyAtMs.length - readyAtMs.length, readyAtMs };
}

function proposal({ targetPerReplica }: CapacitySettings, replicas: number, metricValue: number): number {
  const ratio = metricValue / (targetPerReplica * replicas);
  return Math.abs(ratio - 1) <= TOLERANCE ? replicas : Math.ceil(metricValue / targetPerReplica);
}

/** The period's limit counts from the replicas at its beginning, so two syncs in a row cannot both double. */
function scaleUpLimit(replicas: number, added: ReplicaState['added']): number {
  const before = added.reduce((left, recent) => left - recent.replicas, replicas);
  return Math.max(2 * before, before + SCALE_UP_PODS);
}

function resize(state: ReplicaState, desired: number, nowMs: number, startupMs: number): ReplicaState {
  const change = desired - state.desired;
  if (change >= 0) {
    const readyAtMs = [...state.readyAtMs, ...Array<number>(change).fill(nowMs + startupMs)];
    const added = change > 0 ? [...state.added, { atMs: nowMs, replicas: change }] : state.added;
    return { ...state, desired, readyAtMs, added };
  }
  // Kubernetes removes pods that are not ready first, and the youngest of them before the others.
  const readyAtMs = state.readyAtMs.slice(0, Math.max(0, state.readyAtMs.length + change));
  return { ...state, desired, readyAtMs, ready: Math.min(state.ready, desired) };
}

function clamp(replicas: number, { minReplicas, maxReplicas }: CapacitySettings): number {
  return Math.min(maxReplicas, Math.max(minReplicas, replicas));
}
