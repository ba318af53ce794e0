import { once } from 'node:events';
import { connect, type ClientHttp2Session, type ClientHttp2Stream, type IncomingHttpHeaders } from 'node:http2';

export interface RawReply {
  /** gRPC's status, or NaN when the answer carries none. */
  readonly status: number;
  readonly message: string;
  readonly httpStatus: number;
  /** What came back, gRPC's five bytes before each message included. */
  readonly body: Buffer;
}

/** An HTTP/2 connection below gRPC, for what no gRPC client would send. */
export class RawConnection {
  readonly session: ClientHttp2Session;

  /** @param url as `GrpcServer.start` returns it */
  constructor(url: string) {
    // A client's own limit would end the connection before the server does.
    this.session = connect(url.replace(/^grpc/, 'http'), { maxSessionMemory: 4_000 });
    this.session.on('error', () => undefined);
  }

  open(path: string, headers: Record<string, string> = {}): ClientHttp2Stream {
    const stream = this.session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    stream.on('error', () => undefined);
    return stream;
  }

  /** Sends these bytes as the whole body. */
  async send(path: string, body: Buffer, headers: Record<string, string> = {}): Promise<RawReply> {
    const stream = this.open(path, headers);
    stream.end(body);
    return this.reply(stream);
  }

  async reply(stream: ClientHttp2Stream): Promise<RawReply> {
    let all: IncomingHttpHeaders = {};
    const take = (headers: IncomingHttpHeaders): void => {
      all = { ...all, ...headers };
    };
    stream.on('response', take);
    stream.on('trailers', take);
    const parts: Buffer[] = [];
    stream.on('data', (part: Buffer) => parts.push(part));
    await once(stream, 'close');
    return {
      status: Number(all['grpc-status'] ?? NaN),
      message: String(all['grpc-message'] ?? '').replaceAll('%20', ' '),
      httpStatus: Number(all[':status'] ?? NaN),
      body: Buffer.concat(parts),
    };
  }

  close(): void {
    this.session.destroy();
  }
}

/** One message as gRPC puts it on the wire. */
export function framed(message: Buffer, { compressed = false } = {}): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(compressed ? 1 : 0);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}
