import { status } from '@grpc/grpc-js';
import type { Connection } from './connections.js';
import { GrpcError } from './grpc-error.js';

/**
 * Calls and streams open at the same time. A connection may have as many as are still free: one that takes all it can get
 * leaves half to the others, and each further one of that kind leaves a smaller share, but never nothing.
 */
export class OpenCalls {
  #open = 0;

  constructor(private readonly most: number) {}

  /** @throws {GrpcError} RESOURCE_EXHAUSTED: the connection has its share */
  enter(connection: Pick<Connection, 'openCalls'>): void {
    if (connection.openCalls >= this.most - this.#open) {
      throw new GrpcError(
        status.RESOURCE_EXHAUSTED,
        `${connection.openCalls} calls are open on this connection and ${this.#open} in all, of at most ${this.most}`,
      );
    }
    connection.openCalls++;
    this.#open++;
  }

  leave(connection: Pick<Connection, 'openCalls'>): void {
    connection.openCalls--;
    this.#open--;
  }
}
