import type { Socket } from 'node:net';

/** What is known of one client connection. */
export interface Connection {
  readonly socket: Socket;
  openCalls: number;
  /** Subject of the certificate that the client has shown; null: none. Undefined until somebody has looked. */
  subject?: string | null;
}

/**
 * The open connections of one server, no more than a number of them. One more takes the place of another: of the address
 * with the most connections the one that has been without a call for the longest time. Whoever opens thousands and does
 * nothing with them loses his own; a client that calls from time to time stays, or comes back.
 */
export class Connections {
  /** By address and port, the longest without a call first. */
  readonly #byPeer = new Map<string, Connection>();
  readonly #perAddress = new Map<string, number>();

  /** @param onEvicted called when a connection was closed to make room */
  constructor(
    private readonly most: number,
    private readonly onEvicted: () => void,
  ) {}

  /** Takes up a connection that was just accepted, until it closes. */
  add(socket: Socket): void {
    const { remoteAddress, remotePort } = socket;
    // Gone again before it was looked at.
    if (remoteAddress === undefined || remotePort === undefined) {
      socket.destroy();
      return;
    }
    if (this.#byPeer.size >= this.most) this.#evict();
    const peer = `${remoteAddress}:${remotePort}`;
    this.#byPeer.set(peer, { socket, openCalls: 0 });
    this.#perAddress.set(remoteAddress, (this.#perAddress.get(remoteAddress) ?? 0) + 1);
    socket.once('close', () => {
      this.#remove(peer, socket, remoteAddress);
    });
  }

  /**
   * The connection of a call that begins now.
   *
   * @param peer address and port, as grpc-js names it
   * @returns undefined when it has closed
   */
  use(peer: string): Connection | undefined {
    const connection = this.#byPeer.get(peer);
    if (connection === undefined) return undefined;
    this.#byPeer.delete(peer);
    this.#byPeer.set(peer, connection);
    return connection;
  }

  destroy(): void {
    for (const { socket } of this.#byPeer.values()) socket.destroy();
  }

  #remove(peer: string, socket: Socket, address: string): void {
    // The port may be in use again.
    if (this.#byPeer.get(peer)?.socket === socket) this.#byPeer.delete(peer);
    const others = (this.#perAddress.get(address) ?? 1) - 1;
    if (others === 0) this.#perAddress.delete(address);
    else this.#perAddress.set(address, others);
  }

  #evict(): void {
    const [crowded] = [...this.#perAddress].reduce((most, one) => (one[1] > most[1] ? one : most));
    for (const [peer, { socket }] of this.#byPeer) {
      if (socket.remoteAddress !== crowded) continue;
      this.#byPeer.delete(peer);
      socket.destroy();
      this.onEvicted();
      return;
    }
  }
}
