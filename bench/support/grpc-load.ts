import { connect, type IncomingHttpHeaders } from 'node:http2';
import { METRIC, NAMESPACE, WORKLOADS, nameOf } from './serve-names.js';
import type { Ask } from './open-loop.js';

/** Calls `GetMetrics` over one connection, as KEDA does, with as little work on this side as possible. */
export function grpcLoad(url: string): Ask {
  const session = connect(url.replace(/^grpc/, 'http'));
  const requests = Array.from({ length: WORKLOADS }, (_, i) => framed(getMetrics(nameOf(i))));
  return (index, done) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': '/externalscaler.ExternalScaler/GetMetrics',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    let bytes = 0;
    stream.on('data', (part: Buffer) => (bytes += part.length));
    stream.on('trailers', (trailers: IncomingHttpHeaders) => {
      done(trailers['grpc-status'] === '0' && bytes > 5);
    });
    stream.on('error', () => {
      done(false);
    });
    stream.end(requests[index % WORKLOADS]);
  };
}

/** `GetMetricsRequest{scaledObjectRef: {name, namespace}, metricName}`; every part is shorter than 128 bytes. */
function getMetrics(name: string): Buffer {
  return Buffer.concat([field(1, Buffer.concat([field(1, name), field(2, NAMESPACE)])), field(2, METRIC)]);
}

/** A length-delimited field of protobuf. */
function field(number: number, value: string | Buffer): Buffer {
  const bytes = Buffer.from(value as string);
  return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
}

/** gRPC's five bytes before a message: not compressed, and the length. */
function framed(message: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}
