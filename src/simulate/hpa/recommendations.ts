import type { ResolvedBehavior } from './behavior.js';

interface Recommendation {
  readonly atS: number;
  readonly replicas: number;
}

/**
 * What the metrics of one HPA asked for lately, before any limit. Kept in the memory of the controller: it begins with
 * the replicas that the controller finds.
 *
 * @see Kubernetes `pkg/controller/podautoscaler/horizontal.go`, `stabilizeRecommendation` and
 *   `stabilizeRecommendationWithBehaviors`
 */
export class Recommendations {
  #recent: Recommendation[] = [];

  /** Notes the replicas found, if nothing has been noted before. */
  begin(atS: number, replicas: number): void {
    if (this.#recent.length === 0) this.#recent.push({ atS, replicas });
  }

  /**
   * Notes a recommendation and stabilises it, for an HPA without `spec.behavior`: the highest of the window, including one
   * that is exactly as old as the window.
   */
  stabilizeDown(atS: number, desired: number, windowS: number): number {
    this.#forget(atS - windowS);
    // Only the highest counts: one that a later one reaches never will be that again.
    while (this.#recent.length > 0 && this.#recent.at(-1)!.replicas <= desired) this.#recent.pop();
    this.#recent.push({ atS, replicas: desired });
    return this.#recent[0]!.replicas;
  }

  /**
   * Notes a recommendation and stabilises it, for an HPA with `spec.behavior`: the present replicas, raised to the lowest
   * recommendation of the scale-up window and lowered to the highest one of the scale-down window. One that is exactly as
   * old as a window is outside.
   */
  stabilize(atS: number, desired: number, current: number, { scaleUp, scaleDown }: ResolvedBehavior): number {
    const upCutoff = atS - scaleUp.stabilizationWindowS;
    const downCutoff = atS - scaleDown.stabilizationWindowS;
    this.#forget(Math.min(upCutoff, downCutoff));
    let lowest = desired;
    let highest = desired;
    for (const recent of this.#recent) {
      if (recent.atS > upCutoff) lowest = Math.min(lowest, recent.replicas);
      if (recent.atS > downCutoff) highest = Math.max(highest, recent.replicas);
    }
    this.#recent.push({ atS, replicas: desired });
    return Math.min(Math.max(current, lowest), highest);
  }

  #forget(cutoffS: number): void {
    while (this.#recent.length > 0 && this.#recent[0]!.atS < cutoffS) this.#recent.shift();
  }
}
