import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from '../../core/logger.js';
import { listOptions } from '../external-metrics/list-options.js';
import { subjectOf } from '../external-metrics/metric-values.js';
import { HEALTH_PATH } from './health.js';
import type { AggregatedMetrics } from './metrics.js';

/** One log line and one measurement per request, by the template of its route: URLs have no bound. */
export function observeRequests(app: FastifyInstance, metrics: AggregatedMetrics, logger: Logger): void {
  app.addHook('onResponse', (request, reply, done) => {
    const { method } = request;
    const route = request.routeOptions.url ?? 'none';
    const status = reply.statusCode;
    const ms = reply.elapsedTime;
    metrics.observeRequest({ method, route, status, seconds: ms / 1_000 });
    const entry = {
      auditId: request.id,
      user: request.user?.name ?? null,
      method,
      route,
      status,
      ms: Math.round(ms * 1_000) / 1_000,
      ...workloadOf(request),
    };
    // kubelet asks every few seconds, and only a failure is news.
    if (HEALTH_PATH.test(route) && status === 200) logger.debug(entry, 'aggregated API request');
    else logger.info(entry, 'aggregated API request');
    done();
  });
}

function workloadOf(request: FastifyRequest): { readonly workload?: string } {
  const { namespace, metric } = (request.params ?? {}) as { readonly namespace?: string; readonly metric?: string };
  if (namespace === undefined || metric === undefined) return {};
  const { selector } = listOptions(request.url);
  return { workload: subjectOf({ namespace, metric, selector }).slice(0, 600) };
}
