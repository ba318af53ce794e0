import { status } from '@grpc/grpc-js';
import type { Decision } from '../../core/decision.js';
import type { Workload } from '../../core/workload.js';
import type { WorkloadStatus } from '../view.js';
import { GrpcError } from './grpc-error.js';

export interface MetricSpec {
  readonly metricName: string;
  /** For versions of KEDA that do not know the other. */
  readonly targetSize: number;
  readonly targetSizeFloat: number;
}

export interface MetricValue {
  readonly metricName: string;
  /** For versions of KEDA that do not know the other. */
  readonly metricValue: number;
  readonly metricValueFloat: number;
}

/** What KEDA puts before the name that an external scaler gives, with the position of the trigger. */
const TRIGGER_PREFIX = /^s\d+-/;

/**
 * One metric per workload. Whole-number targets are rounded down, at least to 1: where only they are read, pods are
 * rather too many than too few.
 */
export function metricSpecs(found: readonly WorkloadStatus[]): MetricSpec[] {
  return found.map(({ workload }) => ({
    metricName: nameOf(workload, found),
    targetSize: wholeNumber(Math.max(1, Math.floor(workload.targetPerReplica))),
    targetSizeFloat: workload.targetPerReplica,
  }));
}

/**
 * The decided value of one metric: exactly one item, as the HPA adds them up. Negative values become 0, as on the external
 * metrics API; whole numbers are rounded up.
 *
 * @param metricName as in {@link metricSpecs}; KEDA's `s{i}-` and letter case do not matter
 * @throws {GrpcError} NOT_FOUND: no such metric; UNAVAILABLE: there is no value, with the reason
 */
export function metricValues(found: readonly WorkloadStatus[], metricName: string): MetricValue[] {
  const one = choose(found, metricName);
  const { value } = decided(one);
  const served = Math.max(0, value);
  return [{ metricName, metricValue: wholeNumber(Math.ceil(served)), metricValueFloat: served }];
}

/**
 * Whether any of the workloads should run.
 *
 * @throws {GrpcError} UNAVAILABLE: none is known to be active, and of one it is not known
 */
export function isActive(found: readonly WorkloadStatus[]): boolean {
  if (found.some(({ decision }) => decision?.active === true)) return true;
  return found.map(decided).some(({ active }) => active);
}

function choose(found: readonly WorkloadStatus[], metricName: string): WorkloadStatus {
  const asked = metricName.toLowerCase();
  const chosen =
    found.find(({ workload }) => workload.metricName.toLowerCase() === asked) ??
    found.find(({ workload }) => nameOf(workload, found).toLowerCase() === asked.replace(TRIGGER_PREFIX, ''));
  if (chosen !== undefined) return chosen;
  const names = found.map(({ workload }) => nameOf(workload, found)).join(', ');
  throw new GrpcError(status.NOT_FOUND, `no metric "${metricName}"; expected ${names}`);
}

/** Without the prefix, as KEDA adds its own; with it where several workloads of one ScaledObject differ in nothing else. */
function nameOf({ metricName }: Workload, found: readonly WorkloadStatus[]): string {
  return found.length === 1 ? metricName.replace(TRIGGER_PREFIX, '') : metricName;
}

type Decided = Decision & { readonly value: number; readonly active: boolean };

function decided({ workload, decision, notReadyReason }: WorkloadStatus): Decided {
  if (decision !== null && decision.value !== null && decision.active !== null) return decision as Decided;
  const reason =
    decision === null
      ? `has no value yet: ${notReadyReason ?? 'the first decision is still to be made'}`
      : `has no value: ${decision.reason}`;
  const subject = `${workload.metricName} of ScaledObject ${workload.namespace}/${workload.scaledObject}`;
  throw new GrpcError(status.UNAVAILABLE, `${subject} ${reason}`);
}

/** Beyond this, whole numbers are not exact. */
function wholeNumber(value: number): number {
  return Math.min(value, Number.MAX_SAFE_INTEGER);
}
