import type { Demand } from '../demand.js';
import { CPU_INITIALIZATION_S, type CpuPods } from '../hpa/cpu-utilization.js';
import type { PodFleet } from '../pods/pod-fleet.js';

export interface CpuSettings {
  /** metrics-server `--metric-resolution`; a sample is the mean since the one before. */
  readonly resolutionS: number;
  /** CPU request of a pod, thousandths of a core. */
  readonly requestMilli: number;
  /** What a pod uses that serves its full capacity. */
  readonly milliAtCapacity: number;
  /** What a pod cannot exceed; null: no limit. An overloaded pod shows no more than this, however long its queue. */
  readonly limitMilli: number | null;
}

/** metrics-server's default resolution, and a pod that is full when it uses what it requests, and can use no more. */
export const DEFAULT_CPU: CpuSettings = Object.freeze({
  resolutionS: 15,
  requestMilli: 1_000,
  milliAtCapacity: 1_000,
  limitMilli: 1_000,
});

/** CPU of the pods, as metrics-server measures it: the demand is spread evenly over the ready pods. */
export class CpuSamples {
  readonly #settings: CpuSettings;
  readonly #demand: Demand;
  readonly #capacityPerReplica: number;
  #sampledS = -Infinity;
  #usageMilli = NaN;

  constructor(settings: CpuSettings, demand: Demand, capacityPerReplica: number) {
    this.#settings = settings;
    this.#demand = demand;
    this.#capacityPerReplica = capacityPerReplica;
  }

  /** Takes a sample. @param readyPods pods that are ready at this time */
  sample(atS: number, readyPods: number): void {
    const { resolutionS, milliAtCapacity, limitMilli } = this.#settings;
    const load = this.#demand.mean(Math.max(0, atS - resolutionS), atS) / this.#capacityPerReplica;
    this.#sampledS = atS;
    this.#usageMilli = readyPods === 0 ? 0 : Math.min((load / readyPods) * milliAtCapacity, limitMilli ?? Infinity);
  }

  /**
   * The pods as the HPA sorts them at its sync.
   *
   * A pod counts once a whole sample was taken while it was ready; one that started long enough ago counts at once, with
   * what part of the sample it was ready for.
   */
  pods(atS: number, fleet: PodFleet): CpuPods | null {
    if (Number.isNaN(this.#usageMilli)) return null;
    const { resolutionS, requestMilli } = this.#settings;
    let ready = 0;
    let usageMilli = 0;
    for (const pod of fleet.readyPods) {
      const share = Math.min(1, Math.max(0, (this.#sampledS - pod.readyS) / resolutionS));
      if (share < 1 && pod.scheduledS + CPU_INITIALIZATION_S > atS) continue;
      ready++;
      usageMilli += share * this.#usageMilli;
    }
    return { requestMilli, ready, usageMilli, unready: fleet.replicas - ready, missing: 0 };
  }
}
