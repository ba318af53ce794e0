import type { Clock } from '../core/clock.js';

export interface AcceleratedClockProps {
  /** The clock that it runs ahead of; its own time of day does not matter. */
  readonly base: Clock;
  /** What it shows at first, epoch milliseconds. */
  readonly startMs: number;
  /** How many of its seconds pass in one of the base clock's, > 0. */
  readonly speed: number;
}

/** A clock that starts where it is told and runs faster (or slower) than another one by a constant factor. */
export class AcceleratedClock implements Clock {
  readonly #base: Clock;
  readonly #baseStartMs: number;
  readonly #startMs: number;
  readonly #speed: number;
  #latestMs: number;

  /** @throws {RangeError} a start that is not finite, or a speed that is not positive and finite */
  constructor({ base, startMs, speed }: AcceleratedClockProps) {
    if (!Number.isFinite(startMs)) throw new RangeError(`startMs must be finite, got ${startMs}`);
    if (!(speed > 0) || !Number.isFinite(speed)) throw new RangeError(`speed must be > 0, got ${speed}`);
    this.#base = base;
    this.#baseStartMs = base.now();
    this.#startMs = startMs;
    this.#speed = speed;
    this.#latestMs = startMs;
  }

  /** Whole milliseconds. Never goes back: a correction of the base clock would show magnified. */
  now(): number {
    const elapsedMs = (this.#base.now() - this.#baseStartMs) * this.#speed;
    this.#latestMs = Math.max(this.#latestMs, Math.round(this.#startMs + elapsedMs));
    return this.#latestMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#base.sleep(ms / this.#speed, signal);
  }
}
