import type { Job, Jobs } from '../../src/serve/view.js';

/** Jobs that a test moves on by hand. */
export class FakeJobs<Request, J extends Job<Request>> implements Jobs<Request, J> {
  readonly #prefix: string;
  readonly #atMs: number;
  readonly #whole: (job: Job<Request>) => J;
  readonly #jobs = new Map<string, J>();
  readonly #listeners = new Map<string, Set<(job: J) => void>>();

  /**
   * @param prefix of the ids
   * @param atMs when all of them start
   * @param whole adds what this kind of job has beside
   */
  constructor(prefix: string, atMs: number, whole: (job: Job<Request>) => J) {
    this.#prefix = prefix;
    this.#atMs = atMs;
    this.#whole = whole;
  }

  start(request: Request): J {
    const id = `${this.#prefix}-${this.#jobs.size + 1}`;
    const startedAtMs = this.#atMs;
    const job = this.#whole({
      id,
      request,
      status: 'running',
      startedAtMs,
      finishedAtMs: null,
      progress: 0,
      error: null,
    });
    this.#jobs.set(id, job);
    return job;
  }

  list(): readonly J[] {
    return [...this.#jobs.values()];
  }

  get(id: string): J | undefined {
    return this.#jobs.get(id);
  }

  cancel(id: string): boolean {
    const job = this.#jobs.get(id);
    if (job?.status === 'running') this.change(id, { status: 'cancelled', finishedAtMs: this.#atMs } as Partial<J>);
    return job !== undefined;
  }

  follow(id: string, listener: (job: J) => void): () => void {
    const listeners = this.#listeners.get(id) ?? new Set();
    this.#listeners.set(id, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  change(id: string, change: Partial<J>): void {
    const job = { ...this.#jobs.get(id)!, ...change };
    this.#jobs.set(id, job);
    for (const listener of this.#listeners.get(id) ?? []) listener(job);
  }
}
