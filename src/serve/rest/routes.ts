import type { FastifyPluginAsync } from 'fastify';
import type { ServiceView } from '../view.js';
import { backtestRoutes } from './backtest-routes.js';
import { BacktestSchema, BacktestScoreSchema } from './backtest-json.js';
import { DecisionInputSchema, DecisionSchema, ExplanationSchema } from './decision-json.js';
import { decisionRoutes } from './decision-routes.js';
import { ForecastSchema } from './forecast-json.js';
import { forecastRoutes } from './forecast-routes.js';
import { MasksSchema } from './mask-json.js';
import { maskRoutes } from './mask-routes.js';
import { otherMethods } from './method-not-allowed.js';
import { CompositionSchema, ScaledObjectDetailSchema, ScaledObjectSummarySchema } from './scaled-object-json.js';
import { scaledObjectRoutes } from './scaled-object-routes.js';
import { ReplayFiguresSchema, ReplaySchema } from './replay-json.js';
import { replayRoutes } from './replay-routes.js';
import { validatorCompiler } from './validation.js';
import { ModelSelectionSchema, RecentCoverageSchema } from './model-json.js';
import { WorkloadDetailSchema, WorkloadSettingsSchema, WorkloadSummarySchema } from './workload-json.js';
import { workloadRoutes } from './workload-routes.js';

const SHARED_SCHEMAS = [
  WorkloadSummarySchema,
  WorkloadSettingsSchema,
  WorkloadDetailSchema,
  ModelSelectionSchema,
  RecentCoverageSchema,
  DecisionSchema,
  DecisionInputSchema,
  ExplanationSchema,
  ForecastSchema,
  MasksSchema,
  BacktestSchema,
  BacktestScoreSchema,
  ReplaySchema,
  ReplayFiguresSchema,
  CompositionSchema,
  ScaledObjectSummarySchema,
  ScaledObjectDetailSchema,
];

/**
 * The REST API, to be registered under `/api/v1`. Needs the `Problem` schema and the error handler of `problem-handler`
 * on the instance that it is registered on.
 */
export const restRoutes: FastifyPluginAsync<{ view: ServiceView }> = async (app, { view }) => {
  for (const schema of SHARED_SCHEMAS) app.addSchema(schema);
  app.setValidatorCompiler(validatorCompiler);
  // JSON is the only body there is; others are 415, not text that fails to validate.
  app.removeContentTypeParser('text/plain');
  app.addHook('onRequest', (_request, reply, done) => {
    reply.header('cache-control', 'no-store');
    done();
  });

  const rejectOtherMethods = otherMethods(app);
  await app.register(workloadRoutes, { view });
  await app.register(forecastRoutes, { view });
  await app.register(maskRoutes, { view });
  await app.register(decisionRoutes, { view });
  await app.register(scaledObjectRoutes, { view });
  await app.register(backtestRoutes, { view });
  await app.register(replayRoutes, { view });
  rejectOtherMethods();
};
