import type { OnStage } from './request.js';
import type { RequestOf, ResultOf, TaskName } from './tasks.js';

export interface JobOptions {
  /** `first`: the workload has no model yet; such jobs overtake all others. */
  readonly priority: 'first' | 'refit';
  /** Aborting it takes the job out of the queue or stops it; the job then rejects with the signal's reason. */
  readonly signal: AbortSignal;
  readonly onStage?: OnStage;
}

/** Does the work of training, where it does not disturb. */
export interface Trainer {
  /**
   * @param request called when the job's turn comes, so that a waiting job holds no history and starts with the newest
   * @throws {TrainingError} the task failed, or the trainer is closed
   */
  run<Name extends TaskName>(task: Name, request: () => RequestOf<Name>, options: JobOptions): Promise<ResultOf<Name>>;

  /** Ends all jobs, which reject with a {@link TrainingError}, and frees what the trainer holds. */
  close(): Promise<void>;
}

/** What a trainer tells about its work. */
export interface TrainerMetrics {
  /** Jobs at present. */
  setFits(fits: { readonly queued: number; readonly running: number }): void;
  /** One job is done; the time it took, without waiting. */
  observeFit(seconds: number): void;
  /** One job failed; jobs that are cancelled are not counted. */
  countFitFailure(): void;
}
