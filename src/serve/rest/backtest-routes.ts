import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { DAY_MS } from '../../core/duration.js';
import type { BacktestJob, BacktestRequest, ServiceView } from '../view.js';
import { BacktestEvents } from './backtest-events.js';
import { BacktestSchema, backtestJson, backtestPath } from './backtest-json.js';
import { advice, closeWorkloads, findWorkloadById } from './find-workload.js';
import { ProblemError, invalidRequest, problemResponses } from './problem.js';
import { readDuration } from './request-values.js';
import { object, reference } from './schema.js';

const DEFAULT_STRIDE = '3h';

const BacktestBody = object({
  workloadId: Type.String({
    minLength: 1,
    maxLength: 1_000,
    description: 'Id of the workload whose history is used',
    examples: ['shop/checkout/s0-predictkube-predictkube_metric'],
  }),
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

const BacktestParams = Type.Object({ id: Type.String({ minLength: 1, maxLength: 200 }) });
const NoQuery = object({});

const BacktestListSchema = object({ backtests: Type.Array(reference(BacktestSchema)) }, 'All backtests that are kept');

const EventStream = {
  description:
    'Server-sent events: a backtest as JSON at every change, the name of the event being its status. The stream ends ' +
    'when the backtest has; a client that reconnects by itself should then stop.',
  content: { 'text/event-stream': { schema: Type.String() } },
};

/** Proof on a workload's own history: started, followed and cancelled here. */
export const backtestRoutes: FastifyPluginCallbackTypebox<{ view: ServiceView }> = (app, { view }, done) => {
  const { backtests } = view;
  const streams = new Set<BacktestEvents>();
  app.addHook('preClose', (closed) => {
    for (const stream of streams) stream.finish();
    closed();
  });

  const find = (id: string): BacktestJob => {
    const job = backtests.get(id);
    if (job === undefined) throw new ProblemError(404, 'unknown-backtest', `there is no backtest "${id}"`);
    return job;
  };

  app.post(
    '/backtests',
    {
      schema: {
        operationId: 'startBacktest',
        summary: 'Start a backtest',
        tags: ['backtests'],
        querystring: NoQuery,
        body: BacktestBody,
        response: { 202: reference(BacktestSchema), ...problemResponses(400, 413, 415) },
      },
    },
    ({ body }, reply) => {
      const job = backtests.start(readRequest(view, body));
      return reply.code(202).header('location', backtestPath(job.id)).send(backtestJson(job));
    },
  );

  app.get(
    '/backtests',
    {
      schema: {
        operationId: 'listBacktests',
        summary: 'All backtests that are kept',
        tags: ['backtests'],
        querystring: NoQuery,
        response: { 200: BacktestListSchema, ...problemResponses(400) },
      },
    },
    () => ({ backtests: backtests.list().map(backtestJson) }),
  );

  app.get(
    '/backtests/:id',
    {
      schema: {
        operationId: 'getBacktest',
        summary: 'A backtest: how far it is, and its result',
        tags: ['backtests'],
        params: BacktestParams,
        querystring: NoQuery,
        response: { 200: reference(BacktestSchema), ...problemResponses(400, 404) },
      },
    },
    ({ params }) => backtestJson(find(params.id)),
  );

  app.delete(
    '/backtests/:id',
    {
      schema: {
        operationId: 'cancelBacktest',
        summary: 'Cancel a backtest; one that has ended stays as it is',
        tags: ['backtests'],
        params: BacktestParams,
        querystring: NoQuery,
        response: { 200: reference(BacktestSchema), ...problemResponses(400, 404) },
      },
    },
    ({ params }) => {
      const job = find(params.id);
      backtests.cancel(params.id);
      return backtestJson(backtests.get(params.id) ?? job);
    },
  );

  app.get(
    '/backtests/:id/events',
    {
      exposeHeadRoute: false,
      schema: {
        operationId: 'followBacktest',
        summary: 'Follow a backtest until it ends',
        tags: ['backtests'],
        params: BacktestParams,
        querystring: NoQuery,
        response: { 200: EventStream, ...problemResponses(400, 404) },
      },
    },
    ({ params }, reply) => {
      const stream = new BacktestEvents(backtests, find(params.id));
      streams.add(stream);
      stream.once('close', () => streams.delete(stream));
      return reply.type('text/event-stream').header('x-accel-buffering', 'no').send(stream);
    },
  );
  done();
};

function readRequest(
  view: ServiceView,
  body: { workloadId: string; models?: string[]; stride?: string },
): BacktestRequest {
  const status = findWorkloadById(view, body.workloadId);
  if (status === undefined) {
    const accepted = `the id of a workload; ${advice(view, closeWorkloads(view, body.workloadId))}`;
    throw invalidRequest([{ in: 'body', field: 'workloadId', received: body.workloadId, accepted }]);
  }
  const { id, stepMs, historyWindowMs } = status.workload;
  const range = { minMs: stepMs, maxMs: Math.max(historyWindowMs, DAY_MS) };
  const strideMs = readDuration(body.stride ?? DEFAULT_STRIDE, range, { in: 'body', field: 'stride' });
  return { workloadId: id, models: body.models ?? [], strideMs };
}
