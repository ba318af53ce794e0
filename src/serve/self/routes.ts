import { Readable } from 'node:stream';
import type { FastifyPluginCallback } from 'fastify';
import { Type } from 'typebox';
import type { ServiceView } from '../view.js';
import type { SelfMetrics } from './metrics.js';
import { ReadinessSchema, readiness, readinessText } from './readiness.js';
import { triggerGauges } from './trigger-gauges.js';
import { workloadGauges } from './workload-gauges.js';

export interface SelfRoutesOptions {
  readonly view: ServiceView;
  readonly metrics: SelfMetrics;
  readonly isShuttingDown: () => boolean;
}

const plainText = (description: string): object => ({
  description,
  content: { 'text/plain': { schema: Type.String() } },
});

const readyResponse = (description: string): object => ({
  description,
  content: { 'text/plain': { schema: Type.String() }, 'application/json': { schema: ReadinessSchema } },
});

/** How this process itself is doing: health for Kubernetes, metrics for Prometheus. */
export const selfRoutes: FastifyPluginCallback<SelfRoutesOptions> = (app, { view, metrics, isShuttingDown }, done) => {
  app.get(
    '/metrics',
    {
      schema: {
        operationId: 'getMetrics',
        summary: 'Metrics of this process and its workloads, for Prometheus',
        tags: ['operations'],
        response: { 200: plainText('Prometheus text format') },
      },
    },
    (_request, reply) => reply.type(metrics.registry.contentType).send(Readable.from(exposition(metrics, view))),
  );

  for (const [path, operationId, summary] of [
    ['/healthz', 'getHealth', 'Whether the process is alive'],
    ['/livez', 'getLiveness', 'Whether the process is alive'],
  ] as const) {
    app.get(
      path,
      { schema: { operationId, summary, tags: ['operations'], response: { 200: plainText('It is') } } },
      (_request, reply) => reply.type('text/plain').send('ok\n'),
    );
  }

  app.get<{ Querystring: { verbose?: unknown } }>(
    '/readyz',
    {
      schema: {
        operationId: 'getReadiness',
        summary: 'Whether every workload has decided at least once, and if not, why',
        tags: ['operations'],
        querystring: Type.Object({
          verbose: Type.Optional(Type.Unknown({ description: 'A line for every workload' })),
        }),
        response: { 200: readyResponse('Ready'), 503: readyResponse('Not ready, or shutting down') },
      },
    },
    (request, reply) => {
      const state = readiness(view, isShuttingDown());
      reply.code(state.ready ? 200 : 503);
      if (request.headers.accept?.includes('application/json')) return reply.type('application/json').send(state);
      return reply.type('text/plain').send(readinessText(state, 'verbose' in request.query));
    },
  );
  done();
};

/** Everything there is to scrape, in the Prometheus text format. */
async function* exposition(metrics: SelfMetrics, view: ServiceView): AsyncGenerator<string> {
  yield await metrics.registry.metrics();
  yield* workloadGauges(view);
  yield* triggerGauges(view);
}
