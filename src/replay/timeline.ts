import { MINUTE_MS, SECOND_MS } from '../core/duration.js';
import type { Demand } from '../simulate/demand.js';
import type { ReplayStep } from '../simulate/simulate.js';
import type { Period, ReplayCase } from './prepare.js';
import type { Timeline } from './result.js';

/** About so many stretches: more than a page has pixels to show. */
const STRETCHES = 1_000;

/** The replicas that a period needed, in equal stretches of time. All policies share it. */
export function neededReplicas({ demand, capacityPerReplica, report }: ReplayCase): Timeline {
  const { fromMs, toMs } = report;
  const stepMs = Math.max(1, Math.round((toMs - fromMs) / STRETCHES / MINUTE_MS)) * MINUTE_MS;
  const needed = Array.from({ length: Math.ceil((toMs - fromMs) / stepMs) }, (_, i) => {
    const stretchMs = fromMs + i * stepMs;
    const peak = highest(demand, { fromMs: stretchMs, toMs: Math.min(toMs, stretchMs + stepMs) });
    return Math.ceil(peak / capacityPerReplica);
  });
  return { startMs: fromMs, stepMs, needed };
}

/** The fewest ready replicas of each stretch, gathered from the syncs of a replay. */
export class FewestReady {
  readonly #startMs: number;
  readonly #stepMs: number;
  readonly #ready: number[];

  constructor({ startMs, stepMs, needed }: Timeline) {
    this.#startMs = startMs;
    this.#stepMs = stepMs;
    this.#ready = new Array<number>(needed.length).fill(Infinity);
  }

  get values(): readonly number[] {
    return this.#ready;
  }

  /** @param step within the period */
  add({ timeMs, ready }: ReplayStep): void {
    const index = Math.floor((timeMs - this.#startMs) / this.#stepMs);
    if (ready < this.#ready[index]!) this.#ready[index] = ready;
  }
}

/** NaN when nothing is known. */
function highest(demand: Demand, { fromMs, toMs }: Period): number {
  let peak = NaN;
  const end = Math.round((toMs - demand.startMs) / SECOND_MS);
  for (let s = Math.round((fromMs - demand.startMs) / SECOND_MS); s < end; s++) {
    const value = demand.at(s);
    if (!(value <= peak) && !Number.isNaN(value)) peak = value;
  }
  return peak;
}
