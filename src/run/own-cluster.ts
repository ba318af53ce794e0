import type { Cluster } from '../core/cluster.js';

/**
 * The cluster that this process runs in, as its ServiceAccount sees it; undefined outside of a pod.
 *
 * @param random uniform in [0, 1); spreads retries
 */
export function ownCluster(env: NodeJS.ProcessEnv, random: () => number): Cluster | undefined {
  if (env['KUBERNETES_SERVICE_HOST'] === undefined) return undefined;
  let cluster: Promise<Cluster> | undefined;
  const connected = (): Promise<Cluster> => (cluster ??= connect(env, random));
  return {
    pods: async (...asked) => (await connected()).pods(...asked),
    readyEndpoints: async (...asked) => (await connected()).readyEndpoints(...asked),
  };
}

/** Loads the client of Kubernetes, which takes longer than the rest of most commands. */
async function connect(env: NodeJS.ProcessEnv, random: () => number): Promise<Cluster> {
  const [{ KubeClient }, { KubeCluster }, { loadKubeConfig }] = await Promise.all([
    import('../kube/kube-client.js'),
    import('../kube/kube-cluster.js'),
    import('../kube/kube-config.js'),
  ]);
  return new KubeCluster(new KubeClient({ config: loadKubeConfig(undefined, env), random }));
}
