import { fastify } from 'fastify';
import { fromJSON, type MessageTypeDefinition } from '@grpc/proto-loader';
import { expect, it } from 'vitest';
import { externalMetricsRoutes } from '../../../src/serve/external-metrics/routes.js';
import { encodeProtobuf } from '../../../src/serve/external-metrics/protobuf.js';
import { fakeView, workloadStatus } from './fake-view.js';

const METRIC = 's0-predictkube-predictkube_metric';
const PATH = `/apis/external.metrics.k8s.io/v1beta1/namespaces/shop/${METRIC}?labelSelector=scaledobject.keda.sh/name%3D`;

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

function decode(bytes: Buffer): { magic: string; typeMeta: unknown; list: unknown } {
  const envelope = readers['unknown']!.responseDeserialize(bytes.subarray(4)) as { typeMeta: unknown; raw: Buffer };
  const list = readers['list']!.responseDeserialize(envelope.raw);
  return { magic: bytes.subarray(0, 4).toString('latin1'), typeMeta: envelope.typeMeta, list };
}

it('writes what protobuf.js reads by the definitions of Kubernetes', () => {
  const bytes = encodeProtobuf({
    kind: 'ExternalMetricValueList',
    apiVersion: 'external.metrics.k8s.io/v1beta1',
    metadata: {},
    items: [
      {
        metricName: 'rps',
        metricLabels: { quantile: 'p90', zone: 'ü' },
        timestamp: '2026-01-01T00:00:07Z',
        value: '12500m',
      },
    ],
  });
  expect(decode(bytes)).toEqual({
    magic: 'k8s\0',
    typeMeta: { apiVersion: 'external.metrics.k8s.io/v1beta1', kind: 'ExternalMetricValueList' },
    list: {
      metadata: {},
      items: [
        {
          metricName: 'rps',
          metricLabels: { quantile: 'p90', zone: 'ü' },
          timestamp: { seconds: 1_767_225_607 },
          value: { string: '12500m' },
        },
      ],
    },
  });
});

it('is sent to a client that prefers it, while errors stay JSON', async () => {
  const app = fastify();
  await app.register(externalMetricsRoutes, { view: fakeView([workloadStatus(['shop', 'checkout', METRIC], 12.5)]) });
  const accept = 'application/vnd.kubernetes.protobuf,application/json;q=0.5';
  const reply = await app.inject({ url: `${PATH}checkout`, headers: { accept } });
  expect([reply.statusCode, reply.headers['content-type'], reply.headers['vary']]).toEqual([
    200,
    'application/vnd.kubernetes.protobuf',
    'Accept',
  ]);
  expect(decode(reply.rawPayload).list).toMatchObject({ items: [{ metricName: METRIC, value: { string: '12500m' } }] });
  const unknown = await app.inject({ url: `${PATH}nothing`, headers: { accept } });
  expect([unknown.statusCode, unknown.headers['content-type'], unknown.json<{ kind: string }>().kind]).toEqual([
    404,
    'application/json',
    'Status',
  ]);
  await app.close();
});
