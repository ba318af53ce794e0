import { fastify } from 'fastify';
import { expect, it } from 'vitest';
import { externalMetricsRoutes } from '../../../src/serve/external-metrics/routes.js';
import { encodeProtobuf } from '../../../src/serve/external-metrics/protobuf.js';
import { fakeView, workloadStatus } from './fake-view.js';
import { decodeAnswer } from './protobuf-reader.js';

const METRIC = 's0-predictkube-predictkube_metric';
const PATH = `/apis/external.metrics.k8s.io/v1beta1/namespaces/shop/${METRIC}?labelSelector=scaledobject.keda.sh/name%3D`;

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
  expect(decodeAnswer(bytes)).toEqual({
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
  expect(decodeAnswer(reply.rawPayload).list).toMatchObject({
    items: [{ metricName: METRIC, value: { string: '12500m' } }],
  });
  const unknown = await app.inject({ url: `${PATH}nothing`, headers: { accept } });
  expect([unknown.statusCode, unknown.headers['content-type'], unknown.json<{ kind: string }>().kind]).toEqual([
    404,
    'application/json',
    'Status',
  ]);
  await app.close();
});
