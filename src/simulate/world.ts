import { SECOND_MS } from '../core/duration.js';
import type { MetricPipeline } from './metric-pipeline.js';
import type { PodFleet } from './pods/pod-fleet.js';
import type { PolicyView } from './policy.js';

/** What a policy sees of a replay as it moves on. */
export class World implements PolicyView {
  nowMs = 0;
  readonly #startMs: number;
  readonly #pipeline: MetricPipeline;
  readonly #fleet: PodFleet;

  /** @param startMs time of second 0 */
  constructor(startMs: number, pipeline: MetricPipeline, fleet: PodFleet) {
    this.#startMs = startMs;
    this.#pipeline = pipeline;
    this.#fleet = fleet;
  }

  get observed(): number {
    return this.#pipeline.valueAt(this.nowMs);
  }

  get replicas(): number {
    return this.#fleet.replicas;
  }

  get readyReplicas(): number {
    return this.#fleet.ready;
  }

  valueAt(timeMs: number): number {
    if (timeMs > this.nowMs)
      throw new RangeError(`the value at ${timeMs} is not known before then; it is ${this.nowMs}`);
    return this.#pipeline.valueAt(timeMs);
  }

  moveTo(second: number): void {
    this.nowMs = this.#startMs + second * SECOND_MS;
  }
}
