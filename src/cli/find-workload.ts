import { hideCredentials } from '../config/prometheus-address.js';
import { CommandError } from '../core/errors.js';
import { get } from './service-client.js';

interface WorkloadList {
  readonly workloads: readonly { readonly id: string }[];
}

/** @throws {CommandError} no workload, or several, of that name */
export async function findWorkload(url: string, name: string, signal: AbortSignal): Promise<string> {
  const ids = await workloadIds(url, signal);
  const found = namedIn(ids, name);
  if (found.length === 1) return found[0]!;
  if (found.length > 1) throw new CommandError(`"${name}" has several metrics; name one of ${listed(found)}`);
  throw new CommandError(`no workload "${name}" at ${hideCredentials(url)}; there are: ${listed(ids)}`);
}

/** The forecast metrics of a running service. */
export async function workloadIds(url: string, signal: AbortSignal): Promise<readonly string[]> {
  const { workloads } = await get<WorkloadList>(url, '/api/v1/workloads', 'workloads', signal, {});
  return workloads.map(({ id }) => id);
}

/** Those that a name stands for: a whole id, or NAMESPACE/SCALEDOBJECT. */
export function namedIn(ids: readonly string[], name: string): readonly string[] {
  return ids.filter((id) => id === name || id.startsWith(`${name}/`));
}

function listed(ids: readonly string[]): string {
  return ids.slice(0, 10).join(', ') || 'none';
}
