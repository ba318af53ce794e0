import type { Clock } from '../../src/core/clock.js';

interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
}

/** A clock that moves only when a test says so. */
export class ManualClock implements Clock {
  #nowMs: number;
  /** In order of due time; equal times in order of arrival. */
  #sleepers: Sleeper[] = [];
  #watchers: { readonly count: number; readonly notify: () => void }[] = [];

  constructor(startMs = 0) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  /** Number of sleeps that have not ended. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (ms <= 0) return;
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal?.reason as Error);
      };
      const sleeper: Sleeper = {
        dueMs: this.#nowMs + ms,
        wake: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#add(sleeper);
    });
  }

  /**
   * Moves on by `ms`, waking sleepers in the order in which they are due. After each one, what it does next runs as far
   * as it can without I/O; a sleep that it starts and that ends within the same stretch is woken too.
   */
  async advance(ms: number): Promise<void> {
    await this.advanceTo(this.#nowMs + ms);
  }

  /** As {@link advance}, up to a point in time. */
  async advanceTo(timeMs: number): Promise<void> {
    await settle();
    for (let next = this.#sleepers[0]; next !== undefined && next.dueMs <= timeMs; next = this.#sleepers[0]) {
      this.#sleepers.shift();
      this.#nowMs = next.dueMs;
      next.wake();
      await settle();
    }
    this.#nowMs = Math.max(this.#nowMs, timeMs);
  }

  /** Resolves once at least `count` sleeps are pending: how a test waits for a loop that does real I/O to get there. */
  async untilSleeping(count = 1): Promise<void> {
    if (this.#sleepers.length >= count) return;
    await new Promise<void>((notify) => this.#watchers.push({ count, notify }));
  }

  #add(sleeper: Sleeper): void {
    const after = this.#sleepers.findIndex((other) => other.dueMs > sleeper.dueMs);
    this.#sleepers.splice(after === -1 ? this.#sleepers.length : after, 0, sleeper);
    const satisfied = this.#watchers.filter(({ count }) => this.#sleepers.length >= count);
    this.#watchers = this.#watchers.filter((watcher) => !satisfied.includes(watcher));
    for (const { notify } of satisfied) notify();
  }
}

/** Lets every continuation that needs no I/O run. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
