import { constants, type ServerHttp2Stream } from 'node:http2';

/**
 * Tells a client that is not through with its request that the rest is not wanted, as gRPC asks of servers; grpc-js leaves
 * such a stream open for as long as the client likes, and has no public way to close it.
 */
export function stopReading(call: object): void {
  const { stream } = call as { stream?: ServerHttp2Stream };
  // Once the answer is on its way.
  setImmediate(() => {
    stream?.close(constants.NGHTTP2_NO_ERROR);
  });
}
