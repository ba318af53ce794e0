import type { Clock } from '../core/clock.js';

export interface Periodic {
  readonly clock: Clock;
  /** Time between two starts. */
  readonly periodMs: number;
  /** In [0, 1): the place of the starts within the period, so that many loops do not start together. */
  readonly phase: number;
  /** Delay of the first start; later ones keep to period and phase. */
  readonly firstDelayMs: number;
  readonly signal: AbortSignal;
  /** Must handle its own failures: a rejection ends the loop. Told how late it starts. */
  readonly work: (latenessMs: number) => Promise<void>;
}

/**
 * Does the work once per period until aborted. It never overlaps itself: work that takes longer than a period makes the
 * starts it has missed drop out, and the next one keeps to the grid.
 */
export async function periodically({ clock, periodMs, phase, firstDelayMs, signal, work }: Periodic): Promise<void> {
  let dueMs = clock.now() + firstDelayMs;
  for (;;) {
    try {
      await clock.sleep(Math.max(0, dueMs - clock.now()), signal);
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
    await work(Math.max(0, clock.now() - dueMs));
    dueMs = nextStart(pastDue(clock.now(), dueMs, periodMs), periodMs, phase);
  }
}

/** A clock that was set back a little shows a time just before the start that has been made: it is not made again. */
function pastDue(nowMs: number, dueMs: number, periodMs: number): number {
  return nowMs < dueMs && dueMs - nowMs < periodMs / 2 ? dueMs : nowMs;
}

/** The first moment after `nowMs` that is `phase` into a period, in whole milliseconds; periods are counted from the epoch. */
export function nextStart(nowMs: number, periodMs: number, phase: number): number {
  const offset = Math.round(phase * periodMs);
  return (Math.floor((nowMs - offset) / periodMs) + 1) * periodMs + offset;
}
