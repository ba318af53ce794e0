import type { Decision } from '../../../src/core/decision.js';
import type { Workload } from '../../../src/core/workload.js';
import type { ServiceView, WorkloadStatus } from '../../../src/serve/view.js';
import { FakeScaledObjects } from '../../support/fake-scaled-objects.js';

/** 2026-01-01T00:00:07.890Z */
export const AT_MS = 1_767_225_607_890;

/** A workload with a decision of this value; other parts as given. */
export function workloadStatus(
  [namespace, scaledObject, metricName]: readonly [string, string, string],
  value: number | null,
  more: Partial<WorkloadStatus> & { readonly reason?: string } = {},
): WorkloadStatus {
  const { reason = 'the observed value is the larger one', ...rest } = more;
  const id = `${namespace}/${scaledObject}/${metricName}`;
  const workload = { id, namespace, scaledObject, metricName } as Workload;
  const decision = { workloadId: id, atMs: AT_MS, value, reason } as Decision;
  return {
    workload,
    decision,
    notReadyReason: null,
    forecast: null,
    sourceAnsweredAtMs: null,
    model: null,
    coverage: null,
    masks: null,
    ...rest,
  };
}

/** A view of these workloads; what the external metrics API has no business with fails the test. */
export function fakeView(statuses: readonly WorkloadStatus[]): ServiceView {
  const offLimits = (): never => {
    throw new Error('the external metrics API must be served from memory');
  };
  const jobs = { start: offLimits, list: offLimits, get: offLimits, cancel: offLimits, follow: offLimits };
  return {
    backtests: jobs,
    replays: jobs,
    scaledObjects: new FakeScaledObjects(),
    now: () => AT_MS,
    workloads: () => statuses,
    find: (namespace, scaledObject, metricName) =>
      statuses.find(
        ({ workload }) =>
          workload.namespace === namespace &&
          workload.scaledObject === scaledObject &&
          workload.metricName.toLowerCase() === metricName.toLowerCase(),
      ),
    history: offLimits,
    forecastAt: offLimits,
    decisions: offLimits,
    decisionAt: offLimits,
  };
}
