import { connect, type Socket } from 'node:net';

/** A call as it is sent, but for the number of its stream. */
export interface PreparedCall {
  readonly bytes: Buffer;
  /** Where in `bytes` the two frames have that number. */
  readonly streamAt: readonly [number, number];
  /** What counts against the server's flow control. */
  readonly dataLength: number;
}

interface OpenCall {
  readonly done: (ok: boolean) => void;
  dataLength: number;
}

const FRAME = { data: 0, headers: 1, rstStream: 3, settings: 4, ping: 6, windowUpdate: 8 } as const;
const FLAG = { ack: 1, endStream: 1, endHeaders: 4 } as const;
const FRAME_HEAD_BYTES = 9;
const GRPC_HEAD_BYTES = 5;
const INITIAL_WINDOW = 65_535;
const GREETING = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

/**
 * One HTTP/2 connection for gRPC calls with one short message each way. It does no more than that takes, and decodes no
 * headers: a client that makes objects for each call stops for its own garbage collection for longer than a call takes,
 * and what it then measures is itself.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9113
 */
export class GrpcConnection {
  readonly #socket: Socket;
  readonly #open = new Map<number, OpenCall>();
  readonly #waiting: [PreparedCall, OpenCall][] = [];
  #window = INITIAL_WINDOW;
  #nextStream = 1;
  #rest: Buffer = Buffer.alloc(0);

  constructor(host: string, port: number) {
    this.#socket = connect(port, host).setNoDelay(true);
    this.#socket.on('error', () => undefined);
    this.#socket.on('data', (part) => {
      this.#receive(part);
    });
    this.#socket.on('close', () => {
      for (const stream of this.#open.keys()) this.#end(stream, false);
    });
    const everything = Buffer.alloc(4);
    everything.writeUInt32BE(2 ** 31 - 1 - INITIAL_WINDOW);
    const settings = frame(FRAME.settings, 0, Buffer.alloc(0));
    this.#socket.write(Buffer.concat([Buffer.from(GREETING), settings, frame(FRAME.windowUpdate, 0, everything)]));
  }

  /** @param done called once, with whether a message came before the end of the call */
  call(prepared: PreparedCall, done: (ok: boolean) => void): void {
    const call: OpenCall = { done, dataLength: 0 };
    if (this.#waiting.length > 0 || prepared.dataLength > this.#window) this.#waiting.push([prepared, call]);
    else this.#send(prepared, call);
  }

  #send({ bytes, streamAt, dataLength }: PreparedCall, call: OpenCall): void {
    const stream = this.#nextStream;
    this.#nextStream += 2;
    this.#open.set(stream, call);
    this.#window -= dataLength;
    const sent = Buffer.from(bytes);
    for (const at of streamAt) sent.writeUInt32BE(stream, at);
    this.#socket.write(sent);
  }

  #receive(part: Buffer): void {
    const bytes = this.#rest.length === 0 ? part : Buffer.concat([this.#rest, part]);
    let at = 0;
    while (bytes.length - at >= FRAME_HEAD_BYTES) {
      const end = at + FRAME_HEAD_BYTES + bytes.readUIntBE(at, 3);
      if (bytes.length < end) break;
      this.#frame(
        bytes[at + 3]!,
        bytes[at + 4]!,
        bytes.readUInt32BE(at + 5),
        bytes.subarray(at + FRAME_HEAD_BYTES, end),
      );
      at = end;
    }
    this.#rest = bytes.subarray(at);
  }

  #frame(type: number, flags: number, stream: number, payload: Buffer): void {
    const call = this.#open.get(stream);
    if (type === FRAME.data && call !== undefined) call.dataLength += payload.length;
    if (type === FRAME.headers && (flags & FLAG.endStream) !== 0) {
      this.#end(stream, call !== undefined && call.dataLength > GRPC_HEAD_BYTES);
    }
    if (type === FRAME.rstStream) this.#end(stream, false);
    if ((type === FRAME.settings || type === FRAME.ping) && (flags & FLAG.ack) === 0) {
      this.#socket.write(frame(type, FLAG.ack, type === FRAME.ping ? payload : Buffer.alloc(0)));
    }
    if (type === FRAME.windowUpdate && stream === 0) this.#widen(payload.readUInt32BE());
  }

  #widen(bytes: number): void {
    this.#window += bytes;
    while (this.#waiting.length > 0 && this.#waiting[0]![0].dataLength <= this.#window) {
      this.#send(...this.#waiting.shift()!);
    }
  }

  #end(stream: number, ok: boolean): void {
    this.#open.get(stream)?.done(ok);
    this.#open.delete(stream);
  }
}

/** @param message protobuf, shorter than a frame may be */
export function prepareCall(authority: string, path: string, message: Buffer): PreparedCall {
  const headers = frame(FRAME.headers, FLAG.endHeaders, headerBlock(authority, path));
  // gRPC's head of a message: not compressed, and the length.
  const head = Buffer.alloc(GRPC_HEAD_BYTES);
  head.writeUInt32BE(message.length, 1);
  const data = frame(FRAME.data, FLAG.endStream, Buffer.concat([head, message]));
  return {
    bytes: Buffer.concat([headers, data]),
    streamAt: [5, headers.length + 5],
    dataLength: head.length + message.length,
  };
}

/** Literals that nobody need remember, with names and values from HPACK's static table where it has them. */
function headerBlock(authority: string, path: string): Buffer {
  const text = (value: string): Buffer => Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);
  return Buffer.concat([
    Buffer.from([0x83, 0x86]), // :method: POST, :scheme: http
    ...[Buffer.from([0x04]), text(path)],
    ...[Buffer.from([0x01]), text(authority)],
    ...[Buffer.from([0x0f, 0x10]), text('application/grpc')], // content-type
    ...[Buffer.from([0x00]), text('te'), text('trailers')],
  ]);
}

/** On stream 0. */
function frame(type: number, flags: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(FRAME_HEAD_BYTES);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  return Buffer.concat([head, payload]);
}
