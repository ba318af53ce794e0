import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { distance } from 'fastest-levenshtein';
import { Type } from 'typebox';
import type { ScaledObjectStatus, ServiceView } from '../view.js';
import { WorkloadParams } from './find-workload.js';
import { ProblemError, problemResponses } from './problem.js';
import { DEFAULT_LIMIT, RangeQuery, readRange } from './range-query.js';
import {
  CompositionSchema,
  ScaledObjectDetailSchema,
  ScaledObjectSummarySchema,
  compositionJson,
  scaledObjectDetail,
  scaledObjectSummary,
} from './scaled-object-json.js';
import { Time, isoTime, object, reference } from './schema.js';

const ScaledObjectParams = Type.Object({
  namespace: WorkloadParams.properties.namespace,
  name: WorkloadParams.properties.scaledObject,
});

const ScaledObjectListSchema = object(
  {
    now: Time,
    scaledObjects: Type.Array(reference(ScaledObjectSummarySchema), { description: 'In the order of their ids' }),
  },
  'All ScaledObjects',
);

const CompositionListSchema = object(
  {
    id: Type.String(),
    compositions: Type.Array(reference(CompositionSchema), { description: 'In time order; ages as they were then' }),
  },
  'The newest compositions of the range',
);

/** What the ScaledObjects are doing with all their triggers, now and before. */
export const scaledObjectRoutes: FastifyPluginCallbackTypebox<{ view: ServiceView }> = (app, { view }, done) => {
  app.get(
    '/scaledobjects',
    {
      schema: {
        operationId: 'listScaledObjects',
        summary: 'What every ScaledObject is doing',
        tags: ['workloads'],
        querystring: object({}),
        response: { 200: ScaledObjectListSchema, ...problemResponses(400) },
      },
    },
    () => {
      const scaledObjects = view.scaledObjects.list().map(scaledObjectSummary);
      return { now: isoTime(view.now()), scaledObjects: scaledObjects.sort((a, b) => (a.id < b.id ? -1 : 1)) };
    },
  );

  app.get(
    '/scaledobjects/:namespace/:name',
    {
      schema: {
        operationId: 'getScaledObject',
        summary:
          'All about one ScaledObject: each trigger with its value, state and reason, and what they ask for together',
        tags: ['workloads'],
        params: ScaledObjectParams,
        querystring: object({}),
        response: { 200: reference(ScaledObjectDetailSchema), ...problemResponses(400, 404) },
      },
    },
    ({ params }) => scaledObjectDetail(findScaledObject(view, params.namespace, params.name), view.now()),
  );

  app.get(
    '/scaledobjects/:namespace/:name/compositions',
    {
      schema: {
        operationId: 'listCompositions',
        summary: 'The ledger: what the triggers said and asked for together in a range of time',
        tags: ['workloads'],
        params: ScaledObjectParams,
        querystring: RangeQuery,
        response: { 200: CompositionListSchema, ...problemResponses(400, 404, 503) },
      },
    },
    async ({ params, query }) => {
      const { id } = findScaledObject(view, params.namespace, params.name).object;
      const range = readRange(query, view.now());
      const compositions = await view.scaledObjects.compositions(id, range, query.limit ?? DEFAULT_LIMIT);
      return { id, compositions: compositions.map((composition) => compositionJson(composition, composition.atMs)) };
    },
  );
  done();
};

/** @throws {ProblemError} 404, with the one that looks most alike */
function findScaledObject(view: ServiceView, namespace: string, name: string): ScaledObjectStatus {
  const found = view.scaledObjects.find(namespace, name);
  if (found !== undefined) return found;
  const wanted = `${namespace}/${name}`;
  const ids = view.scaledObjects.list().map(({ object: { id } }) => id);
  const suggestions = ids
    .map((id) => ({ id, edits: distance(id, wanted) }))
    .filter(({ edits }) => edits <= 3)
    .sort((a, b) => a.edits - b.edits)
    .slice(0, 1)
    .map(({ id }) => id);
  const instead = suggestions.map((id) => `did you mean "${id}"?`).join('') || 'GET /api/v1/scaledobjects lists all';
  throw new ProblemError(404, 'unknown-scaledobject', `there is no ScaledObject "${wanted}"; ${instead}`, {
    suggestions,
  });
}
