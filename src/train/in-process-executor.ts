import type { OnStage } from './request.js';
import type { Executor } from './queued-trainer.js';
import { perform, type Job } from './tasks.js';

/**
 * Does jobs in the calling thread, which is blocked meanwhile: for tests with a manual clock and for commands that have
 * nothing else to do. A job can be cancelled between its stages only.
 */
export class InProcessExecutor implements Executor {
  readonly size = 1;

  execute(job: Job, { signal, onStage }: { signal: AbortSignal; onStage: OnStage }): Promise<unknown> {
    return new Promise((resolve) => {
      const result = perform(job, (stage) => {
        onStage(stage);
        signal.throwIfAborted();
      });
      resolve(result);
    });
  }

  async close(): Promise<void> {
    // Nothing is held.
  }
}
