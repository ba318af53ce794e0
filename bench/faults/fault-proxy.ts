import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { NetworkFault } from './fault.js';

/** Longer than any poll waits here. */
const SLOW_MS = 3_000;
/** Less than any answer here has. */
const PARTIAL_BYTES = 3;

/** Stands between a client and a server on 127.0.0.1, and does to their connections what a network may do. */
export class FaultProxy {
  readonly #targetPort: number;
  readonly #sockets = new Set<Socket>();
  #server: Server;
  #fault: NetworkFault | null = null;
  #port = 0;

  private constructor(targetPort: number) {
    this.#targetPort = targetPort;
    this.#server = this.#newServer();
  }

  static async start(targetPort: number): Promise<FaultProxy> {
    const proxy = new FaultProxy(targetPort);
    await proxy.#listen(0);
    return proxy;
  }

  get port(): number {
    return this.#port;
  }

  /** Open connections suffer it too. */
  async inject(fault: NetworkFault): Promise<void> {
    this.#fault = fault;
    if (fault === 'refused') await this.#close();
    if (fault === 'down') this.#cut();
  }

  async heal(): Promise<void> {
    const wasRefused = this.#fault === 'refused';
    this.#fault = null;
    this.#cut();
    if (!wasRefused) return;
    this.#server = this.#newServer();
    await this.#listen(this.#port);
  }

  /** Ends all connections, as a server does that forgets its clients. */
  cut(): void {
    this.#cut();
  }

  async close(): Promise<void> {
    if (this.#fault !== 'refused') await this.#close();
  }

  #newServer(): Server {
    return createServer((client) => {
      this.#keep(client);
      if (this.#fault === 'down') {
        client.resetAndDestroy();
        return;
      }
      const upstream = connect(this.#targetPort, '127.0.0.1');
      this.#keep(upstream);
      client.on('data', (chunk) => void this.#pass(chunk, upstream, false));
      upstream.on('data', (chunk) => void this.#pass(chunk, client, true));
      client.on('close', () => upstream.destroy());
      upstream.on('close', () => client.destroy());
    });
  }

  async #pass(chunk: Buffer, to: Socket, isAnswer: boolean): Promise<void> {
    if (this.#fault === 'hung') return;
    if (this.#fault === 'slow') await delay(SLOW_MS, undefined, { ref: false });
    if (to.destroyed) return;
    if (this.#fault === 'partial' && isAnswer) to.end(chunk.subarray(0, PARTIAL_BYTES));
    else to.write(chunk);
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
  }

  async #listen(port: number): Promise<void> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  #cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async #close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#cut();
    await closed;
  }
}
