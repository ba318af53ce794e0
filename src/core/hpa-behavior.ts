/** At most `value` pods, or per cent of the pods at its beginning, within a period. */
export interface ScalingPolicy {
  readonly type: 'Pods' | 'Percent';
  readonly value: number;
  /** 1 to 1800. */
  readonly periodS: number;
}

/** One direction of an HPA's `spec.behavior`, with nothing left open. */
export interface ScalingRules {
  /** Which of the policies counts: the one that allows the largest or the smallest change; `Disabled` allows none. */
  readonly selectPolicy: 'Max' | 'Min' | 'Disabled';
  /** 0 to 3600. */
  readonly stabilizationWindowS: number;
  readonly policies: readonly ScalingPolicy[];
}

/** One direction as a user writes it: what is left out has a default. */
export type GivenRules = Partial<ScalingRules> & {
  /** How far the metric may be from its target before the HPA acts, as a share: Kubernetes 1.35, in 1.33 behind a gate. */
  readonly tolerance?: number;
};

/** An HPA's `spec.behavior` as a user writes it. */
export interface Behavior {
  readonly scaleUp?: GivenRules;
  readonly scaleDown?: GivenRules;
}
