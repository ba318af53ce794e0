import { DEFAULT_HPA, type HpaSettings, type ReplicaBounds } from './hpa/controller.js';
import type { KedaSettings } from './keda/scale-loop.js';
import { DEFAULT_PIPELINE, type PipelineSettings } from './metric-pipeline.js';
import { DEFAULT_PODS, type PodSettings } from './pods/pod-fleet.js';
import { DEFAULT_CPU, type CpuSettings } from './service/cpu-samples.js';
import type { ServiceSettings } from './service/service-settings.js';

/** Everything about a replay but the demand and the policy. */
export interface SimulationSettings {
  readonly bounds: ReplicaBounds;
  readonly service: ServiceSettings;
  readonly pipeline: PipelineSettings;
  readonly hpa: HpaSettings;
  /** null: an HPA alone. */
  readonly keda: KedaSettings | null;
  readonly pods: PodSettings;
  readonly cpu: CpuSettings;
  /** When the replay begins; null: at the start of the demand. What lies before it is history. */
  readonly startMs: number | null;
  /** From when on the outcome counts; null: from the beginning. */
  readonly reportFromMs: number | null;
  /** When it ends, exclusive; null: with the demand. */
  readonly endMs: number | null;
  /** Replicas at the beginning, all ready; null: as many as the demand needs, within the bounds. */
  readonly initialReplicas: number | null;
}

/** Settings of an ordinary cluster; each default's origin is where it is defined. */
export function simulationSettings(
  given: Partial<Omit<SimulationSettings, 'service'>> &
    Pick<SimulationSettings, 'bounds'> & {
      readonly service: Pick<ServiceSettings, 'capacityPerReplica'> & Partial<ServiceSettings>;
    },
): SimulationSettings {
  return {
    pipeline: DEFAULT_PIPELINE,
    hpa: DEFAULT_HPA,
    keda: null,
    pods: DEFAULT_PODS,
    cpu: DEFAULT_CPU,
    startMs: null,
    reportFromMs: null,
    endMs: null,
    initialReplicas: null,
    ...given,
    service: { carriesOver: false, latency: null, ...given.service },
  };
}
