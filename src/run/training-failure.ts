import { TidecastError } from '../core/errors.js';
import { formatClockTime } from '../core/format.js';
import type { Logger } from '../core/logger.js';

/** A streak of trainings of one workload that failed: logged when it begins and when it ends, told as long as it lasts. */
export class TrainingFailure {
  readonly #logger: Logger;
  readonly #workload: string;
  #problem: string | null = null;

  constructor(workload: string, logger: Logger) {
    this.#workload = workload;
    this.#logger = logger;
  }

  /** null: the last training succeeded. */
  get problem(): string | null {
    return this.#problem;
  }

  failed(error: unknown, retryAtMs: number): void {
    const reason = error instanceof TidecastError ? error.message : String(error);
    if (this.#problem === null) {
      this.#logger.warn({ workload: this.#workload, error: reason }, 'training failed, serving goes on');
    }
    this.#problem = `training failed (${reason}); tried again at ${formatClockTime(retryAtMs)}`;
  }

  succeeded(): void {
    if (this.#problem !== null) this.#logger.info({ workload: this.#workload }, 'training works again');
    this.#problem = null;
  }
}
