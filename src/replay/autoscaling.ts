import { SECOND_MS } from '../core/duration.js';
import type { Behavior } from '../core/hpa-behavior.js';
import { DEFAULT_HPA, type HpaSettings } from '../simulate/hpa/controller.js';
import type { ExternalTarget } from '../simulate/metric-target.js';
import { besideCpu } from '../simulate/policies/beside-cpu.js';
import { cpuUtilization } from '../simulate/policies/cpu-utilization.js';
import { observedMetric } from '../simulate/policies/observed-metric.js';
import { observedPerReplica } from '../simulate/policies/observed-per-replica.js';
import type { Policy } from '../simulate/policy.js';
import type { SimulationSettings } from '../simulate/settings.js';
import type { Contender } from './contender.js';
import type { ReplayCase } from './prepare.js';
import type { HpaMetric } from './settings.js';

interface ReactivePolicy {
  /** What it looks at, and where it aims. */
  readonly words: string;
  readonly policy: () => Policy;
}

const HPA_POLICIES: Readonly<Record<HpaMetric, (replay: ReplayCase, utilization: number) => ReactivePolicy>> = {
  load: (replay, utilization) => {
    const { targetType: type, cpuUtilization: cpu } = replay.settings.hpa;
    const target = { ...targetOf(replay, utilization), type };
    const words = `the observed metric at ${percent(utilization)} of a replica's capacity`;
    if (cpu === null) return { words, policy: () => observed(target) };
    return {
      words: `${words}, and on the CPU of its pods at ${percent(cpu)}`,
      policy: () => besideCpu(observed(target), wholePercent(cpu)),
    };
  },
  // A pod that serves its full capacity uses the CPU it requests, and can use no more.
  cpu: (_, utilization) => ({
    words: `the CPU of its pods at ${percent(utilization)} of a replica's capacity`,
    policy: () => cpuUtilization(wholePercent(utilization)),
  }),
};

/** What the HPA that is compared with looks at. */
export function hpaPolicy(replay: ReplayCase, utilization: number): ReactivePolicy {
  return HPA_POLICIES[replay.settings.hpaMetric](replay, utilization);
}

/** Target of the load at a utilisation. */
export function targetOf({ capacityPerReplica }: ReplayCase, utilization: number): ExternalTarget {
  return { type: 'AverageValue', target: utilization * capacityPerReplica };
}

/** The observed load, as the type of the target wants it. */
export function observed(target: ExternalTarget): Policy {
  return target.type === 'Value' ? observedPerReplica(target) : observedMetric(target);
}

/** An HPA alone, which may go to zero only where it says so itself. */
export function hpaOf({ settings }: ReplayCase): Pick<SimulationSettings, 'bounds' | 'hpa'> {
  const { bounds, behavior } = settings.hpa;
  const { min, max } = settings.bounds;
  return { bounds: bounds ?? { min: Math.max(1, min), max }, hpa: { ...DEFAULT_HPA, behavior } };
}

/** The HPA of tidecast, whose hold is a part of its setting. */
export function heldHpa({ settings }: ReplayCase, holdS: number): HpaSettings {
  const { behavior } = settings.scaledObject;
  return { ...DEFAULT_HPA, downscaleStabilizationS: holdS, behavior: behavior && heldFor(behavior, holdS) };
}

/** The behaviour with another hold: everything else stays as it is configured. */
export function heldFor(behavior: Behavior, holdS: number): Behavior {
  return { ...behavior, scaleDown: { ...behavior.scaleDown, stabilizationWindowS: holdS } };
}

/**
 * A policy on KEDA, which may go to zero, and beside the CPU where the ScaledObject looks at that too.
 *
 * @param hpa the one that KEDA makes
 */
export function onKeda({ settings }: ReplayCase, contender: Omit<Contender, 'settings'>, hpa: HpaSettings): Contender {
  const { bounds, scaledObject, pollingIntervalMs } = settings;
  const { cpuUtilization: cpu, cooldownPeriodS, initialCooldownPeriodS, idleReplicaCount } = scaledObject;
  const pollingIntervalS = pollingIntervalMs / SECOND_MS;
  return {
    ...contender,
    policy: cpu === null ? contender.policy : () => besideCpu(contender.policy(), wholePercent(cpu)),
    settings: { keda: { pollingIntervalS, cooldownPeriodS, initialCooldownPeriodS, idleReplicaCount }, bounds, hpa },
  };
}

/** As an HPA is given a utilisation. */
function wholePercent(utilization: number): number {
  return Math.max(1, Math.round(100 * utilization));
}

export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
