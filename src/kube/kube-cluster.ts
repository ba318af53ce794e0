import type { Cluster, Pod } from '../core/cluster.js';
import { KubernetesError } from '../core/errors.js';
import type { KubeClient } from './kube-client.js';

/** So many pods, with all that is written into them, stay below what one answer may have. */
const PAGE_SIZE = 100;

interface PodList {
  readonly metadata?: { readonly continue?: string };
  readonly items?: readonly { readonly spec?: { readonly nodeName?: string }; readonly status?: { phase?: string } }[];
}

/** The cluster as kube-apiserver knows it. Needs the right to list pods. */
export class KubeCluster implements Cluster {
  constructor(private readonly client: Pick<KubeClient, 'get'>) {}

  async pods(namespace: string, labelSelector: string, signal: AbortSignal): Promise<readonly Pod[]> {
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
    const pods: Pod[] = [];
    let next: string | undefined;
    do {
      const query = { labelSelector, limit: String(PAGE_SIZE), ...(next !== undefined && { continue: next }) };
      const answer = await this.client.get<PodList>(`${path}?${new URLSearchParams(query).toString()}`, signal);
      const { items, metadata } = answer;
      if (items === undefined) throw new KubernetesError(`GET ${path}: kube-apiserver answered no list`);
      pods.push(...items.map(({ spec, status }) => ({ phase: status?.phase ?? '', node: spec?.nodeName ?? null })));
      next = metadata?.continue;
    } while (next !== undefined && next !== '');
    return pods;
  }
}
