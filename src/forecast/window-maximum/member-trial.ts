import { DAY_MS } from '../../core/duration.js';
import { decodeFloats, encodeFloats } from '../floats.js';

/** After how long an error counts half. */
const HALF_LIFE_MS = 2 * DAY_MS;
/** Errors to judge by; with fewer, the member is given credit. */
const FEWEST = 300;

/**
 * Whether a member of a mean is of use: whether, with it, the sum of the squared errors of the last days is no larger than
 * without it. All or nothing: finer weights would be estimated from too little (see `combination`).
 */
export class MemberTrial {
  readonly #kept: number;
  #with: number;
  #without: number;
  #judged: number;

  /** @param saved what `toJSON` returned */
  constructor(stepMs: number, saved?: string) {
    const [withIt = 0, without = 0, judged = 0] = saved === undefined ? [] : decodeFloats(saved);
    this.#kept = 0.5 ** (stepMs / HALF_LIFE_MS);
    this.#with = withIt;
    this.#without = without;
    this.#judged = judged;
  }

  get isOfUse(): boolean {
    return this.#judged < FEWEST || this.#with <= this.#without;
  }

  /** Takes in what the mean with the member and that of the others were wrong by; NaN: there was none. */
  judge(withIt: number, without: number): void {
    if (Number.isNaN(withIt) || Number.isNaN(without)) return;
    this.#with = this.#kept * this.#with + withIt ** 2;
    this.#without = this.#kept * this.#without + without ** 2;
    this.#judged++;
  }

  toJSON(): string {
    return encodeFloats([this.#with, this.#without, this.#judged]);
  }
}
