import { Series } from '../core/series.js';
import {
  EMPTY_TALLY,
  HPA_SYNC_MS,
  addToTally,
  capacitySettings,
  replicasFor,
  settledReplicas,
  stepReplicas,
  type CapacitySettings,
  type CapacityTally,
  type ReplicaState,
} from './capacity.js';
import type { DemoWorkload } from './workloads.js';

/** One Deployment of the comparison, as it stands. */
export interface WhatIfReplicas {
  readonly state: ReplicaState;
  readonly tally: CapacityTally;
  /** Load that the ready replicas could carry at each sync since the start. */
  readonly capacity: Series;
}

/**
 * Two Deployments of one generated workload, alike but for the metric of their HPA: one follows what tidecast serves, the
 * other what is observed.
 */
export class WhatIf {
  readonly #workload: DemoWorkload;
  readonly #settings: CapacitySettings;
  readonly #withForecast: Track;
  readonly #reactive: Track;
  #syncedMs: number;

  constructor(workload: DemoWorkload, startMs: number) {
    this.#workload = workload;
    this.#settings = capacitySettings(workload);
    const replicas = replicasFor(workload.valueAt(startMs), this.#settings);
    this.#withForecast = new Track(this.#settings, replicas, startMs);
    this.#reactive = new Track(this.#settings, replicas, startMs);
    this.#syncedMs = startMs;
  }

  get withForecast(): WhatIfReplicas {
    return this.#withForecast.snapshot();
  }

  get reactive(): WhatIfReplicas {
    return this.#reactive.snapshot();
  }

  /**
   * Makes up all HPA syncs that are due.
   *
   * @param served what tidecast serves now; null: an error, on which an HPA does nothing
   */
  advance(nowMs: number, served: number | null): void {
    for (let atMs = this.#syncedMs + HPA_SYNC_MS; atMs <= nowMs; atMs += HPA_SYNC_MS) {
      const load = this.#workload.valueAt(atMs);
      this.#withForecast.sync(served, load, atMs);
      this.#reactive.sync(load, load, atMs);
      this.#syncedMs = atMs;
    }
  }
}

/** One Deployment through time. */
class Track {
  readonly #settings: CapacitySettings;
  readonly #startMs: number;
  readonly #capacity: number[];
  #state: ReplicaState;
  #tally: CapacityTally = EMPTY_TALLY;

  constructor(settings: CapacitySettings, replicas: number, startMs: number) {
    this.#settings = settings;
    this.#startMs = startMs;
    this.#state = settledReplicas(replicas);
    this.#capacity = [replicas * settings.capacityPerReplica];
  }

  sync(metric: number | null, load: number, atMs: number): void {
    this.#state = stepReplicas(this.#settings, this.#state, metric, atMs);
    const period = { settings: this.#settings, state: this.#state, load, durationMs: HPA_SYNC_MS };
    this.#tally = addToTally(this.#tally, period);
    this.#capacity.push(this.#state.ready * this.#settings.capacityPerReplica);
  }

  snapshot(): WhatIfReplicas {
    const capacity = new Series(this.#startMs, HPA_SYNC_MS, Float64Array.from(this.#capacity));
    return { state: this.#state, tally: this.#tally, capacity };
  }
}
