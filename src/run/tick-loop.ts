import type { Clock } from '../core/clock.js';
import type { Logger } from '../core/logger.js';
import type { RunMetrics } from '../serve/self/run-metrics.js';
import { periodically } from './periodic.js';

/** Something that makes one step per period. */
export interface Ticking {
  /** For the log. */
  readonly id: string;
  readonly periodMs: number;
  /** In [0, 1): its place among the others. */
  readonly phase: number;
  readonly firstDelayMs: number;
  /** May reject when `signal` is aborted; any other rejection is a bug, is logged, and does not end the loop. */
  tick(signal: AbortSignal): Promise<unknown>;
}

export interface TickLoopProps {
  readonly clock: Clock;
  readonly metrics: Pick<RunMetrics, 'observeTick'>;
  readonly logger: Logger;
  /** Monotonic milliseconds. */
  readonly timer: () => number;
}

/** Makes steps until aborted. */
export async function tickLoop(ticking: Ticking, signal: AbortSignal, props: TickLoopProps): Promise<void> {
  const { clock, metrics, logger, timer } = props;
  const { periodMs, phase, firstDelayMs } = ticking;
  await periodically({
    clock,
    periodMs,
    phase,
    firstDelayMs,
    signal,
    work: async (latenessMs) => {
      const startedMs = timer();
      try {
        await ticking.tick(signal);
      } catch (error) {
        if (signal.aborted) return;
        logger.error({ id: ticking.id, error: String(error) }, 'step failed');
      }
      metrics.observeTick({ seconds: (timer() - startedMs) / 1_000, latenessSeconds: latenessMs / 1_000 });
    },
  });
}
