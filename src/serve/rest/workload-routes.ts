import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { ServiceView } from '../view.js';
import { WorkloadParams, findWorkload } from './find-workload.js';
import { problemResponses } from './problem.js';
import { Time, isoTime, object, reference } from './schema.js';
import { WorkloadDetailSchema, WorkloadSummarySchema, workloadDetail, workloadSummary } from './workload-json.js';

const WorkloadListSchema = object(
  { now: Time, workloads: Type.Array(reference(WorkloadSummarySchema), { description: 'In the order of their ids' }) },
  'All workloads',
);

/** What the workloads are doing now. */
export const workloadRoutes: FastifyPluginCallbackTypebox<{ view: ServiceView }> = (app, { view }, done) => {
  app.get(
    '/workloads',
    {
      schema: {
        operationId: 'listWorkloads',
        summary: 'What every workload is doing',
        tags: ['workloads'],
        querystring: object({}),
        response: { 200: WorkloadListSchema, ...problemResponses(400) },
      },
    },
    () => {
      const nowMs = view.now();
      const workloads = view.workloads().map((status) => workloadSummary(status, nowMs));
      return { now: isoTime(nowMs), workloads: workloads.sort((a, b) => (a.id < b.id ? -1 : 1)) };
    },
  );

  app.get(
    '/workloads/:namespace/:scaledObject/:metric',
    {
      schema: {
        operationId: 'getWorkload',
        summary: 'All about one workload: settings, decision, evidence, model',
        tags: ['workloads'],
        params: WorkloadParams,
        querystring: object({}),
        response: { 200: reference(WorkloadDetailSchema), ...problemResponses(400, 404) },
      },
    },
    ({ params }) => workloadDetail(findWorkload(view, params), view.now()),
  );
  done();
};
