import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../core/duration.js';
import type { Demand } from './demand.js';
import type { Outcome } from './outcome.js';
import { LatencyTally } from './service/latency.js';
import type { ServiceSettings } from './service/service-settings.js';
import { Shortage } from './service/shortage.js';

/** The pods as they are in a stretch of time. */
export interface PodCounts {
  readonly replicas: number;
  readonly ready: number;
  readonly billed: number;
}

/** Adds up what a replay comes to. */
export class Account {
  readonly #demand: Demand;
  readonly #service: ServiceSettings;
  readonly #shortage: Shortage;
  readonly #latency: LatencyTally | null;
  #podSeconds = 0;
  #churn = 0;
  #scaleUps = 0;
  #scaleDowns = 0;
  #peak = 0;

  constructor(demand: Demand, service: ServiceSettings, backlog = 0) {
    this.#demand = demand;
    this.#service = service;
    this.#shortage = new Shortage(demand, service, backlog);
    this.#latency = service.latency === null ? null : new LatencyTally(service.latency);
  }

  /** An empty account that goes on with what is waiting in this one. */
  afresh(): Account {
    return new Account(this.#demand, this.#service, this.#shortage.backlog);
  }

  /** A change of the replicas asked for. */
  rescale(from: number, to: number): void {
    this.#churn += Math.abs(to - from);
    if (to > from) this.#scaleUps++;
    else this.#scaleDowns++;
  }

  /** A stretch of time, `fromS` inclusive, `toS` exclusive, in which nothing changes but the demand. */
  pass(fromS: number, toS: number, { replicas, ready, billed }: PodCounts): void {
    this.#podSeconds += billed * (toS - fromS);
    this.#peak = Math.max(this.#peak, replicas);
    this.#latency?.add(toS - fromS, this.#demand.mean(fromS, toS), ready, this.#shortage.backlog);
    this.#shortage.pass(fromS, toS, ready);
  }

  /** @param endS end of the replay */
  outcome(endS: number): Outcome {
    const shortage = this.#shortage;
    shortage.finish(endS);
    const { episodes, offered, unserved, served, capacity } = shortage;
    const longestMs = episodes.reduce((longest, { startMs, endMs }) => Math.max(longest, endMs - startMs), 0);
    return {
      minutes: minutes(shortage.known),
      minutesUnknown: minutes(shortage.unknown),
      minutesShort: minutes(shortage.short),
      shortfall: offered === 0 ? 0 : unserved / offered,
      depth: episodes.reduce((deepest, { depth }) => Math.max(deepest, depth), 0),
      longestShortMinutes: longestMs / MINUTE_MS,
      episodes,
      podHours: (this.#podSeconds * SECOND_MS) / HOUR_MS,
      utilization: capacity === 0 ? NaN : served / capacity,
      churn: this.#churn,
      scaleUps: this.#scaleUps,
      scaleDowns: this.#scaleDowns,
      peakReplicas: this.#peak,
      latency: this.#latency?.quantiles() ?? null,
    };
  }
}

function minutes(seconds: number): number {
  return (seconds * SECOND_MS) / MINUTE_MS;
}
