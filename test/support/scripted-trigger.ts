import { TriggerError } from '../../src/core/errors.js';
import type { TriggerReading, TriggerSource } from '../../src/core/trigger.js';

/** What happens before an answer: it may take time, throw, or never end. */
export type Gate = (signal: AbortSignal) => Promise<void>;

export const answers: Gate = () => Promise.resolve();
export const isDown: Gate = () => Promise.reject(new TriggerError('connection refused'));
/** Ends with its signal, as a well-behaved client does. */
export const hangs: Gate = (signal) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(new TriggerError('aborted'));
    });
  });
/** Does not even end with its signal. */
export const isDeaf: Gate = () => new Promise(() => undefined);

/** The source of a trigger, in memory, that does what a test tells it and counts what is done to it. */
export class ScriptedTrigger {
  /** What every metric reads; the trigger is active above 0. */
  value: number;
  metrics: TriggerReading['metrics'] | null = null;
  beforeOpen: Gate = answers;
  beforeRead: Gate = answers;
  beforeClose: () => Promise<void> = () => Promise.resolve();
  opened = 0;
  reads = 0;
  closed = 0;
  readonly #name: string;
  readonly #target: number;

  constructor(value: number, name = 'rabbitmq-orders', target = 20) {
    this.value = value;
    this.#name = name;
    this.#target = target;
  }

  /** Sources that nobody has closed. */
  get left(): number {
    return this.opened - this.closed;
  }

  readonly open = async (signal: AbortSignal): Promise<TriggerSource> => {
    await this.beforeOpen(signal);
    this.opened++;
    return {
      read: async (limit) => {
        this.reads++;
        await this.beforeRead(limit);
        const metrics = this.metrics ?? [{ name: this.#name, target: this.#target, value: this.value }];
        return { active: metrics.some(({ value }) => value > 0), metrics };
      },
      close: async () => {
        this.closed++;
        await this.beforeClose();
      },
    };
  };
}
