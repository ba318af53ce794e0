import type { Logger } from '../../src/core/logger.js';
import type { RunMetrics } from '../../src/serve/self/run-metrics.js';

/** What the run loop tells, in a space that does not grow. */
export class SoakMetrics implements RunMetrics {
  steps = 0;
  decisions = 0;
  fits = 0;
  fitFailures = 0;
  storeErrors = 0;
  longestLatenessSeconds = 0;

  observePoll(): void {
    // Of forecast triggers, whose source here always answers.
  }

  setFits(): void {
    // What there is at present is of no interest.
  }

  observeFit(): void {
    this.fits++;
  }

  countFitFailure(): void {
    this.fitFailures++;
  }

  observeTick({ latenessSeconds }: { readonly latenessSeconds: number }): void {
    this.steps++;
    this.longestLatenessSeconds = Math.max(this.longestLatenessSeconds, latenessSeconds);
  }

  countDecision(): void {
    this.decisions++;
  }

  countStoreError(): void {
    this.storeErrors++;
  }
}

/** Sources fail all the time here, which is said in the log each time. */
export const SILENT_LOG: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
