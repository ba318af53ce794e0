import type { ReplicaBounds } from '../hpa/controller.js';
import type { ServedMetric } from '../served-metrics.js';

/** What a ScaledObject says beyond its triggers. */
export interface KedaSettings {
  readonly pollingIntervalS: number;
  /** Inactive for so long before it goes to zero, or to the idle count. */
  readonly cooldownPeriodS: number;
  /** The same for a target that has never been active, from its creation. */
  readonly initialCooldownPeriodS: number;
  /** Replicas while inactive; null: not set. */
  readonly idleReplicaCount: number | null;
}

/** KEDA's defaults. */
export const DEFAULT_KEDA: KedaSettings = Object.freeze({
  pollingIntervalS: 30,
  cooldownPeriodS: 300,
  initialCooldownPeriodS: 0,
  idleReplicaCount: null,
});

/** Bounds of the HPA that KEDA makes: an HPA cannot have a minimum of 0 there. */
export function hpaBounds({ min, max }: ReplicaBounds): ReplicaBounds {
  return { min: Math.max(1, min), max };
}

/**
 * KEDA's own loop over one ScaledObject, which scales between zero (or the idle count) and one (or the minimum); the HPA
 * does everything above. Going to zero ignores the HPA's scale-down policies.
 *
 * @see KEDA `pkg/scaling/executor/scale_scaledobjects.go`
 */
export class KedaScaleLoop {
  readonly #settings: KedaSettings;
  readonly #bounds: ReplicaBounds;
  readonly #createdS: number;
  #lastActiveS: number | null = null;

  constructor(settings: KedaSettings, bounds: ReplicaBounds, createdS: number) {
    this.#settings = settings;
    this.#bounds = bounds;
    this.#createdS = createdS;
  }

  /**
   * One poll.
   *
   * @param current replicas asked for
   * @param metrics one per external metric; none: all triggers are CPU or memory, which count as always active
   * @returns replicas to ask for from now on
   */
  poll(atS: number, current: number, metrics: readonly ServedMetric[]): number {
    const isActive = metrics.length === 0 || metrics.some(({ active }) => active);
    const failed = metrics.some(({ milli }) => milli === null);
    return isActive ? this.#active(atS, current, failed) : this.#inactive(atS, current, failed);
  }

  #active(atS: number, current: number, failed: boolean): number {
    const { min } = this.#bounds;
    const isIdle = this.#settings.idleReplicaCount !== null && current < min;
    if (isIdle || current === 0) {
      this.#lastActiveS = atS;
      return Math.max(1, min);
    }
    if (!failed) this.#lastActiveS = atS;
    return current;
  }

  #inactive(atS: number, current: number, failed: boolean): number {
    const { idleReplicaCount } = this.#settings;
    const { min } = this.#bounds;
    if (failed) return current;
    if (idleReplicaCount !== null ? current > idleReplicaCount : current > 0 && min === 0) {
      return this.#hasCooledDown(atS) ? (idleReplicaCount ?? min) : current;
    }
    return idleReplicaCount === null ? Math.max(current, min) : current;
  }

  #hasCooledDown(atS: number): boolean {
    const { cooldownPeriodS, initialCooldownPeriodS } = this.#settings;
    return this.#lastActiveS === null
      ? this.#createdS + initialCooldownPeriodS < atS
      : this.#lastActiveS + cooldownPeriodS < atS;
  }
}
