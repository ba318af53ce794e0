import type { Clock } from '../core/clock.js';
import { TrainingError } from '../core/errors.js';
import type { Executor } from './queued-trainer.js';
import type { OnStage } from './request.js';
import { WORKER_MAIN } from './start-thread.js';
import type { Job } from './tasks.js';
import { TrainingThread } from './training-thread.js';

export interface WorkerExecutorProps {
  /** Most threads at a time. */
  readonly size: number;
  /** Real time, by which a thread that hangs is found. */
  readonly clock: Clock;
  /** What the threads run; for tests. Default: the training tasks. */
  readonly module?: URL;
}

/**
 * Does jobs in worker threads. A thread starts with the first job that finds no other one idle, and stays for the next.
 * One that crashes, hangs or is stopped in the middle of a job fails that job alone; the next job starts another.
 */
export class WorkerExecutor implements Executor {
  readonly size: number;
  readonly #props: WorkerExecutorProps;
  readonly #threads = new Set<TrainingThread>();
  readonly #idle: TrainingThread[] = [];

  constructor(props: WorkerExecutorProps) {
    this.#props = props;
    this.size = props.size;
  }

  async execute(job: Job, options: { signal: AbortSignal; onStage: OnStage }): Promise<unknown> {
    const thread = this.#takeIdle() ?? this.#start();
    try {
      const reply = await thread.do(job, options);
      this.#idle.push(thread);
      if ('error' in reply) throw new TrainingError(reply.error);
      return reply.result;
    } finally {
      if (thread.isLost) this.#threads.delete(thread);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#threads].map((thread) => thread.stop()));
  }

  #takeIdle(): TrainingThread | undefined {
    const thread = this.#idle.pop();
    if (thread?.isLost !== true) return thread;
    this.#threads.delete(thread);
    return this.#takeIdle();
  }

  #start(): TrainingThread {
    const thread = new TrainingThread(this.#props.module ?? WORKER_MAIN, this.#props.clock);
    this.#threads.add(thread);
    return thread;
  }
}
