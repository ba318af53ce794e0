/** Sends one request and calls `done` with whether it was answered well. */
export type Ask = (index: number, done: (ok: boolean) => void) => void;

export interface LoadResult {
  /** Milliseconds from the sending of each request to the end of its answer; Infinity: none came. */
  readonly latenciesMs: Float64Array;
  /** How much later than due each request was sent: what the machine did to this side, not to the server. */
  readonly latenessMs: Float64Array;
  readonly failed: number;
}

/** After the last request, for answers that are still to come. */
const LONGEST_WAIT_MS = 2_000;
/** A prime: neighbouring requests are for workloads far apart. */
const STRIDE = 7_919;

/**
 * Sends requests at a steady rate, whether or not the ones before have been answered: a server that falls behind is seen
 * as late, not as asked less often. Sleeps between them, by the millisecond: a load that keeps a core busy is the first to
 * be interrupted on a machine that has other work.
 */
export function openLoop(ask: Ask, ratePerSecond: number, seconds: number): Promise<LoadResult> {
  const count = Math.round(ratePerSecond * seconds);
  const latenciesMs = new Float64Array(count).fill(Infinity);
  const latenessMs = new Float64Array(count);
  const startedMs = performance.now();
  let [sent, answered, failed] = [0, 0, 0];
  return new Promise((resolve) => {
    const send = (index: number): void => {
      const sentMs = performance.now();
      latenessMs[index] = sentMs - startedMs - (index * 1_000) / ratePerSecond;
      ask(index * STRIDE, (ok) => {
        latenciesMs[index] = performance.now() - sentMs;
        answered++;
        if (!ok) failed++;
      });
    };
    const turn = (): void => {
      const elapsedMs = performance.now() - startedMs;
      const due = Math.min(count, Math.floor((elapsedMs / 1_000) * ratePerSecond) + 1);
      while (sent < due) send(sent++);
      if (answered < count && elapsedMs < seconds * 1_000 + LONGEST_WAIT_MS) setTimeout(turn, 1);
      else resolve({ latenciesMs, latenessMs, failed: failed + count - answered });
    };
    turn();
  });
}
