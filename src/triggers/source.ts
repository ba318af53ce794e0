import { TriggerError } from '../core/errors.js';
import type { OpenTrigger, TriggerMetric, TriggerReading, TriggerSource } from '../core/trigger.js';
import type { Failure } from './failure.js';
import type { Connecting, ConnectionPool, Lease } from './pool.js';
import { untilAborted, untilEither } from './until-aborted.js';

/** Of a source that is read through a shared connection. */
export interface PooledSource<C> extends Connecting<C> {
  readonly pool: ConnectionPool<C>;
  readonly key: string;
  readonly failure: Failure;
  /**
   * May ignore the signal: nobody waits for it longer than until the signal is aborted.
   *
   * @throws {TriggerError} the source answers what cannot be used
   * @throws anything else: the connection is in doubt
   */
  read(connection: C, signal: AbortSignal): Promise<TriggerReading>;
}

/**
 * Opens a source whose connection is shared with the triggers that have the same key. A connection in doubt is given to
 * nobody any more: whoever opens anew gets a new one.
 */
export function openPooled<C>(source: PooledSource<C>): OpenTrigger {
  return async (signal) => {
    try {
      return new LeasedSource(source, await source.pool.lease(source.key, source, signal));
    } catch (error) {
      throw source.failure(error);
    }
  };
}

class LeasedSource<C> implements TriggerSource {
  private readonly closed = new AbortController();

  constructor(
    private readonly source: PooledSource<C>,
    private readonly lease: Lease<C>,
  ) {}

  async read(signal: AbortSignal): Promise<TriggerReading> {
    const { source, lease, closed } = this;
    try {
      return await untilEither(signal, closed.signal, async (either) =>
        checked(await untilAborted(source.read(lease.connection, either), either)),
      );
    } catch (error) {
      // A source that answers what cannot be used has a connection that can.
      if (!(error instanceof TriggerError)) lease.discard();
      throw source.failure(error);
    }
  }

  async close(): Promise<void> {
    this.closed.abort(new TriggerError('closed while it was being asked'));
    await this.lease.release();
  }
}

/** The reading of a trigger with one metric, active strictly above a value. */
export function readingOf(metric: TriggerMetric, value: number, activation: number): TriggerReading {
  return { active: value > activation, metrics: [{ ...metric, value }] };
}

/** @throws {TriggerError} a value is no number: unknown is never a value */
function checked(reading: TriggerReading): TriggerReading {
  for (const { name, value } of reading.metrics) {
    if (!Number.isFinite(value)) throw new TriggerError(`the value of ${name} is ${String(value)}`);
  }
  return reading;
}
