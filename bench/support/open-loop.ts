/** Sends one request and calls `done` with whether it was answered well. */
export type Ask = (index: number, done: (ok: boolean) => void) => void;

export interface LoadResult {
  /** Latencies in milliseconds, each from the moment at which the request was due. */
  readonly latenciesMs: Float64Array;
  readonly failed: number;
}

/** After the last request, for answers that are still to come. */
const LONGEST_WAIT_MS = 2_000;
/** A prime: neighbouring requests are for workloads far apart. */
const STRIDE = 7_919;

/**
 * Sends requests at a steady rate, whether or not the ones before have been answered: a server that falls behind is seen
 * as late, not as asked less often. Keeps a core busy, so that a request leaves when it is due.
 */
export function openLoop(ask: Ask, ratePerSecond: number, seconds: number): Promise<LoadResult> {
  const count = Math.round(ratePerSecond * seconds);
  const latenciesMs = new Float64Array(count).fill(Infinity);
  const startedMs = performance.now();
  let [sent, answered, failed] = [0, 0, 0];
  return new Promise((resolve) => {
    const send = (index: number): void => {
      const dueMs = startedMs + (index * 1_000) / ratePerSecond;
      ask(index * STRIDE, (ok) => {
        latenciesMs[index] = performance.now() - dueMs;
        answered++;
        if (!ok) failed++;
      });
    };
    const turn = (): void => {
      const elapsedMs = performance.now() - startedMs;
      const due = Math.min(count, Math.floor((elapsedMs / 1_000) * ratePerSecond));
      while (sent < due) send(sent++);
      if (answered < count && elapsedMs < seconds * 1_000 + LONGEST_WAIT_MS) setImmediate(turn);
      else resolve({ latenciesMs, failed: failed + count - answered });
    };
    turn();
  });
}
