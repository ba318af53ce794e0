import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KubeClient } from '../../src/kube/kube-client.js';
import { KubeCluster } from '../../src/kube/kube-cluster.js';
import { loadKubeConfig } from '../../src/kube/kube-config.js';
import { FakeKubeApiserver } from '../../test/support/fake-kube-apiserver.js';
import { testAuthority } from '../../test/support/pki.js';
import { temporaryFolder } from '../../test/support/programs.js';
import { FaultProxy } from './fault-proxy.js';
import { COUNT, type Rig, TARGET, failing } from './rig.js';
import { sourceRig } from './source-rig.js';

/** Pods, as a kube-apiserver lists them. */
export async function startKubernetesRig(): Promise<Rig> {
  const authority = await testAuthority('cluster');
  const apiserver = await FakeKubeApiserver.start(authority);
  const proxy = await FaultProxy.start(Number(new URL(apiserver.url).port));
  const folder = await temporaryFolder();
  const file = join(folder.path, 'kubeconfig');
  await writeFile(
    file,
    apiserver.kubeconfig(authority).replace(apiserver.url, `https://127.0.0.1:${String(proxy.port)}`),
  );
  // Its retries have to fit into a shorter deadline than in production.
  const client = new KubeClient({ config: loadKubeConfig(file, {}), random: () => 0, backoffMs: 20 });
  apiserver.pods.set(
    'shop',
    Array.from({ length: COUNT }, () => ({ labels: { app: 'api' }, phase: 'Running', node: 'a' })),
  );
  return sourceRig({
    name: 'kubernetes-workload',
    proxy,
    written: { type: 'kubernetes-workload', metadata: { podSelector: 'app=api', value: TARGET } },
    cluster: new KubeCluster(client),
    network: {
      refused: /ECONNREFUSED/,
      down: /ECONNRESET|socket|hang up/i,
      partial: /socket|ECONNRESET|wrong version/i,
    },
    content: {
      NaN: 'pods are counted',
      empty: 'no pods are 0 pods',
      'counter reset': 'pods are no counter',
      'duplicated series': 'a pod is listed once',
      'absurdly large': 'there are as many pods as there are',
      'credentials revoked': {
        make: () => {
          apiserver.failure = 401;
        },
        ...failing(/answered 401/),
      },
    },
    restore: () => {
      apiserver.failure = null;
    },
    close: async () => {
      client.close();
      await apiserver.close();
      await folder.remove();
    },
  });
}
