import type { Server } from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

/** What the certificate of a client has shown. */
export interface ClientCertificate {
  readonly commonName: string;
  /** Epoch milliseconds. */
  readonly expiresAtMs: number;
  /** PEM text of the authorities by which it was verified. */
  readonly verifiedBy: string;
}

export interface ConnectionsProps {
  readonly server: Server;
  /** Authorities by which the server verifies client certificates now; null: none. */
  readonly clientCa: () => string | null;
  /** Connections at once that have not shown a certificate of these authorities; one more ends the oldest. */
  readonly maxStrangers: number;
}

interface Accepted {
  readonly socket: Socket;
  readonly verifiedBy: string | null;
}

/**
 * Knows what the client of each connection has shown, and keeps strangers (anyone who has not shown a certificate of the
 * front proxy's authority) few: however many connections they open, the front proxy gets through.
 */
export class Connections {
  readonly #props: ConnectionsProps;
  /** By the client's address and port, oldest first. */
  readonly #strangers = new Map<string, Accepted>();
  readonly #certificates = new WeakMap<Socket, ClientCertificate>();
  #open = 0;

  constructor(props: ConnectionsProps) {
    this.#props = props;
    props.server.on('connection', (socket: Socket) => {
      this.#accept(socket);
    });
    props.server.on('secureConnection', (socket) => {
      this.#identify(socket);
    });
  }

  /** The certificate of the front proxy's authority that this client has shown; undefined: none. */
  certificateOf(socket: Socket): ClientCertificate | undefined {
    return this.#certificates.get(socket);
  }

  /** Connections that are open, and how many of them are strangers'. */
  counts(): { readonly open: number; readonly strangers: number } {
    return { open: this.#open, strangers: this.#strangers.size };
  }

  #accept(socket: Socket): void {
    const key = peerOf(socket);
    // The authorities are those of this moment: the handshake that follows verifies by them, even if they change meanwhile.
    const accepted = { socket, verifiedBy: this.#props.clientCa() };
    this.#strangers.set(key, accepted);
    this.#open++;
    socket.once('close', () => {
      this.#open--;
      if (this.#strangers.get(key) === accepted) this.#strangers.delete(key);
    });
    if (this.#strangers.size > this.#props.maxStrangers) this.#endOldest();
  }

  #endOldest(): void {
    const [oldest] = this.#strangers;
    if (oldest === undefined) return;
    const [key, { socket }] = oldest;
    this.#strangers.delete(key);
    socket.destroy();
  }

  #identify(socket: TLSSocket): void {
    const key = peerOf(socket);
    const verifiedBy = this.#strangers.get(key)?.verifiedBy;
    if (!socket.authorized || verifiedBy === undefined || verifiedBy === null) return;
    const { subject, valid_to } = socket.getPeerCertificate();
    // Node.js's types know one name; a certificate may have several, and then it is not plain whose it is.
    const commonName: unknown = subject.CN;
    if (typeof commonName !== 'string') return;
    this.#certificates.set(socket, { commonName, expiresAtMs: Date.parse(valid_to), verifiedBy });
    this.#strangers.delete(key);
  }
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress ?? ''} ${remotePort ?? ''}`;
}
