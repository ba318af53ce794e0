import type { Cluster } from '../core/cluster.js';
import { KubernetesError, TriggerError } from '../core/errors.js';

/** Stands where tidecast runs outside of Kubernetes. */
export const NOWHERE: Cluster = {
  pods: () => Promise.reject(outside('list pods')),
  readyEndpoints: () => Promise.reject(outside('list endpoints')),
};

function outside(what: string): TriggerError {
  return new TriggerError(`tidecast does not run in a Kubernetes pod, so that it cannot ${what}`);
}

/** A refusal, over a connection that works, becomes a {@link TriggerError}. */
export async function answered<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof KubernetesError) throw new TriggerError(error.message);
    throw error;
  }
}
