/** One load on a server, from a process of its own. */
import { answerTasks } from './support/children.js';
import { grpcLoad } from './support/grpc-load.js';
import { httpLoad, type Secured } from './support/http-load.js';
import { openLoop } from './support/open-loop.js';

/** Where a server listens, and how it is talked to. */
export interface Endpoint {
  readonly protocol: 'http' | 'grpc';
  readonly url: string;
  /** With TLS, and as the front proxy. */
  readonly secured?: Secured;
}

export interface LoadTask {
  readonly endpoint: Endpoint;
  readonly ratePerSecond: number;
  readonly seconds: number;
}

export interface LoadAnswer {
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** How much later than due requests were sent: how busy the machine was with other things. */
  readonly sentLateP99Ms: number;
  /** Requests that were not answered, or not well. */
  readonly failed: number;
  /** Requests sent, those of the warm-up included. */
  readonly sent: number;
}

/** For connections to be opened, and for the code of this side to be compiled. */
const WARM_UP_SECONDS = 1;

async function load({ endpoint, ratePerSecond, seconds }: LoadTask): Promise<LoadAnswer> {
  const { protocol, url, secured } = endpoint;
  const ask = protocol === 'http' ? httpLoad(url, secured) : grpcLoad(url);
  await openLoop(ask, ratePerSecond, WARM_UP_SECONDS);
  const { latenciesMs, latenessMs, failed } = await openLoop(ask, ratePerSecond, seconds);
  return {
    p50Ms: quantile(latenciesMs, 0.5),
    p99Ms: quantile(latenciesMs, 0.99),
    sentLateP99Ms: quantile(latenessMs, 0.99),
    failed,
    sent: ratePerSecond * (WARM_UP_SECONDS + seconds),
  };
}

/** By nearest rank: between an answer and one that never came there is nothing. */
function quantile(values: Float64Array, level: number): number {
  return values.toSorted()[Math.ceil(level * values.length) - 1]!;
}

answerTasks((task) => load(task as LoadTask));
