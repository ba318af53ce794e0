import { fromJSON, type MessageTypeDefinition } from '@grpc/proto-loader';

const field = (type: string, id: number, rule?: 'repeated') => ({ type, id, ...(rule && { rule }) });

/** The messages as apimachinery and k8s.io/metrics define them; read by protobuf.js. */
const definitions = fromJSON(
  {
    nested: {
      TypeMeta: { fields: { apiVersion: field('string', 1), kind: field('string', 2) } },
      Unknown: {
        fields: {
          typeMeta: field('TypeMeta', 1),
          raw: field('bytes', 2),
          contentEncoding: field('string', 3),
          contentType: field('string', 4),
        },
      },
      ListMeta: {
        fields: { selfLink: field('string', 1), resourceVersion: field('string', 2), continue: field('string', 3) },
      },
      Time: { fields: { seconds: field('int64', 1), nanos: field('int32', 2) } },
      Quantity: { fields: { string: field('string', 1) } },
      ExternalMetricValue: {
        fields: {
          metricName: field('string', 1),
          metricLabels: { keyType: 'string', type: 'string', id: 2 },
          timestamp: field('Time', 3),
          window: field('int64', 4),
          value: field('Quantity', 5),
        },
      },
      ExternalMetricValueList: {
        fields: { metadata: field('ListMeta', 1), items: field('ExternalMetricValue', 2, 'repeated') },
      },
      Reading: {
        methods: {
          unknown: { requestType: 'Unknown', responseType: 'Unknown' },
          list: { requestType: 'ExternalMetricValueList', responseType: 'ExternalMetricValueList' },
        },
      },
    },
  } as unknown as Parameters<typeof fromJSON>[0],
  { longs: Number, defaults: false },
);

type Readers = Readonly<Record<string, { readonly responseDeserialize: (bytes: Buffer) => unknown }>>;
const readers = definitions['Reading'] as unknown as Readers & MessageTypeDefinition<object, object>;

export interface DecodedAnswer {
  /** The first four bytes. */
  readonly magic: string;
  readonly typeMeta: unknown;
  readonly list: { readonly items: readonly { readonly value: { readonly string: string } }[] };
}

/** An answer of the external metrics API in Kubernetes' protobuf form, as another implementation reads it. */
export function decodeAnswer(bytes: Buffer): DecodedAnswer {
  const envelope = readers['unknown']!.responseDeserialize(bytes.subarray(4)) as { typeMeta: unknown; raw: Buffer };
  const list = readers['list']!.responseDeserialize(envelope.raw) as DecodedAnswer['list'];
  return { magic: bytes.subarray(0, 4).toString('latin1'), typeMeta: envelope.typeMeta, list };
}
