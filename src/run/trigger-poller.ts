import type { Clock } from '../core/clock.js';
import { HistoryUnavailableError, TidecastError, TriggerError } from '../core/errors.js';
import { formatNumber } from '../core/format.js';
import { targetFault } from '../core/target.js';
import type { ReactiveTrigger } from '../core/scaled-object.js';
import type { TriggerReading, TriggerSource } from '../core/trigger.js';
import { withDeadline } from './with-deadline.js';

/** What a poll found: an answer, or why there is none. */
export type Poll =
  { readonly reading: TriggerReading; readonly problem: null } | { readonly reading: null; readonly problem: string };

export interface TriggerPollerProps {
  readonly trigger: Pick<ReactiveTrigger, 'open'>;
  readonly clock: Clock;
  /** A poll makes two attempts at most, each of which may take this long. */
  readonly attemptMs: number;
}

/**
 * Asks the source of one trigger, once per poll. As in KEDA, a source that fails is opened anew, credentials and
 * connections included, and asked once more; only then has the poll failed. Each attempt has its own deadline, so that a
 * connection that hangs is replaced within the same poll.
 */
export class TriggerPoller {
  readonly #props: TriggerPollerProps;
  #source: TriggerSource | null = null;
  readonly #closing = new Set<Promise<void>>();

  constructor(props: TriggerPollerProps) {
    this.#props = props;
  }

  /** One poll at a time. Rejects only when `signal` is aborted. */
  async poll(signal: AbortSignal): Promise<Poll> {
    const first = await this.#attempt(signal);
    return first.problem === null ? first : this.#attempt(signal);
  }

  /** Gives all connections back. No poll may follow. */
  async close(): Promise<void> {
    this.#drop();
    await Promise.all(this.#closing);
  }

  async #attempt(signal: AbortSignal): Promise<Poll> {
    signal.throwIfAborted();
    const { clock, attemptMs } = this.#props;
    let deadline: AbortSignal | undefined;
    try {
      const reading = await withDeadline(clock, attemptMs, signal, (limit) => {
        deadline = limit;
        return this.#read(limit);
      });
      return { reading: checked(reading), problem: null };
    } catch (error) {
      this.#drop();
      signal.throwIfAborted();
      // A source that heeds the deadline says that it was interrupted, and not by what.
      const reason: unknown = deadline?.reason;
      return { reading: null, problem: describe(reason instanceof HistoryUnavailableError ? reason : error) };
    }
  }

  async #read(limit: AbortSignal): Promise<TriggerReading> {
    this.#source ??= await this.#open(limit);
    return this.#source.read(limit);
  }

  async #open(limit: AbortSignal): Promise<TriggerSource> {
    const source = await this.#props.trigger.open(limit);
    if (!limit.aborted) return source;
    // It came too late to be used, and nobody else would close it.
    this.#close(source);
    throw limit.reason as Error;
  }

  #drop(): void {
    if (this.#source !== null) this.#close(this.#source);
    this.#source = null;
  }

  /** Not waited for: a source that hangs may hang in closing too. */
  #close(source: TriggerSource): void {
    const closing = (async () => source.close())()
      .catch(() => undefined)
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}

/** @throws {TriggerError} an answer from which nothing could be served */
function checked(reading: TriggerReading): TriggerReading {
  if (reading.metrics.length === 0)
    throw new TriggerError('the source answered without a metric; expected at least one');
  for (const { name, value, target } of reading.metrics) {
    if (!Number.isFinite(value)) throw new TriggerError(`${name} is ${formatNumber(value)}; expected a finite number`);
    const fault = targetFault(target);
    if (fault !== undefined) throw new TriggerError(`the target of ${name} is ${formatNumber(target)}: ${fault}`);
  }
  return reading;
}

/** Our own errors say everything in their message, without credentials; of others only the kind is safe to show. */
function describe(error: unknown): string {
  if (error instanceof TidecastError) return error.message;
  return `unexpected ${error instanceof Error ? error.name : typeof error} while asking the source`;
}
