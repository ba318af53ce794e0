import { GrpcConnection, prepareCall } from './grpc-connection.js';
import type { Ask } from './open-loop.js';
import { METRIC, NAMESPACE, WORKLOADS, nameOf } from './serve-names.js';

/** Calls `GetMetrics` over one connection, as KEDA does. */
export function grpcLoad(url: string): Ask {
  const { hostname, port, host } = new URL(url);
  const connection = new GrpcConnection(hostname, Number(port));
  const calls = Array.from({ length: WORKLOADS }, (_, i) =>
    prepareCall(host, '/externalscaler.ExternalScaler/GetMetrics', getMetrics(nameOf(i))),
  );
  return (index, done) => {
    connection.call(calls[index % WORKLOADS]!, done);
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
