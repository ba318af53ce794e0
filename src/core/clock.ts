/** The only source of time. Only `run/`, `serve/` and `demo/` hold one; below them, time is an argument. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /**
   * Resolves after `ms` milliseconds of this clock's time.
   *
   * @param signal aborting it rejects with the signal's reason
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
