import type { Behavior, GivenRules, ScalingPolicy, ScalingRules } from './hpa-behavior.js';

/** One direction of `behavior` under Kubernetes' own names. */
export interface RulesManifest {
  readonly stabilizationWindowSeconds?: number;
  readonly selectPolicy?: ScalingRules['selectPolicy'];
  readonly policies?: {
    readonly type: ScalingPolicy['type'];
    readonly value: number;
    readonly periodSeconds: number;
  }[];
  readonly tolerance?: string;
}

/** `behavior` under Kubernetes' own names, as a manifest holds it. */
export interface BehaviorManifest {
  readonly scaleUp?: RulesManifest;
  readonly scaleDown?: RulesManifest;
}

/** What is not given stays away. */
export function behaviorManifest({ scaleUp, scaleDown }: Behavior): BehaviorManifest {
  return {
    ...(scaleUp !== undefined && { scaleUp: rulesManifest(scaleUp) }),
    ...(scaleDown !== undefined && { scaleDown: rulesManifest(scaleDown) }),
  };
}

function rulesManifest({ stabilizationWindowS, selectPolicy, policies, tolerance }: GivenRules): RulesManifest {
  return {
    ...(stabilizationWindowS !== undefined && { stabilizationWindowSeconds: stabilizationWindowS }),
    ...(selectPolicy !== undefined && { selectPolicy }),
    ...(policies !== undefined && {
      policies: policies.map(({ type, value, periodS }) => ({ type, value, periodSeconds: periodS })),
    }),
    ...(tolerance !== undefined && { tolerance: String(tolerance) }),
  };
}

/** The inverse of {@link behaviorManifest}. */
export function behaviorOf({ scaleUp, scaleDown }: BehaviorManifest): Behavior {
  return {
    ...(scaleUp !== undefined && { scaleUp: rulesOf(scaleUp) }),
    ...(scaleDown !== undefined && { scaleDown: rulesOf(scaleDown) }),
  };
}

function rulesOf({ stabilizationWindowSeconds, selectPolicy, policies, tolerance }: RulesManifest): GivenRules {
  return {
    ...(stabilizationWindowSeconds !== undefined && { stabilizationWindowS: stabilizationWindowSeconds }),
    ...(selectPolicy !== undefined && { selectPolicy }),
    ...(policies !== undefined && {
      policies: policies.map(({ type, value, periodSeconds }) => ({ type, value, periodS: periodSeconds })),
    }),
    ...(tolerance !== undefined && { tolerance: Number(tolerance) }),
  };
}
