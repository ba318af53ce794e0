import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { Type, type Static } from 'typebox';
import { formatDuration } from '../../core/duration.js';
import type { Forecast } from '../../core/forecast.js';
import type { ServiceView, WorkloadStatus } from '../view.js';
import { WorkloadParams, findWorkload } from './find-workload.js';
import { ForecastSchema, forecastJson, historyJson } from './forecast-json.js';
import { problemResponses } from './problem.js';
import { TIME_SYNTAX, readDuration, readTime } from './request-values.js';
import { isoTime, object, reference } from './schema.js';

const DEFAULT_HISTORY = '6h';

const ForecastQuery = object({
  at: Type.Optional(
    Type.String({ maxLength: 64, description: `The forecast in force at ${TIME_SYNTAX}; by default the newest` }),
  ),
  history: Type.Optional(
    Type.String({
      maxLength: 64,
      description:
        `How much history before the origin to show, as a duration up to the workload's history window; ` +
        `by default ${DEFAULT_HISTORY}, or the window where that is shorter`,
      examples: ['1d'],
    }),
  ),
});

/** What is expected of a workload, or was expected at an earlier time. */
export const forecastRoutes: FastifyPluginCallbackTypebox<{ view: ServiceView }> = (app, { view }, done) => {
  app.get(
    '/workloads/:namespace/:scaledObject/:metric/forecast',
    {
      schema: {
        operationId: 'getForecast',
        summary: 'The forecast as quantiles, the history before it and what came of it',
        tags: ['workloads'],
        params: WorkloadParams,
        querystring: ForecastQuery,
        response: { 200: reference(ForecastSchema), ...problemResponses(400, 404, 503) },
      },
    },
    async ({ params, query }): Promise<Static<typeof ForecastSchema>> => {
      const status = findWorkload(view, params);
      const { id, stepMs, quantile } = status.workload;
      const historyMs = readHistoryMs(query.history, status);
      const atMs = query.at === undefined ? null : readTime(query.at, { in: 'query', field: 'at' });
      const forecast = atMs === null ? status.forecast : await view.forecastAt(id, atMs);
      const lastMs = forecast?.originMs ?? atMs ?? view.now();
      const history = view.history(id, { fromMs: lastMs - historyMs, toMs: lastMs + 1 });
      const actuals = forecast && view.history(id, { fromMs: lastMs + stepMs, toMs: forecast.endMs + 1 });
      return {
        workloadId: id,
        forecast: forecast && actuals && forecastJson(forecast, quantile, actuals),
        reason: reasonFor(status, forecast, atMs),
        history: historyJson(history),
      };
    },
  );
  done();
};

function readHistoryMs(text: string | undefined, { workload: { historyWindowMs } }: WorkloadStatus): number {
  const range = { minMs: 0, maxMs: historyWindowMs };
  const place = { in: 'query', field: 'history' } as const;
  if (text !== undefined) return readDuration(text, range, place);
  return Math.min(readDuration(DEFAULT_HISTORY, { minMs: 0, maxMs: Infinity }, place), historyWindowMs);
}

/** Why there is no forecast for that time; of the newest one, also why it is not renewed. */
function reasonFor(status: WorkloadStatus, forecast: Forecast | null, atMs: number | null): string | null {
  if (atMs !== null) {
    return forecast === null ? `no forecast made at or before ${isoTime(atMs)} is kept` : null;
  }
  const { decision, notReadyReason, workload } = status;
  const problem = decision?.input.forecastProblem ?? null;
  if (forecast !== null || problem !== null) return problem;
  return notReadyReason ?? `no forecast has been made yet; history is read every ${formatDuration(workload.stepMs)}`;
}
