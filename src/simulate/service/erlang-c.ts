/**
 * Probability that a request has to wait, in a queue with Poisson arrivals, exponential service times and `servers`
 * servers (M/M/c).
 *
 * @param servers whole number >= 0
 * @param load arrival rate times mean service time (erlangs), >= 0
 * @returns 1 when the load is not below the number of servers: the queue then has no steady state
 * @see Erlang (1917); computed from Erlang's B by its recursion, which does not overflow: Cooper, "Introduction to Queueing
 *   Theory", 2nd ed., section 3.3
 * @example erlangC(2, 1) // 1/3
 */
export function erlangC(servers: number, load: number): number {
  if (load >= servers) return 1;
  let blocking = 1;
  for (let k = 1; k <= servers; k++) blocking = (load * blocking) / (k + load * blocking);
  return blocking / (1 - (load / servers) * (1 - blocking));
}

/** A queue in its steady state, prepared for {@link responseTail}. */
export interface MmcQueue {
  /** Probability of waiting. */
  readonly wait: number;
  /** Rate at which those who wait stop waiting: capacity less arrivals, per second; 0: never. */
  readonly drain: number;
  /** Services per second of one server. */
  readonly serviceRate: number;
}

/**
 * @param arrivals per second, >= 0
 * @param serviceS mean service time in seconds, > 0
 */
export function mmcQueue(servers: number, arrivals: number, serviceS: number): MmcQueue {
  const serviceRate = 1 / serviceS;
  const wait = erlangC(servers, arrivals * serviceS);
  return { wait, drain: Math.max(0, servers * serviceRate - arrivals), serviceRate };
}

/**
 * Probability that a request takes longer than `seconds` from arrival to answer.
 *
 * @returns 1 for a queue without steady state
 * @see Cooper, "Introduction to Queueing Theory", 2nd ed., section 3.4: the sum of an exponential waiting time, with
 *   probability `wait`, and an exponential service time
 */
export function responseTail({ wait, drain, serviceRate }: MmcQueue, seconds: number): number {
  if (seconds < 0 || drain === 0) return 1;
  const served = Math.exp(-serviceRate * seconds);
  if (wait === 0) return served;
  const gap = drain - serviceRate;
  // (drain e^{-rate t} - rate e^{-drain t}) / (drain - rate), written differently where the two rates are close.
  const waited =
    Math.abs(gap * seconds) > 1
      ? (drain * served - serviceRate * Math.exp(-drain * seconds)) / gap
      : served * (1 + serviceRate * (gap === 0 ? seconds : -Math.expm1(-gap * seconds) / gap));
  return (1 - wait) * served + wait * waited;
}
