import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { ServiceView, WorkloadStatus } from '../view.js';
import { DecisionSchema, ExplanationSchema, decisionJson } from './decision-json.js';
import { explanationJson } from './explanation.js';
import { WorkloadParams, findWorkload } from './find-workload.js';
import { ProblemError, problemResponses } from './problem.js';
import { DEFAULT_LIMIT, RangeQuery, readRange } from './range-query.js';
import { TIME_SYNTAX, readTime } from './request-values.js';
import { isoTime, object, reference } from './schema.js';

const ExplainQuery = object({
  at: Type.Optional(
    Type.String({
      maxLength: 64,
      description: `The decision in force at ${TIME_SYNTAX}; by default the present one`,
    }),
  ),
});

const DecisionListSchema = object(
  { workloadId: Type.String(), decisions: Type.Array(reference(DecisionSchema), { description: 'In time order' }) },
  'The newest decisions of the range',
);

/** What was decided, when, and why. */
export const decisionRoutes: FastifyPluginCallbackTypebox<{ view: ServiceView }> = (app, { view }, done) => {
  app.get(
    '/workloads/:namespace/:scaledObject/:metric/decisions',
    {
      schema: {
        operationId: 'listDecisions',
        summary: 'The ledger: what was decided in a range of time',
        tags: ['workloads'],
        params: WorkloadParams,
        querystring: RangeQuery,
        response: { 200: DecisionListSchema, ...problemResponses(400, 404, 503) },
      },
    },
    async ({ params, query }) => {
      const { workload } = findWorkload(view, params);
      const range = readRange(query, view.now());
      const decisions = await view.decisions(workload.id, range, query.limit ?? DEFAULT_LIMIT);
      return { workloadId: workload.id, decisions: decisions.map(decisionJson) };
    },
  );

  app.get(
    '/workloads/:namespace/:scaledObject/:metric/explain',
    {
      schema: {
        operationId: 'explainDecision',
        summary: 'The decision in force at a time: its whole input, and the way from it to the value, in sentences',
        tags: ['workloads'],
        params: WorkloadParams,
        querystring: ExplainQuery,
        response: { 200: reference(ExplanationSchema), ...problemResponses(400, 404, 503) },
      },
    },
    async ({ params, query }) => {
      const status = findWorkload(view, params);
      const atMs = query.at === undefined ? null : readTime(query.at, { in: 'query', field: 'at' });
      const decision = atMs === null ? status.decision : await view.decisionAt(status.workload.id, atMs);
      if (decision === null) throw noDecision(status, atMs);
      return explanationJson(decision, atMs === null ? status : null);
    },
  );
  done();
};

function noDecision({ workload, notReadyReason }: WorkloadStatus, atMs: number | null): ProblemError {
  const detail =
    atMs === null
      ? `${workload.id} has not decided yet: ${notReadyReason ?? 'its first step is not done'}`
      : `no decision of ${workload.id} at or before ${isoTime(atMs)} is kept`;
  return new ProblemError(404, 'no-decision', detail);
}
