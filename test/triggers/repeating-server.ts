import { once } from 'node:events';
import { type AddressInfo, type Socket, createServer } from 'node:net';

/** A source that refuses everybody, and repeats what it was told: the worst that can be done to a credential. */
export interface RepeatingServer {
  readonly port: number;
  /** What it was told, with the credentials of HTTP decoded. */
  heard(): string;
  stop(): Promise<void>;
}

/** Speaks HTTP to those who do, and to all others their own bytes. */
export async function startRepeatingServer(): Promise<RepeatingServer> {
  const sockets = new Set<Socket>();
  let heard = '';
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      const said = decoded(chunk.toString('latin1'));
      heard += said;
      if (/^(GET|POST) .* HTTP\/1\.1\r\n/.test(said)) {
        socket.end(`HTTP/1.1 403 Forbidden\r\ncontent-length: ${said.length}\r\n\r\n${said}`, 'latin1');
      } else socket.end(chunk);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    heard: () => heard,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** With the credentials in clear, too. */
function decoded(text: string): string {
  const basic = /authorization: Basic (\S+)/i.exec(text)?.[1];
  return basic === undefined ? text : `${text}${Buffer.from(basic, 'base64').toString()}`;
}
