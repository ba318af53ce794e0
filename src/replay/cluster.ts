import type { Behavior } from '../core/hpa-behavior.js';
import type { MetricType } from '../core/trigger.js';
import type { ReplicaBounds } from '../simulate/hpa/controller.js';
import { DEFAULT_KEDA, type KedaSettings } from '../simulate/keda/scale-loop.js';

/** Where a setting comes from that is no assumption: the object of a manifest, and which of its fields were taken. */
export interface ManifestSource {
  /** Such as `HorizontalPodAutoscaler checkout of hpa.yaml`. */
  readonly object: string;
  /** As the manifest names them; what a flag overrules is not among them. */
  readonly fields: readonly string[];
}

/** What an HPA says beyond its bounds and the target of the load. */
interface HpaRules {
  readonly behavior: Behavior | null;
  /** What the target of an observed load is: of the load per replica asked for, or of one per ready replica. */
  readonly targetType: MetricType;
  /** Utilisation of CPU, in (0, 1], that it looks at beside the load: the larger proposal counts. null: it does not. */
  readonly cpuUtilization: number | null;
  /** null: nobody's, all of it is assumed. */
  readonly source: ManifestSource | null;
}

/** The HPA that is compared with, and of every policy without KEDA. */
export interface ComparedHpa extends HpaRules {
  /** null: those of the ScaledObject, but at least 1. */
  readonly bounds: ReplicaBounds | null;
}

/** The ScaledObject of tidecast and of every policy on KEDA, and the HPA that is made for it. */
export interface KedaObject extends HpaRules, Omit<KedaSettings, 'pollingIntervalS'> {
  /** Utilisation at which every policy on KEDA but tidecast aims; null: at that of the HPA. */
  readonly utilization: number | null;
  /** Active only when the load is strictly above. */
  readonly activationThreshold: number;
}

const DEFAULT_RULES = { behavior: null, targetType: 'AverageValue', cpuUtilization: null, source: null } as const;

/** An HPA as Kubernetes makes it of what it must be told. */
export const DEFAULT_COMPARED_HPA: ComparedHpa = Object.freeze({ ...DEFAULT_RULES, bounds: null });

const { cooldownPeriodS, initialCooldownPeriodS, idleReplicaCount } = DEFAULT_KEDA;

/** A ScaledObject as KEDA fills it in. */
export const DEFAULT_KEDA_OBJECT: KedaObject = Object.freeze({
  ...DEFAULT_RULES,
  cooldownPeriodS,
  initialCooldownPeriodS,
  idleReplicaCount,
  utilization: null,
  activationThreshold: 0,
});
