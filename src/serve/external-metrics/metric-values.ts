import type { ServiceView, WorkloadStatus } from '../view.js';
import { composedMetric, composedMetrics, type ComposedMetric } from './composed-metric.js';
import { GROUP, GROUP_VERSION } from './discovery.js';
import { exactValue, matchesSelector, parseLabelSelector, type Requirement } from './label-selector.js';
import { formatQuantity } from './quantity.js';
import { failure, type Status } from './status.js';

/** The label by which KEDA's HPAs name the ScaledObject. */
const SCALED_OBJECT_LABEL = 'scaledobject.keda.sh/name';

/** The answer to one external metric query. The HPA adds up the items, so there is exactly one. */
export interface ExternalMetricValueList {
  readonly kind: 'ExternalMetricValueList';
  readonly apiVersion: string;
  readonly metadata: object;
  readonly items: readonly [
    {
      readonly metricName: string;
      readonly metricLabels: Readonly<Record<string, string>>;
      /** RFC 3339 in whole seconds, UTC: when the value was decided. */
      readonly timestamp: string;
      /** Kubernetes quantity. */
      readonly value: string;
    },
  ];
}

type View = Pick<ServiceView, 'find' | 'workloads' | 'scaledObjects'>;
type Answer = ExternalMetricValueList | Status;

/** What a request asks for, decoded. */
export interface MetricQuery {
  readonly namespace: string;
  readonly metric: string;
  /** The value of `labelSelector`; empty when there is none. */
  readonly selector: string;
}

/**
 * The value in force of one metric of a ScaledObject: that of a forecast trigger as it was decided, that of any other as it
 * was composed. Where the fallback of the ScaledObject stands in for a decision without a value, that is served.
 *
 * Unknown is an error, never 0 and never an empty list: 400 for a selector that cannot be read or names no ScaledObject,
 * 404 when there is no such workload, 503 with the reason while there is no value to serve.
 */
export function metricValues(view: View, query: MetricQuery): ExternalMetricValueList | Status {
  const requirements = readSelector(query);
  if ('kind' in requirements) return requirements;
  const name = exactValue(requirements, SCALED_OBJECT_LABEL);
  if (name === undefined || name === '') {
    return failed(400, query, `scaledObject name is not specified: add labelSelector=${SCALED_OBJECT_LABEL}={name}`);
  }
  if (!matchesSelector(requirements, { [SCALED_OBJECT_LABEL]: name })) {
    return failed(404, query, `nothing matches the label selector: the only label is ${SCALED_OBJECT_LABEL}=${name}`);
  }
  const found = view.find(query.namespace, name, query.metric);
  if (found !== undefined && found.decision?.value != null) return valueOf(found, query);
  const status = view.scaledObjects.find(query.namespace, name);
  const composed = status && composedMetric(status, query.metric);
  // A decision without a value may have a fallback. Any other value was composed of an earlier decision.
  if (composed !== undefined && (found === undefined || composed.isFallback)) {
    return composedValue(composed, `ScaledObject ${query.namespace}/${name}`, query);
  }
  if (found !== undefined) return valueOf(found, query);
  if (status?.composition === null) {
    return failed(503, query, `ScaledObject ${status.object.id} has no values yet: its triggers have not been asked`);
  }
  return unknownMetric(view, query, name);
}

/**
 * What a query is about, for a log: `namespace/scaledObject/metric` with `*` for a ScaledObject that is not named. Works for
 * any query, also for one that is refused.
 */
export function subjectOf(query: MetricQuery): string {
  const requirements = readSelector(query);
  const name = 'kind' in requirements ? undefined : exactValue(requirements, SCALED_OBJECT_LABEL);
  return `${query.namespace}/${name ?? '*'}/${query.metric}`;
}

function readSelector(query: MetricQuery): readonly Requirement[] | Status {
  try {
    return parseLabelSelector(query.selector);
  } catch (error) {
    if (error instanceof RangeError) return failed(400, query, error.message);
    throw error;
  }
}

function valueOf({ workload, decision, notReadyReason }: WorkloadStatus, query: MetricQuery): Answer {
  const subject = `${workload.metricName} of ScaledObject ${workload.namespace}/${workload.scaledObject}`;
  if (decision === null) {
    return failed(
      503,
      query,
      `${subject} has no value yet: ${notReadyReason ?? 'the first decision is still to be made'}`,
    );
  }
  if (decision.value === null) return failed(503, query, `${subject} has no value: ${decision.reason}`);
  return oneValue(workload.metricName, decision.value, decision.atMs);
}

function composedValue({ name, value, atMs, reason }: ComposedMetric, owner: string, query: MetricQuery): Answer {
  if (value === null) return failed(503, query, `${name} of ${owner} has no value: ${reason}`);
  return oneValue(name, value, atMs);
}

function oneValue(metricName: string, value: number, atMs: number): ExternalMetricValueList {
  const timestamp = new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z');
  const item = { metricName, metricLabels: {}, timestamp, value: formatQuantity(value) };
  return { kind: 'ExternalMetricValueList', apiVersion: GROUP_VERSION, metadata: {}, items: [item] };
}

/** Says what there is instead, within the ScaledObject asked for. */
function unknownMetric(view: View, query: MetricQuery, name: string): Status {
  const status = view.scaledObjects.find(query.namespace, name);
  const forecast = view
    .workloads()
    .map(({ workload }) => workload)
    .filter(({ namespace, scaledObject }) => namespace === query.namespace && scaledObject === name)
    .map(({ metricName }) => metricName);
  const composed = status === undefined ? [] : composedMetrics(status).map((metric) => metric.name);
  const served = [...new Set([...forecast, ...composed])];
  const subject = `ScaledObject ${query.namespace}/${name}`;
  const instead =
    served.length === 0
      ? `no forecast trigger of ${subject} is known; check its name, namespace and that it has a predictkube trigger`
      : `${subject} has ${served.join(', ')}`;
  return failed(404, query, `no metric ${query.metric}: ${instead}`);
}

function failed(code: number, query: MetricQuery, message: string): Status {
  return failure(code, message, { group: GROUP, kind: query.metric });
}
