import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../core/clock.js';

/** The longest delay a Node.js timer takes; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's clock. Sleeping is measured on the monotonic clock, so a correction of the time of day does not prolong it. */
export class SystemClock implements Clock {
  readonly #keepAlive: boolean;

  /** @param keepAlive whether a pending sleep alone keeps the process from ending; default true */
  constructor({ keepAlive = true }: { readonly keepAlive?: boolean } = {}) {
    this.#keepAlive = keepAlive;
  }

  now(): number {
    return Date.now();
  }

  /**
   * Lets other work run at least once, even for a duration of 0 or less. An infinite sleep ends by its signal only.
   *
   * @throws {RangeError} NaN
   */
  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (Number.isNaN(ms)) throw new RangeError('cannot sleep for NaN ms');
    const endsAt = performance.now() + ms;
    let leftMs = ms;
    do {
      // Rounded up: a timer takes whole milliseconds and may fire a little early, hence the second look.
      const timerMs = Math.min(Math.max(0, Math.ceil(leftMs)), LONGEST_TIMER_MS);
      await this.#timer(timerMs, signal);
      leftMs = endsAt - performance.now();
    } while (leftMs > 0);
  }
  async #timer(ms: number, signal: AbortSignal | undefined): Promise<void> {
    try {
      await wait(ms, undefined, { ref: this.#keepAlive, ...(signal && { signal }) });
    } catch (error) {
      // The timer rejects with an AbortError of its own; the caller is owed the reason it gave.
      signal?.throwIfAborted();
      throw error;
    }
  }
}
