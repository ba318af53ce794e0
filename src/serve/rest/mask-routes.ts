import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import type { ServiceView } from '../view.js';
import { WorkloadParams, findWorkload } from './find-workload.js';
import { MasksSchema, masksJson } from './mask-json.js';
import { problemResponses } from './problem.js';
import { object, reference } from './schema.js';

/** What a workload does not learn from, and why. */
export const maskRoutes: FastifyPluginCallbackTypebox<{ view: ServiceView }> = (app, { view }, done) => {
  app.get(
    '/workloads/:namespace/:scaledObject/:metric/masks',
    {
      schema: {
        operationId: 'getMasks',
        summary: 'The parts of the history that are not learnt from, with the reason of each',
        tags: ['workloads'],
        params: WorkloadParams,
        querystring: object({}),
        response: { 200: reference(MasksSchema), ...problemResponses(400, 404) },
      },
    },
    ({ params }) => masksJson(findWorkload(view, params)),
  );
  done();
};
