import { Readable } from 'node:stream';
import type { Job, Jobs } from '../view.js';

/** Proxies cut connections that are silent for longer than about a minute. */
const KEEP_ALIVE_MS = 20_000;

/**
 * The course of a job as server-sent events: its present state, then every change until it ends. A reader that is slower
 * than the changes gets the newest one and misses those between. Destroying the stream stops following.
 */
export class JobEvents<Request, J extends Job<Request>> extends Readable {
  readonly #toJson: (job: J) => unknown;
  readonly #stopFollowing: () => void;
  readonly #keepAlive: NodeJS.Timeout;
  #unsent: J | null;
  #wanted = false;
  #finished = false;

  constructor(jobs: Pick<Jobs<Request, J>, 'follow'>, job: J, toJson: (job: J) => unknown) {
    super();
    this.#toJson = toJson;
    this.#unsent = job;
    const offer = (change: J): void => {
      this.#unsent = change;
      this.#flush();
    };
    this.#stopFollowing = hasEnded(job) ? () => undefined : jobs.follow(job.id, offer);
    this.#keepAlive = setInterval(() => {
      this.#write(': still running\n\n');
    }, KEEP_ALIVE_MS);
    this.#keepAlive.unref();
  }

  /** Ends the stream at once, as when the server shuts down. */
  finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    this.push(null);
  }

  override _read(): void {
    this.#wanted = true;
    this.#flush();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    clearInterval(this.#keepAlive);
    this.#stopFollowing();
    callback(error);
  }

  #flush(): void {
    const job = this.#unsent;
    if (job === null || !this.#wanted || this.#finished) return;
    this.#unsent = null;
    this.#write(`event: ${job.status}\ndata: ${JSON.stringify(this.#toJson(job))}\n\n`);
    if (hasEnded(job)) this.finish();
  }

  #write(text: string): void {
    if (!this.#finished && this.#wanted) this.#wanted = this.push(text);
  }
}

function hasEnded(job: Job<unknown>): boolean {
  return job.status !== 'running';
}
