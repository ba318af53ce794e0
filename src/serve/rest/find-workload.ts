import { distance } from 'fastest-levenshtein';
import { Type, type Static } from 'typebox';
import type { ServiceView, WorkloadStatus } from '../view.js';
import { ProblemError, invalidRequest } from './problem.js';

/** Longer than any valid Kubernetes name; what is longer is refused before it is searched for. */
const MAX_NAME_LENGTH = 300;

/** The path segments that address a workload, percent-encoded in the URL. */
export const WorkloadParams = Type.Object({
  namespace: Type.String({ minLength: 1, maxLength: MAX_NAME_LENGTH, description: 'Namespace of the ScaledObject' }),
  scaledObject: Type.String({ minLength: 1, maxLength: MAX_NAME_LENGTH, description: 'Name of the ScaledObject' }),
  metric: Type.String({
    minLength: 1,
    maxLength: MAX_NAME_LENGTH,
    description: 'External metric name, in any case',
    examples: ['s0-predictkube-predictkube_metric'],
  }),
});

/** The workload that a body names. */
export const WorkloadIdField = Type.String({
  minLength: 1,
  maxLength: 1_000,
  description: 'Id of the workload whose history is used',
  examples: ['shop/checkout/s0-predictkube-predictkube_metric'],
});

/**
 * The workload that a request addresses.
 *
 * @throws {ProblemError} 404, with the names of workloads that look alike
 */
export function findWorkload(view: ServiceView, params: Static<typeof WorkloadParams>): WorkloadStatus {
  const { namespace, scaledObject, metric } = params;
  const status = view.find(namespace, scaledObject, metric);
  if (status !== undefined) return status;
  const wanted = `${namespace}/${scaledObject}/${metric}`;
  const suggestions = closeWorkloads(view, wanted);
  throw new ProblemError(404, 'unknown-workload', `there is no workload "${wanted}"; ${advice(view, suggestions)}`, {
    suggestions,
  });
}

/** As {@link findWorkload}, by id; undefined when there is none. */
function findWorkloadById(view: ServiceView, id: string): WorkloadStatus | undefined {
  const [namespace, scaledObject, metric, ...more] = id.split('/');
  if (namespace === undefined || scaledObject === undefined || metric === undefined || more.length > 0)
    return undefined;
  return view.find(namespace, scaledObject, metric);
}

/**
 * As {@link findWorkloadById}, for an id in a body.
 *
 * @throws {ProblemError} 400, with the ids of workloads that look alike
 */
export function findWorkloadForBody(view: ServiceView, workloadId: string): WorkloadStatus {
  const status = findWorkloadById(view, workloadId);
  if (status !== undefined) return status;
  const accepted = `the id of a workload; ${advice(view, closeWorkloads(view, workloadId))}`;
  throw invalidRequest([{ in: 'body', field: 'workloadId', received: workloadId, accepted }]);
}

/** Ids of at most three workloads that differ from what was asked for by a typing error or two, the closest first. */
function closeWorkloads(view: ServiceView, wanted: string): string[] {
  const limit = Math.max(3, wanted.length / 3);
  return view
    .workloads()
    .map(({ workload: { id } }) => ({ id, edits: distance(id.toLowerCase(), wanted.toLowerCase()) }))
    .filter(({ edits }) => edits <= limit)
    .sort((a, b) => a.edits - b.edits || (a.id < b.id ? -1 : 1))
    .slice(0, 3)
    .map(({ id }) => id);
}

/** What to ask for instead, in words that continue a sentence. */
export function advice(view: ServiceView, suggestions: readonly string[]): string {
  if (suggestions.length > 0) return `did you mean ${suggestions.map((id) => `"${id}"`).join(' or ')}?`;
  const count = view.workloads().length;
  return count === 0 ? 'no workload is configured' : `GET /api/v1/workloads lists all ${count}`;
}
