import type { Clock } from '../../src/core/clock.js';
import type { OpenTrigger } from '../../src/core/trigger.js';

/** How long sources are waited for, over all triggers that are {@link watched}. Times are those of the clock. */
export class Attempts {
  count = 0;
  longestMs = 0;
  /** That took longer than they may. */
  late = 0;
  readonly #clock: Clock;
  readonly #allowedMs: number;

  /** @param allowedMs of one opening or one read */
  constructor(clock: Clock, allowedMs: number) {
    this.#clock = clock;
    this.#allowedMs = allowedMs;
  }

  /** The same source, of which openings and reads are timed until they end or are given up. */
  watched(open: OpenTrigger): OpenTrigger {
    return async (signal) => {
      const source = await this.#timed(signal, () => open(signal));
      return {
        read: (limit) => this.#timed(limit, () => source.read(limit)),
        close: () => source.close(),
      };
    };
  }

  async #timed<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const startedMs = this.#clock.now();
    let isOver = false;
    const end = (): void => {
      if (isOver) return;
      isOver = true;
      signal.removeEventListener('abort', end);
      const tookMs = this.#clock.now() - startedMs;
      this.count++;
      this.longestMs = Math.max(this.longestMs, tookMs);
      if (tookMs > this.#allowedMs) this.late++;
    };
    signal.addEventListener('abort', end);
    try {
      return await work();
    } finally {
      end();
    }
  }
}
