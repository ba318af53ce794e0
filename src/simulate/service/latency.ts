import { mmcQueue, responseTail, type MmcQueue } from './erlang-c.js';

/** Servers of a replica at the most: what a queue takes to compute grows with them. */
export const MOST_CONCURRENT = 1_000;

/** How requests are served, for a demand in requests per second. */
export interface LatencySettings {
  /** Mean time one request takes when nothing waits, seconds. */
  readonly serviceS: number;
  /** Requests that one replica serves at the same time, a whole number. */
  readonly serversPerReplica: number;
}

/** Response times that 95 % and 99 % of all requests stayed below; Infinity: too many found no steady state. */
export interface LatencyQuantiles {
  readonly p95S: number;
  readonly p99S: number;
}

/** A stretch of time with one number of servers. */
interface Stretch {
  readonly requests: number;
  readonly queue: MmcQueue;
  /** Wait for what had been left over before. */
  readonly backlogS: number;
}

/** A stretch that is not over: as long as nothing but the demand changes, and a minute at most. */
interface OpenStretch {
  readonly seconds: number;
  readonly requests: number;
  readonly replicas: number;
  readonly backlog: number;
}

const NOTHING: OpenStretch = Object.freeze({ seconds: 0, requests: 0, replicas: -1, backlog: 0 });
const LONGEST_STRETCH_S = 60;

/** Halvings of the interval in which a quantile lies: far below a thousandth of it. */
const BISECTIONS = 40;

/**
 * Response times over a whole replay, as a mixture of M/M/c queues, each in its steady state and weighted by its requests.
 * Above its capacity a queue has none: its requests count as endless, unless the replay carries the queue over, in which
 * case they wait for what is before them.
 */
export class LatencyTally {
  readonly #settings: LatencySettings;
  readonly #stretches: Stretch[] = [];
  #open: OpenStretch = NOTHING;
  #requests = 0;

  /** @throws {RangeError} a service time that is not > 0, or servers that are not a whole number >= 1 */
  constructor(settings: LatencySettings) {
    const { serviceS, serversPerReplica } = settings;
    if (!(serviceS > 0)) throw new RangeError(`serviceS must be > 0, got ${serviceS}`);
    if (!Number.isInteger(serversPerReplica) || serversPerReplica < 1) {
      throw new RangeError(`serversPerReplica must be a whole number >= 1, got ${serversPerReplica}`);
    }
    this.#settings = settings;
  }

  /**
   * @param rate requests per second
   * @param backlog requests that are waiting from before; 0 also when nothing is carried over
   */
  add(seconds: number, rate: number, replicas: number, backlog: number): void {
    if (!(rate >= 0)) return;
    if (backlog > 0 || replicas !== this.#open.replicas || this.#open.seconds >= LONGEST_STRETCH_S) this.#close();
    this.#open = {
      seconds: this.#open.seconds + seconds,
      requests: this.#open.requests + rate * seconds,
      replicas,
      backlog: this.#open.backlog + backlog,
    };
    if (backlog > 0) this.#close();
  }

  /** NaN when there was no request. */
  quantiles(): LatencyQuantiles {
    this.#close();
    return { p95S: this.#quantile(0.95), p99S: this.#quantile(0.99) };
  }

  #close(): void {
    const { seconds, requests, replicas, backlog } = this.#open;
    this.#open = NOTHING;
    if (requests === 0) return;
    const { serviceS, serversPerReplica } = this.#settings;
    const servers = replicas * serversPerReplica;
    const isWorkingOff = backlog > 0 && servers > 0;
    this.#stretches.push({
      requests,
      queue: isWorkingOff ? unlimited(serviceS) : mmcQueue(servers, requests / seconds, serviceS),
      backlogS: isWorkingOff ? (backlog * serviceS) / servers : 0,
    });
    this.#requests += requests;
  }

  #quantile(level: number): number {
    if (this.#requests === 0) return NaN;
    let high = this.#settings.serviceS;
    while (this.#tail(high) > 1 - level) {
      high *= 2;
      if (!Number.isFinite(high)) return Infinity;
    }
    let low = 0;
    for (let i = 0; i < BISECTIONS; i++) {
      const middle = (low + high) / 2;
      if (this.#tail(middle) > 1 - level) low = middle;
      else high = middle;
    }
    return high;
  }

  #tail(seconds: number): number {
    let slower = 0;
    for (const { requests, queue, backlogS } of this.#stretches) {
      slower += requests * responseTail(queue, seconds - backlogS);
    }
    return slower / this.#requests;
  }
}

/** Nobody waits for a server, only for what is before them. */
function unlimited(serviceS: number): MmcQueue {
  return { wait: 0, drain: Infinity, serviceRate: 1 / serviceS };
}
