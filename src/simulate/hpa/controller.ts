import type { Behavior } from '../../core/hpa-behavior.js';
import {
  DEFAULT_DOWNSCALE_STABILIZATION_S,
  resolveBehavior,
  resolveTolerance,
  type ResolvedBehavior,
} from './behavior.js';
import { combineProposals } from './combine.js';
import type { ReplicaCounts } from './external-metric.js';
import { Recommendations } from './recommendations.js';
import { ScaleEvents } from './scale-events.js';
import { DEFAULT_TOLERANCE, type Tolerance } from './tolerance.js';

export interface ReplicaBounds {
  readonly min: number;
  readonly max: number;
}

export interface HpaSettings {
  /** `--horizontal-pod-autoscaler-sync-period`. */
  readonly syncPeriodS: number;
  /** `--horizontal-pod-autoscaler-tolerance`; `behavior` may override it. */
  readonly tolerance: number;
  /** `--horizontal-pod-autoscaler-downscale-stabilization`; `behavior` may override it. */
  readonly downscaleStabilizationS: number;
  /** `spec.behavior`; null: not set, which is not the same as its defaults. */
  readonly behavior: Behavior | null;
}

/** Kubernetes' defaults, with no `spec.behavior`. */
export const DEFAULT_HPA: HpaSettings = Object.freeze({
  syncPeriodS: 15,
  tolerance: DEFAULT_TOLERANCE,
  downscaleStabilizationS: DEFAULT_DOWNSCALE_STABILIZATION_S,
  behavior: null,
});

/** What came of one sync. The names are those of the HPA's conditions. */
export type HpaOutcome =
  | 'ScalingDisabled'
  | 'FailedComputeMetricsReplicas'
  | 'OutOfBounds'
  | 'ScaleUpLimit'
  | 'ScaleDownLimit'
  | 'TooManyReplicas'
  | 'TooFewReplicas'
  | 'DesiredWithinRange';

export interface HpaDecision {
  /** Replicas to ask for from now on. */
  readonly replicas: number;
  readonly outcome: HpaOutcome;
}

/** Without `spec.behavior` an HPA may go to twice the replicas at each sync, and to 4 in any case. */
const SCALE_UP_FACTOR = 2;
const SCALE_UP_LEAST = 4;

/**
 * One HorizontalPodAutoscaler, with what its controller remembers of it.
 *
 * @see Kubernetes `pkg/controller/podautoscaler/horizontal.go`, `reconcileAutoscaler`
 */
export class HpaController {
  /** For the proposals of its metrics. */
  readonly tolerance: Tolerance;
  readonly #bounds: ReplicaBounds;
  readonly #downscaleStabilizationS: number;
  readonly #behavior: ResolvedBehavior | null;
  readonly #recommendations = new Recommendations();
  readonly #events: ScaleEvents;
  #scaledToZero = false;

  /** @throws {RangeError} bounds that are not whole numbers with 0 <= min <= max and max >= 1 */
  constructor(settings: HpaSettings, bounds: ReplicaBounds) {
    const { min, max } = bounds;
    if (!Number.isInteger(min) || !Number.isInteger(max) || min < 0 || max < Math.max(1, min)) {
      throw new RangeError(`replica bounds must be whole numbers, 0 <= min <= max and max >= 1, got ${min} to ${max}`);
    }
    this.tolerance = resolveTolerance(settings.behavior, settings.tolerance);
    this.#bounds = bounds;
    this.#downscaleStabilizationS = settings.downscaleStabilizationS;
    this.#behavior =
      settings.behavior === null ? null : resolveBehavior(settings.behavior, settings.downscaleStabilizationS);
    this.#events = new ScaleEvents(longestPeriod(this.#behavior));
  }

  /**
   * One sync.
   *
   * @param atS later than in the call before
   * @param counts the target as it is
   * @param propose asks the metrics, one proposal each, null for a metric that failed. Not called when the replica count
   *   is out of bounds, or is 0 while the minimum is not
   */
  sync(atS: number, counts: ReplicaCounts, propose: () => readonly (number | null)[]): HpaDecision {
    const current = counts.spec;
    this.#recommendations.begin(atS, current);
    const decision = this.#decide(atS, current, propose);
    if (decision.replicas !== current) {
      this.#events.note(atS, decision.replicas - current);
      this.#scaledToZero = decision.replicas === 0;
    }
    return decision;
  }

  #decide(atS: number, current: number, propose: () => readonly (number | null)[]): HpaDecision {
    const { min, max } = this.#bounds;
    // From Kubernetes 1.36 on, a target that somebody else has set to 0 stays there, whatever the minimum.
    if (current === 0 && (min > 0 || !this.#scaledToZero)) return { replicas: 0, outcome: 'ScalingDisabled' };
    if (current > max) return { replicas: max, outcome: 'OutOfBounds' };
    if (current < min) return { replicas: min, outcome: 'OutOfBounds' };
    const combined = combineProposals(propose(), current);
    if (combined === null) return { replicas: current, outcome: 'FailedComputeMetricsReplicas' };
    const desired = Math.max(0, combined);
    return this.#behavior === null
      ? this.#limitPlain(atS, current, desired)
      : this.#limitByBehavior(atS, current, desired, this.#behavior);
  }

  #limitPlain(atS: number, current: number, desired: number): HpaDecision {
    const { min, max } = this.#bounds;
    const stabilized = this.#recommendations.stabilizeDown(atS, desired, this.#downscaleStabilizationS);
    const limit = Math.max(SCALE_UP_FACTOR * current, SCALE_UP_LEAST);
    if (stabilized < min) return { replicas: min, outcome: 'TooFewReplicas' };
    if (stabilized > Math.min(max, limit)) {
      return max > limit ? { replicas: limit, outcome: 'ScaleUpLimit' } : { replicas: max, outcome: 'TooManyReplicas' };
    }
    return { replicas: stabilized, outcome: 'DesiredWithinRange' };
  }

  #limitByBehavior(atS: number, current: number, desired: number, behavior: ResolvedBehavior): HpaDecision {
    const { min, max } = this.#bounds;
    const stabilized = this.#recommendations.stabilize(atS, desired, current, behavior);
    if (stabilized > current) {
      const limit = this.#events.upLimit(atS, current, behavior.scaleUp);
      if (stabilized > Math.min(max, limit)) {
        return max > limit
          ? { replicas: limit, outcome: 'ScaleUpLimit' }
          : { replicas: max, outcome: 'TooManyReplicas' };
      }
    } else if (stabilized < current) {
      const limit = this.#events.downLimit(atS, current, behavior.scaleDown);
      if (stabilized < Math.max(min, limit)) {
        return min < limit
          ? { replicas: limit, outcome: 'ScaleDownLimit' }
          : { replicas: min, outcome: 'TooFewReplicas' };
      }
    }
    return { replicas: stabilized, outcome: 'DesiredWithinRange' };
  }
}

function longestPeriod(behavior: ResolvedBehavior | null): number {
  if (behavior === null) return 0;
  const policies = [...behavior.scaleUp.policies, ...behavior.scaleDown.policies];
  return Math.max(0, ...policies.map(({ periodS }) => periodS));
}
