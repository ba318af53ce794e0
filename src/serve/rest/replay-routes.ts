import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import type { ServiceView } from '../view.js';
import { jobPath, NoQuery, jobRoutes } from './job-routes.js';
import { problemResponses } from './problem.js';
import { REPLAYS, ReplaySchema, replayJson } from './replay-json.js';
import { ReplayBody, readReplayRequest } from './replay-request.js';
import { reference } from './schema.js';

/** What would have been: replays are started, followed and cancelled here. */
export const replayRoutes: FastifyPluginCallbackTypebox<{ view: ServiceView }> = (app, { view }, done) => {
  const { replays } = view;
  app.post(
    `/${REPLAYS}`,
    {
      schema: {
        operationId: 'startReplay',
        summary: 'Start a replay of the history that is in memory',
        tags: [REPLAYS],
        querystring: NoQuery,
        body: ReplayBody,
        response: { 202: reference(ReplaySchema), ...problemResponses(400, 413, 415) },
      },
    },
    ({ body }, reply) => {
      const job = replays.start(readReplayRequest(view, body));
      return reply.code(202).header('location', jobPath(REPLAYS, job.id)).send(replayJson(job));
    },
  );
  const kind = { jobs: replays, one: 'replay', many: REPLAYS, unknownCode: 'unknown-replay' } as const;
  void app.register(jobRoutes({ ...kind, schema: ReplaySchema, toJson: replayJson }));
  done();
};
