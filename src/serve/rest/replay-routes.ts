import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { Type, type Static } from 'typebox';
import { HOUR_MS, SECOND_MS } from '../../core/duration.js';
import type { ReplayRequest, ServiceView } from '../view.js';
import { findWorkloadForBody, WorkloadIdField } from './find-workload.js';
import { jobPath, NoQuery, jobRoutes } from './job-routes.js';
import { invalidRequest, problemResponses } from './problem.js';
import { REPLAYS, ReplaySchema, replayJson } from './replay-json.js';
import { readDuration } from './request-values.js';
import { object, reference } from './schema.js';

const DEFAULT_STARTUP = '45s';
/** 95th percentile over median where only the median is told: 45 s and 120 s, as in `tidecast replay`. */
const P95_OVER_P50 = 8 / 3;
const DEFAULT_TARGET = 0.7;
const LONGEST_STARTUP_MS = 6 * HOUR_MS;

const ReplayBody = object({
  workloadId: WorkloadIdField,
  startup: Type.Optional(
    Type.String({ maxLength: 64, default: DEFAULT_STARTUP, description: 'Median time of a pod to be ready' }),
  ),
  startupP95: Type.Optional(
    Type.String({ maxLength: 64, description: 'Its 95th percentile; by default 8/3 of the median' }),
  ),
  targetUtilization: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      maximum: 1,
      default: DEFAULT_TARGET,
      description: 'Share of its capacity that a replica carries when it carries the target of the workload',
    }),
  ),
  objective: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 500,
      description: 'What a setting is chosen by; by default that of the workload is replayed',
      examples: ['short where pod_hours<=hpa'],
    }),
  ),
  assertion: Type.Optional(
    Type.String({ minLength: 1, maxLength: 500, description: 'Condition on tidecast', examples: ['short<=0.5%'] }),
  ),
});

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
      const job = replays.start(readRequest(view, body));
      return reply.code(202).header('location', jobPath(REPLAYS, job.id)).send(replayJson(job));
    },
  );
  const kind = { jobs: replays, one: 'replay', many: REPLAYS, unknownCode: 'unknown-replay' } as const;
  void app.register(jobRoutes({ ...kind, schema: ReplaySchema, toJson: replayJson }));
  done();
};

function readRequest(view: ServiceView, body: Static<typeof ReplayBody>): ReplayRequest {
  const { id } = findWorkloadForBody(view, body.workloadId).workload;
  const range = { minMs: SECOND_MS, maxMs: LONGEST_STARTUP_MS };
  const p50 = readDuration(body.startup ?? DEFAULT_STARTUP, range, { in: 'body', field: 'startup' });
  const p95 =
    body.startupP95 === undefined
      ? p50 * P95_OVER_P50
      : readDuration(body.startupP95, range, { in: 'body', field: 'startupP95' });
  if (p95 < p50) {
    const accepted = 'a duration that is not shorter than startup';
    throw invalidRequest([{ in: 'body', field: 'startupP95', received: body.startupP95, accepted }]);
  }
  return {
    workloadId: id,
    startupMs: { p50, p95 },
    targetUtilization: body.targetUtilization ?? DEFAULT_TARGET,
    objective: body.objective ?? null,
    assertion: body.assertion ?? null,
  };
}
