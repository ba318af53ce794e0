import type { Worker } from 'node:worker_threads';
import type { Clock } from '../core/clock.js';
import { formatDuration, MINUTE_MS } from '../core/duration.js';
import { TrainingError } from '../core/errors.js';
import type { OnStage } from './request.js';
import { startThread } from './start-thread.js';
import type { Job } from './tasks.js';
import type { Answer, Reply } from './thread-protocol.js';

/** A thread that says nothing for so long will never finish. Each stage takes a fraction of a second. */
const LONGEST_SILENCE_MS = MINUTE_MS;
/** Far more than a stage needs; more would endanger the whole process. */
const MEMORY_MB = 512;

/** One worker thread, which does one job at a time. Once lost, it does no more. */
export class TrainingThread {
  readonly #worker: Worker;
  readonly #clock: Clock;
  #isLost = false;
  #failure = '';

  constructor(module: URL, clock: Clock) {
    this.#clock = clock;
    this.#worker = startThread(module, { resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB } });
    this.#worker.on('error', (error) => {
      this.#failure = `: ${String(error)}`;
    });
    this.#worker.once('exit', () => {
      this.#isLost = true;
    });
    // An idle thread must not keep the process alive.
    this.#worker.unref();
  }

  /** It has crashed, hung, or been stopped. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /**
   * @returns the reply, which may say that the task failed; the thread is fit for more in either case
   * @throws {TrainingError} the thread crashed or hung; the signal's reason when that is aborted. The thread is lost.
   */
  async do(job: Job, { signal, onStage }: { signal: AbortSignal; onStage: OnStage }): Promise<Reply> {
    const worker = this.#worker;
    worker.ref();
    const { promise, resolve, reject } = withResolvers<Reply>();
    const silence = new Silence(this.#clock, () => {
      const span = formatDuration(LONGEST_SILENCE_MS);
      reject(new TrainingError(`the worker thread gave no sign of life for ${span} and was stopped`));
    });
    const onAnswer = (answer: Answer): void => {
      if ('stage' in answer) {
        silence.restart();
        onStage(answer.stage);
      } else {
        resolve(answer);
      }
    };
    const onExit = (code: number): void => {
      reject(new TrainingError(`the worker thread ended with code ${code}${this.#failure}`));
    };
    const onAbort = (): void => {
      reject(signal.reason as Error);
    };
    worker.on('message', onAnswer).once('exit', onExit);
    signal.addEventListener('abort', onAbort);
    try {
      worker.postMessage(job, [job.request.history.values.buffer]);
      return await promise;
    } catch (error) {
      await this.stop();
      throw error;
    } finally {
      silence.end();
      signal.removeEventListener('abort', onAbort);
      worker.off('message', onAnswer).off('exit', onExit);
      worker.unref();
    }
  }

  async stop(): Promise<void> {
    this.#isLost = true;
    await this.#worker.terminate();
  }
}

/** Calls `onTooLong` when it has not been restarted for too long. */
class Silence {
  readonly #clock: Clock;
  readonly #onTooLong: () => void;
  #wait = new AbortController();

  constructor(clock: Clock, onTooLong: () => void) {
    this.#clock = clock;
    this.#onTooLong = onTooLong;
    this.restart();
  }

  restart(): void {
    this.end();
    this.#wait = new AbortController();
    // A wait that is aborted has been restarted or has ended.
    this.#clock.sleep(LONGEST_SILENCE_MS, this.#wait.signal).then(this.#onTooLong, () => undefined);
  }

  end(): void {
    this.#wait.abort();
  }
}

/** As `Promise.withResolvers`, which Node.js 20 does not have. */
function withResolvers<T>() {
  let resolve!: (value: T) => void;
  let reject!: (reason: Error) => void;
  const promise = new Promise<T>((...functions) => ([resolve, reject] = functions));
  return { promise, resolve, reject };
}
