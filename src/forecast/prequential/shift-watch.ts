import { DAY_MS, HOUR_MS } from '../../core/duration.js';
import { decodeFloats, encodeFloats } from '../floats.js';

/** Multiple of the usual error from which on one speaks for a shift. */
const FAR = 1.5;
/** Memory of how far the errors agree. */
const MEMORY_MS = 1.5 * HOUR_MS;
/** Errors agree when that share of them, weighted by age, is far off to the same side: after three hours of nothing else. */
const AGREED = 0.85;
/**
 * How long a shift matters: a day until all regressors of one day ago have the new level, and a day in which what was
 * learnt meanwhile is corrected.
 */
const AFTERMATH_MS = 2 * DAY_MS;

/**
 * Watches whether the level of a load has shifted: whether the errors of a forecast have been far off, to the same side, for
 * hours. An incident ends sooner, and noise goes to both sides.
 *
 *     a <- a + (d - a) dt / 1.5 h,    d = sign(residual) if |residual| > 1.5 usual, else 0;    a shift when |a| > 0.85
 *
 * An exponentially weighted sign test (EWMA chart: Roberts 1959, Technometrics 1(3)): how far off the errors are beyond
 * that does not count, so that no single one makes a shift.
 */
export class ShiftWatch {
  /** Errors. */
  readonly #memory: number;
  readonly #aftermath: number;
  #agreement: number;
  /** Errors until the last shift matters no more. */
  #left: number;

  /** @param saved what `toJSON` returned */
  constructor(stepMs: number, saved?: string) {
    const [agreement = 0, left = 0] = saved === undefined ? [] : decodeFloats(saved);
    this.#memory = Math.max(1, MEMORY_MS / stepMs);
    this.#aftermath = Math.ceil(AFTERMATH_MS / stepMs);
    this.#agreement = agreement;
    this.#left = left;
  }

  /** @param usual mean absolute residual so far; NaN: not known */
  push(residual: number, usual: number): void {
    const side = Math.abs(residual) > FAR * usual ? Math.sign(residual) : 0;
    this.#agreement += (side - this.#agreement) / this.#memory;
    if (Math.abs(this.#agreement) > AGREED) this.#left = this.#aftermath;
    else if (this.#left > 0) this.#left--;
  }

  /** It is known from elsewhere that the level has shifted. */
  notice(): void {
    this.#left = this.#aftermath;
  }

  /** Whether the level has shifted within the last two days. */
  get isRecent(): boolean {
    return this.#left > 0;
  }

  toJSON(): string {
    return encodeFloats([this.#agreement, this.#left]);
  }
}
