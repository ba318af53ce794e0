import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from '../../core/logger.js';
import { listOptions } from '../external-metrics/list-options.js';
import { subjectOf } from '../external-metrics/metric-values.js';
import type { AggregatedMetrics } from './metrics.js';

/** One log line and one measurement per request, by the template of its route: URLs have no bound. */
export function observeRequests(app: FastifyInstance, metrics: AggregatedMetrics, logger: Logger): void {
  app.addHook('onResponse', (request, reply, done) => {
    const { method } = request;
    const route = request.routeOptions.url ?? 'none';
    const status = reply.statusCode;
    const ms = reply.elapsedTime;
    metrics.observeRequest({ method, route, status, seconds: ms / 1_000 });
    logger.info(
      {
        auditId: request.id,
        user: request.user?.name ?? null,
        method,
        route,
        status,
        ms: Math.round(ms * 1_000) / 1_000,
        ...workloadOf(request),
      },
      'aggregated API request',
    );
    done();
  });
}

function workloadOf(request: FastifyRequest): { readonly workload?: string } {
  const { namespace, metric } = (request.params ?? {}) as { readonly namespace?: string; readonly metric?: string };
  if (namespace === undefined || metric === undefined) return {};
  const { selector } = listOptions(request.url);
  return { workload: subjectOf({ namespace, metric, selector }).slice(0, 600) };
}
