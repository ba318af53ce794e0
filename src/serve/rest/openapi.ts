import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';

/** How the OpenAPI document is made: from the schemas of the routes that have tags. */
export const openapiOptions: FastifyDynamicSwaggerOptions = {
  hideUntagged: true,
  refResolver: {
    buildLocalReference: (json, _baseUri, _fragment, i) =>
      typeof json['$id'] === 'string' ? json['$id'] : `Schema${i}`,
  },
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'tidecast',
      version: 'v1',
      description:
        'Forecasts of load, the capacity decisions made from them, and why. Times are RFC 3339 in UTC; durations are in ' +
        'seconds, and in requests strings such as 30s, 2h or 7d; what is not known is null, never 0. Errors are ' +
        'problem+json (RFC 9457).',
    },
    tags: [
      { name: 'workloads', description: 'What is forecast and decided' },
      { name: 'backtests', description: "Proof on a workload's own history" },
      { name: 'replays', description: 'What reactive scaling, tidecast and others would have done on it' },
      { name: 'operations', description: 'Health, metrics and this document' },
    ],
  },
};
