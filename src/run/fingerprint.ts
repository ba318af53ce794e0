import { createHash } from 'node:crypto';
import type { Workload } from '../core/workload.js';

/** Identifies what a workload's samples are: another source, query or step makes other samples. */
export function fingerprint({ endpoint, query, stepMs }: Workload): string {
  const parts = JSON.stringify([endpoint.address, query, stepMs, endpoint.headers ?? {}]);
  return createHash('sha256').update(parts).digest('hex').slice(0, 16);
}

/** A number in [0, 1) that depends on the id alone: the place of a workload among others, the same after a restart. */
export function phaseOf(workloadId: string): number {
  return createHash('sha256').update(workloadId).digest().readUInt32BE(0) / 2 ** 32;
}
