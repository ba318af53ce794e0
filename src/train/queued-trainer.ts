import PQueue from 'p-queue';
import { TidecastError, TrainingError } from '../core/errors.js';
import type { OnStage } from './request.js';
import type { Job, RequestOf, ResultOf, TaskName } from './tasks.js';
import type { JobOptions, Trainer, TrainerMetrics } from './trainer.js';

/** Where jobs are done. */
export interface Executor {
  /** Most jobs at a time. */
  readonly size: number;
  /** Rejects with the signal's reason once that is aborted. */
  execute(job: Job, options: { readonly signal: AbortSignal; readonly onStage: OnStage }): Promise<unknown>;
  close(): Promise<void>;
}

export interface QueuedTrainerProps {
  readonly executor: Executor;
  readonly metrics: TrainerMetrics;
  /** Monotonic milliseconds. */
  readonly timer: () => number;
}

const PRIORITY = { first: 1, refit: 0 };

/** Keeps jobs waiting until the executor has room: those of workloads without a model first, else in order of arrival. */
export class QueuedTrainer implements Trainer {
  readonly #props: QueuedTrainerProps;
  readonly #queue: PQueue;
  readonly #jobs = new Set<AbortController>();
  #closed = false;

  constructor(props: QueuedTrainerProps) {
    this.#props = props;
    this.#queue = new PQueue({ concurrency: props.executor.size });
    const tell = (): void => {
      props.metrics.setFits({ queued: this.#queue.size, running: this.#queue.pending });
    };
    for (const change of ['add', 'active', 'next'] as const) this.#queue.on(change, tell);
  }

  async run<Name extends TaskName>(
    task: Name,
    request: () => RequestOf<Name>,
    { priority, signal, onStage = () => undefined }: JobOptions,
  ): Promise<ResultOf<Name>> {
    if (this.#closed) throw closed();
    signal.throwIfAborted();
    // Not AbortSignal.any: in Node.js 20 every call leaves something behind in a signal that lives long.
    const job = new AbortController();
    const cancel = (): void => {
      job.abort(signal.reason);
    };
    signal.addEventListener('abort', cancel);
    this.#jobs.add(job);
    try {
      const work = () => this.#measured(() => ({ task, request: request() }), { signal: job.signal, onStage });
      const options = { priority: PRIORITY[priority], signal: job.signal };
      return (await this.#queue.add(work, options)) as ResultOf<Name>;
    } finally {
      signal.removeEventListener('abort', cancel);
      this.#jobs.delete(job);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const job of this.#jobs) job.abort(closed());
    await this.#props.executor.close();
  }

  async #measured(job: () => Job, options: { signal: AbortSignal; onStage: OnStage }): Promise<unknown> {
    const { executor, metrics, timer } = this.#props;
    const startedMs = timer();
    try {
      const result = await executor.execute(job(), options);
      metrics.observeFit((timer() - startedMs) / 1_000);
      return result;
    } catch (error) {
      if (options.signal.aborted) throw error;
      metrics.countFitFailure();
      throw error instanceof TidecastError ? error : new TrainingError(String(error), { cause: error });
    }
  }
}

function closed(): TrainingError {
  return new TrainingError('the trainer is closed');
}
