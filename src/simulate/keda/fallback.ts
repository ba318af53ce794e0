import { armsFallback } from '../../scaling/fallback.js';

/** Consecutive failures of one metric, in the polls and in the requests of the HPA alike. */
export class FailureCount {
  #failures = 0;

  note(failed: boolean): void {
    this.#failures = failed ? this.#failures + 1 : 0;
  }

  /** Whether there have been more failures in a row than the threshold. */
  isOver(failureThreshold: number): boolean {
    return armsFallback(this.#failures, { failureThreshold });
  }
}
