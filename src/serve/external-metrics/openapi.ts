import { GROUP, GROUP_VERSION, VERSION } from './discovery.js';

const SCHEMA_PREFIX = 'io.k8s.metrics.pkg.apis.external_metrics.v1beta1';
const LIST = `${SCHEMA_PREFIX}.ExternalMetricValueList`;
const VALUE = `${SCHEMA_PREFIX}.ExternalMetricValue`;

const METRIC_PATH = `/apis/${GROUP_VERSION}/namespaces/{namespace}/{metricName}`;
const INFO = { title: 'External metrics served by tidecast', version: VERSION };

const TEXT = { type: 'string' };
const LIST_META = { type: 'object', description: 'Always empty: there is nothing to page through.' };

/** @param reference how a document of this version of OpenAPI refers to a schema */
function schemas(reference: (name: string) => object): object {
  return {
    [VALUE]: {
      description: 'The value in force of one metric.',
      type: 'object',
      required: ['metricName', 'metricLabels', 'timestamp', 'value'],
      properties: {
        metricName: TEXT,
        metricLabels: { type: 'object', additionalProperties: TEXT },
        timestamp: { ...TEXT, format: 'date-time', description: 'When the value was decided.' },
        window: { type: 'integer', format: 'int64', description: 'Seconds that the value was computed over.' },
        value: { ...TEXT, description: 'Kubernetes quantity.' },
      },
    },
    [LIST]: {
      description: 'A list of values for one metric.',
      type: 'object',
      required: ['items'],
      properties: {
        apiVersion: TEXT,
        kind: TEXT,
        metadata: LIST_META,
        items: { type: 'array', items: reference(VALUE) },
      },
      'x-kubernetes-group-version-kind': [{ group: GROUP, kind: 'ExternalMetricValueList', version: VERSION }],
    },
  };
}

const operation = {
  description: 'read the value of an external metric',
  operationId: 'listExternalMetricsV1beta1NamespacedExternalMetrics',
  tags: ['externalMetrics_v1beta1'],
};
const PARAMETERS = [
  { name: 'namespace', in: 'path', required: true },
  { name: 'metricName', in: 'path', required: true, description: 'Matched without regard to case.' },
  { name: 'labelSelector', in: 'query', description: 'Names the ScaledObject: scaledobject.keda.sh/name={name}' },
];

/** `GET /openapi/v2`: Swagger 2.0, which the aggregator merges into the cluster's. */
export const OPENAPI_V2 = {
  swagger: '2.0',
  info: INFO,
  paths: {
    [METRIC_PATH]: {
      get: {
        ...operation,
        consumes: ['*/*'],
        produces: ['application/json'],
        schemes: ['https'],
        parameters: PARAMETERS.map((parameter) => ({ ...parameter, type: 'string', uniqueItems: true })),
        responses: { 200: { description: 'OK', schema: { $ref: `#/definitions/${LIST}` } } },
      },
    },
  },
  definitions: schemas((name) => ({ $ref: `#/definitions/${name}` })),
};

/** `GET /openapi/v3/apis/external.metrics.k8s.io/v1beta1` */
export const OPENAPI_V3 = {
  openapi: '3.0.0',
  info: INFO,
  paths: {
    [METRIC_PATH]: {
      get: {
        ...operation,
        parameters: PARAMETERS.map((parameter) => ({ ...parameter, schema: TEXT })),
        responses: {
          200: {
            description: 'OK',
            content: { 'application/json': { schema: { $ref: `#/components/schemas/${LIST}` } } },
          },
        },
      },
    },
  },
  components: { schemas: schemas((name) => ({ $ref: `#/components/schemas/${name}` })) },
};
