/** One load on a server, from a process of its own. */
import { answerTasks } from './support/children.js';
import { grpcLoad } from './support/grpc-load.js';
import { httpLoad } from './support/http-load.js';
import { openLoop } from './support/open-loop.js';

export interface LoadTask {
  readonly protocol: 'http' | 'grpc';
  readonly url: string;
  readonly ratePerSecond: number;
  readonly seconds: number;
}

export interface LoadAnswer {
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Requests that were not answered, or not well. */
  readonly failed: number;
  /** Requests sent, those of the warm-up included. */
  readonly sent: number;
}

const WARM_UP_SECONDS = 2;

async function load({ protocol, url, ratePerSecond, seconds }: LoadTask): Promise<LoadAnswer> {
  const ask = { http: httpLoad, grpc: grpcLoad }[protocol](url);
  await openLoop(ask, ratePerSecond, WARM_UP_SECONDS);
  const { latenciesMs, failed } = await openLoop(ask, ratePerSecond, seconds);
  const sorted = latenciesMs.toSorted();
  // By nearest rank: between an answer and one that never came there is nothing.
  const quantile = (level: number): number => sorted[Math.ceil(level * sorted.length) - 1]!;
  return { p50Ms: quantile(0.5), p99Ms: quantile(0.99), failed, sent: ratePerSecond * (WARM_UP_SECONDS + seconds) };
}

answerTasks((task) => load(task as LoadTask));
