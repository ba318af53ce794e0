import { setImmediate as breathe } from 'node:timers/promises';
import { UsageError } from '../core/errors.js';
import type { Job } from '../serve/view.js';

/** Each takes the CPU from the service for milliseconds at a time; more at once would only finish later. */
const MOST_RUNNING = 2;
/** Finished jobs are kept for reading until this many newer ones exist. */
const MOST_KEPT = 50;

interface Entry<J> {
  job: J;
  readonly abort: AbortController;
  readonly listeners: Set<(job: J) => void>;
}

/** What a job does. It lets others run now and then, and ends with what it found. */
export type Work<J> = (told: {
  readonly signal: AbortSignal;
  readonly tell: (progress: number) => Promise<void>;
}) => Promise<Partial<J>>;

/** Work asked for over REST, done in the background piece by piece, so that serving goes on in between. */
export abstract class BackgroundJobs<Request, J extends Job<Request>> {
  readonly #prefix: string;
  readonly #plural: string;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry<J>>();
  #started = 0;

  /**
   * @param names how ids begin, and what several of them are called
   * @param now epoch milliseconds
   */
  constructor(names: { readonly prefix: string; readonly plural: string }, now: () => number) {
    this.#prefix = names.prefix;
    this.#plural = names.plural;
    this.#now = now;
  }

  list(): readonly J[] {
    return [...this.#entries.values()].map(({ job }) => job);
  }

  get(id: string): J | undefined {
    return this.#entries.get(id)?.job;
  }

  cancel(id: string): boolean {
    const entry = this.#entries.get(id);
    entry?.abort.abort();
    return entry !== undefined;
  }

  follow(id: string, listener: (job: J) => void): () => void {
    const listeners = this.#entries.get(id)?.listeners;
    listeners?.add(listener);
    return () => listeners?.delete(listener);
  }

  /** Cancels what is running. */
  close(): void {
    for (const { abort } of this.#entries.values()) abort.abort();
  }

  /**
   * Begins a job.
   *
   * @param whole adds to what all jobs have what this kind has before it ends
   * @throws {UsageError} too many are running
   */
  protected begin(request: Request, whole: (job: Job<Request>) => J, work: Work<J>): J {
    const running = this.list().filter(({ status }) => status === 'running').length;
    if (running >= MOST_RUNNING) {
      throw new UsageError(
        `${running} ${this.#plural} are running, which is the most at once; cancel one or try again later`,
      );
    }
    const startedAtMs = this.#now();
    const id = `${this.#prefix}-${++this.#started}-${startedAtMs.toString(36)}`;
    const job = whole({ id, request, status: 'running', startedAtMs, finishedAtMs: null, progress: 0, error: null });
    const entry: Entry<J> = { job, abort: new AbortController(), listeners: new Set() };
    this.#entries.set(id, entry);
    this.#forgetOldest();
    void this.#run(entry, work);
    return job;
  }

  /** Never rejects: the outcome is the job's status. */
  async #run(entry: Entry<J>, work: Work<J>): Promise<void> {
    const { signal } = entry.abort;
    const tell = async (progress: number): Promise<void> => {
      this.#change(entry, { progress });
      await breathe();
    };
    try {
      await breathe();
      const found = await work({ signal, tell });
      this.#finish(entry, { status: 'done', progress: 1 }, found);
    } catch (error) {
      if (signal.aborted) this.#finish(entry, { status: 'cancelled' });
      else this.#finish(entry, { status: 'failed', error: error instanceof Error ? error.message : String(error) });
    }
  }

  #finish(entry: Entry<J>, change: Partial<Job<Request>>, found: Partial<J> = {}): void {
    this.#change(entry, { ...change, finishedAtMs: this.#now() }, found);
    entry.listeners.clear();
  }

  #change(entry: Entry<J>, change: Partial<Job<Request>>, found: Partial<J> = {}): void {
    entry.job = { ...entry.job, ...found, ...change };
    for (const listener of entry.listeners) listener(entry.job);
  }

  #forgetOldest(): void {
    for (const [id, { job }] of this.#entries) {
      if (this.#entries.size <= MOST_KEPT) return;
      if (job.status !== 'running') this.#entries.delete(id);
    }
  }
}
