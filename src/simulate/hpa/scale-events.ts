import type { ScalingRules } from '../../core/hpa-behavior.js';

interface ScaleEvent {
  readonly atS: number;
  /** Replicas added; negative: removed. */
  readonly change: number;
}

/**
 * What one HPA with `spec.behavior` changed lately, from which its policies count. The limit of a period is counted from
 * the replicas at its beginning: those now, less what was added and plus what was removed since. A change exactly one
 * period ago is outside.
 *
 * @see Kubernetes `pkg/controller/podautoscaler/horizontal.go`, `calculateScaleUpLimitWithScalingRules` and
 *   `calculateScaleDownLimitWithBehaviors`
 */
export class ScaleEvents {
  readonly #longestS: number;
  #recent: ScaleEvent[] = [];

  /** @param longestS the longest period that will be asked for */
  constructor(longestS: number) {
    this.#longestS = longestS;
  }

  note(atS: number, change: number): void {
    while (this.#recent.length > 0 && this.#recent[0]!.atS <= atS - this.#longestS) this.#recent.shift();
    this.#recent.push({ atS, change });
  }

  /** The most replicas that may be there now; not below `current`. */
  upLimit(atS: number, current: number, { selectPolicy, policies }: ScalingRules): number {
    if (selectPolicy === 'Disabled') return current;
    const limits = policies.map(({ type, value, periodS }) => {
      const start = this.#atStart(atS, current, periodS);
      return type === 'Pods' ? start + value : Math.ceil(start * (1 + value / 100));
    });
    return Math.max(current, selectPolicy === 'Min' ? Math.min(...limits) : Math.max(...limits));
  }

  /** The fewest replicas that may be there now; not above `current`. */
  downLimit(atS: number, current: number, { selectPolicy, policies }: ScalingRules): number {
    if (selectPolicy === 'Disabled') return current;
    const limits = policies.map(({ type, value, periodS }) => {
      const start = this.#atStart(atS, current, periodS);
      return type === 'Pods' ? start - value : Math.trunc(start * (1 - value / 100));
    });
    return Math.min(current, selectPolicy === 'Min' ? Math.max(...limits) : Math.min(...limits));
  }

  #atStart(atS: number, current: number, periodS: number): number {
    return this.#recent.reduce((start, event) => (event.atS > atS - periodS ? start - event.change : start), current);
  }
}
