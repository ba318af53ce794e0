import { status, type ServerWritableStream } from '@grpc/grpc-js';
import type { Clock } from '../../core/clock.js';
import { GrpcError } from './grpc-error.js';

interface Follower {
  /** Sends what has changed. @throws {GrpcError} to end the stream */
  readonly tell: () => void;
  readonly end: () => void;
  readonly fail: (error: GrpcError) => void;
}

/**
 * Open streams that are told of changes. One loop looks for all of them; while there are none it rests. A reader that
 * does not keep up costs one message: it gets the newest state once it has read what was sent.
 */
export class Followers {
  readonly #followers = new Set<Follower>();
  #looking: AbortController | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly periodMs: number,
  ) {}

  /**
   * Sends the state at once and after every change, until the client leaves.
   *
   * @param read the state; UNAVAILABLE means that it is not known now, which is no reason to end, any other
   *   {@link GrpcError} ends the stream
   */
  add<Response>(call: ServerWritableStream<unknown, Response>, read: () => Response): void {
    let sent = '';
    const follower: Follower = {
      tell: () => {
        if (call.writableNeedDrain) return;
        const state = knownState(read);
        const text = JSON.stringify(state);
        if (state === undefined || text === sent) return;
        sent = text;
        call.write(state);
      },
      end: () => {
        call.end();
      },
      fail: (error) => {
        call.emit('error', error);
      },
    };
    call.once('close', () => {
      this.#remove(follower);
    });
    this.#followers.add(follower);
    this.#tell(follower);
    if (this.#followers.size > 0 && this.#looking === null) void this.#look((this.#looking = new AbortController()));
  }

  /** Ends all streams as complete: KEDA then comes back without a growing delay. */
  close(): void {
    for (const follower of this.#followers) {
      this.#remove(follower);
      follower.end();
    }
  }

  #tell(follower: Follower): void {
    try {
      follower.tell();
    } catch (error) {
      this.#remove(follower);
      follower.fail(error as GrpcError);
    }
  }

  #remove(follower: Follower): void {
    this.#followers.delete(follower);
    if (this.#followers.size > 0) return;
    this.#looking?.abort();
    this.#looking = null;
  }

  async #look({ signal }: AbortController): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.clock.sleep(this.periodMs, signal);
      } catch {
        return;
      }
      for (const follower of this.#followers) this.#tell(follower);
    }
  }
}

function knownState<State>(read: () => State): State | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof GrpcError && error.code === status.UNAVAILABLE) return undefined;
    throw error;
  }
}
