import { EventEmitter, once } from 'node:events';
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';

/** Stands between a client and a server, to cut or freeze what they say. */
export interface TcpProxy {
  readonly port: number;
  /** Connections of clients that are open. */
  readonly connections: number;
  /** From now on nothing is passed on in either direction; new connections are accepted and stay silent. */
  freeze(): void;
  /** Ends what a freeze held up, and passes new connections on again. */
  thaw(): void;
  /** Destroys all connections. */
  cut(): void;
  /** Resolves when a client next says something, or connects, while frozen. */
  heard(): Promise<void>;
  /** Resolves when no client is connected. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a proxy on a free port of 127.0.0.1 before the same host's `targetPort`. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const clients = new Set<Socket>();
  const events = new EventEmitter();
  let frozen = false;

  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  };
  const pass = (from: Socket, to: Socket, isClient: boolean): void => {
    from.on('data', (chunk) => {
      if (!frozen) to.write(chunk);
      else if (isClient) events.emit('heard');
    });
    from.on('close', () => to.destroy());
  };
  const server = createServer((client) => {
    keep(client);
    clients.add(client);
    client.on('close', () => {
      clients.delete(client);
      if (clients.size === 0) events.emit('idle');
    });
    if (frozen) {
      client.resume();
      events.emit('heard');
      return;
    }
    const upstream = connect(targetPort, '127.0.0.1');
    keep(upstream);
    pass(client, upstream, true);
    pass(upstream, client, false);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return clients.size;
    },
    freeze: () => {
      frozen = true;
    },
    thaw: () => {
      frozen = false;
      cut();
    },
    cut,
    heard: async () => {
      await once(events, 'heard');
    },
    idle: async () => {
      if (clients.size > 0) await once(events, 'idle');
    },
    stop: async () => {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
