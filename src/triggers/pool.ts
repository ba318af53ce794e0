import { createHash } from 'node:crypto';
import { untilAborted } from './until-aborted.js';

/** How a pool makes and ends connections of one kind. */
export interface Connecting<C> {
  /**
   * Rejects, leaving nothing behind, when the signal is aborted.
   *
   * @param onLost to be called when the connection is found dead, so that nobody is given it any more
   */
  connect(signal: AbortSignal, onLost: () => void): Promise<C>;
  disconnect(connection: C): Promise<void> | void;
}

/** A share in a connection. */
export interface Lease<C> {
  readonly connection: C;
  /** Lets nobody else have the connection from now on; those who have it keep it. */
  discard(): void;
  /** Gives the share back; the last one ends the connection. Never rejects; further calls do nothing. */
  release(): Promise<void>;
}

interface Entry<C> {
  readonly connection: Promise<C>;
  readonly connecting: Connecting<C>;
  /** Ends the attempt to connect when nobody waits for it any more. */
  readonly abandoned: AbortController;
  isConnected: boolean;
  leases: number;
}

/**
 * Connections shared by all who ask for the same key, counted: made for the first, ended by the last. Holds for
 * clients that answer several callers at once.
 */
export class ConnectionPool<C> {
  private readonly entries = new Map<string, Entry<C>>();

  /** Connections that may be handed out. */
  get size(): number {
    return this.entries.size;
  }

  /**
   * @param key of everything that tells one connection from another, credentials included; see {@link connectionKey}
   * @throws what `connect` throws, and the signal's reason
   */
  async lease(key: string, connecting: Connecting<C>, signal: AbortSignal): Promise<Lease<C>> {
    signal.throwIfAborted();
    const entry = this.entries.get(key) ?? this.connect(key, connecting);
    entry.leases++;
    const discard = (): void => {
      if (this.entries.get(key) === entry) this.entries.delete(key);
    };
    let released: Promise<void> | undefined;
    const release = (): Promise<void> => (released ??= giveBack(entry, discard));
    try {
      return { connection: await untilAborted(entry.connection, signal), discard, release };
    } catch (error) {
      // An attempt that hangs must not be joined by those who come later.
      discard();
      await release();
      throw error;
    }
  }

  private connect(key: string, connecting: Connecting<C>): Entry<C> {
    const abandoned = new AbortController();
    const onLost = (): void => {
      if (this.entries.get(key) === entry) this.entries.delete(key);
    };
    const connection = connecting.connect(abandoned.signal, onLost);
    const entry: Entry<C> = { connection, connecting, abandoned, isConnected: false, leases: 0 };
    this.entries.set(key, entry);
    connection.then(
      () => {
        entry.isConnected = true;
      },
      () => undefined,
    );
    return entry;
  }
}

async function giveBack<C>(entry: Entry<C>, discard: () => void): Promise<void> {
  entry.leases--;
  if (entry.leases > 0) return;
  discard();
  const ended = entry.connection.then((connection) => entry.connecting.disconnect(connection));
  // A connection that was never made, or cannot be ended in good order, is gone all the same.
  const gone = ended.catch(() => undefined);
  if (entry.isConnected) await gone;
  else entry.abandoned.abort();
}

/** A key that does not hold the credentials it depends on. */
export function connectionKey(parts: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify(parts, (_key, value: unknown) => (value instanceof Map ? [...value] : value));
  return createHash('sha256').update(text).digest('hex');
}
