import type { Behavior, ScalingRules } from '../../core/hpa-behavior.js';
import { DEFAULT_TOLERANCE, type Tolerance } from './tolerance.js';

/** Both directions of `spec.behavior`, with nothing left open. */
export interface ResolvedBehavior {
  readonly scaleUp: ScalingRules;
  readonly scaleDown: ScalingRules;
}

/** `--horizontal-pod-autoscaler-downscale-stabilization`. */
export const DEFAULT_DOWNSCALE_STABILIZATION_S = 300;

/**
 * Fills in what `spec.behavior` leaves open. A list of policies replaces the default list as a whole.
 *
 * @param downscaleStabilizationS the controller's setting, for a scale-down window that is left open
 * @see Kubernetes `pkg/apis/autoscaling/v2/defaults.go`, `GenerateHPAScaleUpRules` and `GenerateHPAScaleDownRules`
 */
export function resolveBehavior(behavior: Behavior, downscaleStabilizationS: number): ResolvedBehavior {
  return {
    scaleUp: {
      selectPolicy: 'Max',
      stabilizationWindowS: 0,
      policies: [
        { type: 'Pods', value: 4, periodS: 15 },
        { type: 'Percent', value: 100, periodS: 15 },
      ],
      ...behavior.scaleUp,
    },
    scaleDown: {
      selectPolicy: 'Max',
      stabilizationWindowS: downscaleStabilizationS,
      policies: [{ type: 'Percent', value: 100, periodS: 15 }],
      ...behavior.scaleDown,
    },
  };
}

/** The tolerance of an HPA: its own where it has one, else the controller's. */
export function resolveTolerance(behavior: Behavior | null, controller = DEFAULT_TOLERANCE): Tolerance {
  return {
    scaleUp: behavior?.scaleUp?.tolerance ?? controller,
    scaleDown: behavior?.scaleDown?.tolerance ?? controller,
  };
}
