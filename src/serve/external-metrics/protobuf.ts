import type { ExternalMetricValueList } from './metric-values.js';

/** Kubernetes' media type for its protobuf envelope. */
export const PROTOBUF_TYPE = 'application/vnd.kubernetes.protobuf';

/** "k8s" and a zero: the four bytes before every envelope. */
const MAGIC = Buffer.from([0x6b, 0x38, 0x73, 0x00]);

/** Wire types of protobuf. */
const VARINT = 0;
const LENGTH_DELIMITED = 2;

/**
 * A list of values in Kubernetes' protobuf form: the magic bytes, then `runtime.Unknown` with the kind and the list.
 *
 * @see k8s.io/metrics `pkg/apis/external_metrics/v1beta1/generated.proto`, apimachinery `pkg/runtime/generated.proto`
 */
export function encodeProtobuf(list: ExternalMetricValueList): Buffer {
  const typeMeta = message(text(1, list.apiVersion), text(2, list.kind));
  const metadata = bytes(1, message());
  const items = list.items.map((item) => bytes(2, encodeValue(item)));
  return Buffer.concat([MAGIC, bytes(1, typeMeta), bytes(2, message(metadata, ...items))]);
}

function encodeValue({ metricName, metricLabels, timestamp, value }: ExternalMetricValueList['items'][number]): Buffer {
  const labels = Object.entries(metricLabels).map(([key, label]) => bytes(2, message(text(1, key), text(2, label))));
  const seconds = integer(1, Date.parse(timestamp) / 1_000);
  return message(text(1, metricName), ...labels, bytes(3, message(seconds)), bytes(5, message(text(1, value))));
}

function message(...fields: readonly Buffer[]): Buffer {
  return Buffer.concat(fields);
}

function text(field: number, value: string): Buffer {
  return bytes(field, Buffer.from(value));
}

function bytes(field: number, value: Buffer): Buffer {
  return Buffer.concat([varint((field << 3) | LENGTH_DELIMITED), varint(value.length), value]);
}

/** @param value a whole number of at least 0, below 2^53 */
function integer(field: number, value: number): Buffer {
  return Buffer.concat([varint((field << 3) | VARINT), varint(value)]);
}

function varint(value: number): Buffer {
  const groups = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) groups.push((rest % 0x80) | 0x80);
  return Buffer.from([...groups, rest]);
}
