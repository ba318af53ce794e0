import { SECOND_MS } from '../../core/duration.js';
import type { Demand } from '../demand.js';
import type { ShortEpisode } from '../outcome.js';
import type { ServiceSettings } from './service-settings.js';

/** Holds demand against capacity, second by second. */
export class Shortage {
  readonly episodes: ShortEpisode[] = [];
  /** Seconds with a known and with an unknown demand. */
  known = 0;
  unknown = 0;
  /** Seconds in which there was more to serve than capacity. */
  short = 0;
  /** In units of demand times seconds: what came, what of it found no capacity, what was served, what could have been. */
  offered = 0;
  unserved = 0;
  served = 0;
  capacity = 0;
  /** Units of demand that wait. */
  backlog: number;

  readonly #demand: Demand;
  readonly #service: ServiceSettings;
  #startS = -1;
  #depth = 0;

  constructor(demand: Demand, service: ServiceSettings, backlog = 0) {
    const { capacityPerReplica } = service;
    if (!(capacityPerReplica > 0)) throw new RangeError(`capacityPerReplica must be > 0, got ${capacityPerReplica}`);
    this.#demand = demand;
    this.#service = service;
    this.backlog = backlog;
  }

  /** Seconds `fromS` (inclusive) to `toS` (exclusive), with so many ready pods. */
  pass(fromS: number, toS: number, ready: number): void {
    const { values } = this.#demand;
    const { carriesOver, capacityPerReplica } = this.#service;
    const capacity = ready * capacityPerReplica;
    let { known, short, offered, served, backlog } = this;
    for (let s = fromS; s < toS; s++) {
      const demand = values[s]!;
      if (Number.isNaN(demand)) {
        this.#end(s);
        continue;
      }
      known++;
      offered += demand;
      const waiting = demand + backlog;
      if (waiting <= capacity) {
        served += waiting;
        backlog = 0;
        if (this.#startS >= 0) this.#end(s);
        continue;
      }
      short++;
      served += capacity;
      this.unserved += Math.max(0, demand - capacity);
      if (carriesOver) backlog = waiting - capacity;
      this.#deepen(s, 1 - capacity / waiting);
    }
    this.unknown += toS - fromS - (known - this.known);
    this.capacity += capacity * (known - this.known);
    this.known = known;
    this.short = short;
    this.offered = offered;
    this.served = served;
    this.backlog = backlog;
  }

  /** Ends an episode that is still going on. */
  finish(toS: number): void {
    this.#end(toS);
  }

  #deepen(second: number, depth: number): void {
    if (this.#startS < 0) {
      this.#startS = second;
      this.#depth = depth;
    } else if (depth > this.#depth) this.#depth = depth;
  }

  #end(second: number): void {
    if (this.#startS < 0) return;
    const { startMs } = this.#demand;
    const timeMs = (atS: number): number => startMs + atS * SECOND_MS;
    this.episodes.push({ startMs: timeMs(this.#startS), endMs: timeMs(second), depth: this.#depth });
    this.#startS = -1;
  }
}
