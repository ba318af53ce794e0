import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { DAY_MS } from '../../core/duration.js';
import type { BacktestRequest, ServiceView } from '../view.js';
import { BACKTESTS, BacktestSchema, backtestJson } from './backtest-json.js';
import { findWorkloadForBody, WorkloadIdField } from './find-workload.js';
import { jobPath, jobRoutes, NoQuery } from './job-routes.js';
import { problemResponses } from './problem.js';
import { readDuration } from './request-values.js';
import { object, reference } from './schema.js';

const DEFAULT_STRIDE = '3h';

const BacktestBody = object({
  workloadId: WorkloadIdField,
  models: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
      maxItems: 50,
      description: 'Forecasters to compare; by default all',
    }),
  ),
  stride: Type.Optional(
    Type.String({
      maxLength: 64,
      default: DEFAULT_STRIDE,
      description: 'Time between the moments from which the models are tried, as a duration of at least a step',
    }),
  ),
});

/** Proof on a workload's own history: started, followed and cancelled here. */
export const backtestRoutes: FastifyPluginCallbackTypebox<{ view: ServiceView }> = (app, { view }, done) => {
  const { backtests } = view;
  app.post(
    `/${BACKTESTS}`,
    {
      schema: {
        operationId: 'startBacktest',
        summary: 'Start a backtest',
        tags: [BACKTESTS],
        querystring: NoQuery,
        body: BacktestBody,
        response: { 202: reference(BacktestSchema), ...problemResponses(400, 413, 415) },
      },
    },
    ({ body }, reply) => {
      const job = backtests.start(readRequest(view, body));
      return reply.code(202).header('location', jobPath(BACKTESTS, job.id)).send(backtestJson(job));
    },
  );
  const kind = { jobs: backtests, one: 'backtest', many: BACKTESTS, unknownCode: 'unknown-backtest' } as const;
  void app.register(jobRoutes({ ...kind, schema: BacktestSchema, toJson: backtestJson }));
  done();
};

function readRequest(
  view: ServiceView,
  body: { workloadId: string; models?: string[]; stride?: string },
): BacktestRequest {
  const { id, stepMs, historyWindowMs } = findWorkloadForBody(view, body.workloadId).workload;
  const range = { minMs: stepMs, maxMs: Math.max(historyWindowMs, DAY_MS) };
  const strideMs = readDuration(body.stride ?? DEFAULT_STRIDE, range, { in: 'body', field: 'stride' });
  return { workloadId: id, models: body.models ?? [], strideMs };
}
