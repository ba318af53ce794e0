import { type Server, type Socket, connect, createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** Before a broker: to clients, it says that the broker is at another port. */
export interface AdvertisingRelay {
  readonly port: number;
  /** Where clients are sent from now on. */
  advertise(port: number): void;
  stop(): Promise<void>;
}

/**
 * Clients connect to wherever a broker says it is, past any proxy. This relay puts another port into the answers that name
 * the broker: in the versions of the protocol that the client speaks, its host with a length of 16 bits and then its port
 * in 32 bits.
 */
export async function startAdvertisingRelay(brokerPort: number): Promise<AdvertisingRelay> {
  const sockets = new Set<Socket>();
  const own = addressOf(brokerPort);
  let advertised = own;
  const server: Server = createServer((client) => {
    const broker = connect(brokerPort, '127.0.0.1');
    for (const socket of [client, broker]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    }
    client.pipe(broker);
    client.on('close', () => broker.destroy());
    broker.on('close', () => client.destroy());
    let held = Buffer.alloc(0);
    broker.on('data', (chunk) => {
      held = Buffer.concat([held, chunk]);
      // Answers are preceded by their length in 32 bits.
      while (held.length >= 4 && held.length >= 4 + held.readInt32BE()) {
        const end = 4 + held.readInt32BE();
        const answer = held.subarray(0, end);
        for (let at = answer.indexOf(own); at >= 0; at = answer.indexOf(own, at + 1)) advertised.copy(answer, at);
        client.write(answer);
        held = held.subarray(end);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    advertise: (port) => {
      advertised = addressOf(port);
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function addressOf(port: number): Buffer {
  const host = Buffer.from('127.0.0.1');
  const address = Buffer.alloc(2 + host.length + 4);
  address.writeInt16BE(host.length);
  host.copy(address, 2);
  address.writeInt32BE(port, 2 + host.length);
  return address;
}
