import type { Cluster, Pod } from '../core/cluster.js';
import { KubernetesError } from '../core/errors.js';
import type { KubeClient } from './kube-client.js';

/** So many, with all that is written into them, stay below what one answer may have. */
const PODS_AT_ONCE = 100;
/** Each holds up to a hundred endpoints, and where Kubernetes is set up so, a thousand. */
const SLICES_AT_ONCE = 5;
/** Set by Kubernetes on the EndpointSlices of a Service. */
const SERVICE_LABEL = 'kubernetes.io/service-name';

interface List<Item> {
  readonly metadata?: { readonly continue?: string };
  readonly items?: readonly Item[];
}

interface PodItem {
  readonly spec?: { readonly nodeName?: string };
  readonly status?: { readonly phase?: string };
}

/** `discovery.k8s.io/v1` `EndpointSlice`, as far as it is read. */
interface EndpointSlice {
  readonly endpoints?:
    readonly { readonly addresses?: readonly string[]; readonly conditions?: { readonly ready?: boolean } }[] | null;
}

/** The cluster as kube-apiserver knows it. Needs the right to list what is asked for. */
export class KubeCluster implements Cluster {
  constructor(private readonly client: Pick<KubeClient, 'get'>) {}

  async pods(namespace: string, labelSelector: string, signal: AbortSignal): Promise<readonly Pod[]> {
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
    const items = await this.list<PodItem>(path, { labelSelector, limit: PODS_AT_ONCE }, signal);
    return items.map(({ spec, status }) => ({ phase: status?.phase ?? '', node: spec?.nodeName ?? null }));
  }

  async readyEndpoints(namespace: string, service: string, signal: AbortSignal): Promise<readonly string[]> {
    const path = `/apis/discovery.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/endpointslices`;
    const labelSelector = `${SERVICE_LABEL}=${service}`;
    const slices = await this.list<EndpointSlice>(path, { labelSelector, limit: SLICES_AT_ONCE }, signal);
    const endpoints = slices.flatMap((slice) => slice.endpoints ?? []);
    // By the API, a condition that is not there is one that holds; and an endpoint may stand in two slices.
    const ready = endpoints.filter(({ conditions }) => conditions?.ready !== false);
    return [...new Set(ready.flatMap(({ addresses = [] }) => addresses))];
  }

  /** All objects of a list, page by page. */
  private async list<Item>(
    path: string,
    { labelSelector, limit }: { readonly labelSelector: string; readonly limit: number },
    signal: AbortSignal,
  ): Promise<readonly Item[]> {
    const found: Item[] = [];
    let next: string | undefined;
    do {
      const query = { labelSelector, limit: String(limit), ...(next !== undefined && { continue: next }) };
      const answer = await this.client.get<List<Item>>(`${path}?${new URLSearchParams(query).toString()}`, signal);
      const { items, metadata } = answer;
      if (items === undefined) throw new KubernetesError(`GET ${path}: kube-apiserver answered no list`);
      found.push(...items);
      next = metadata?.continue;
    } while (next !== undefined && next !== '');
    return found;
  }
}
