import { KubeConfig } from '@kubernetes/client-node';
import { UsageError } from '../core/errors.js';

/**
 * How to reach kube-apiserver.
 *
 * @param file a kubeconfig, of which the current context counts; absent: the ServiceAccount of the pod this runs in
 * @param env of the process
 * @throws {UsageError} the file cannot be used, or this does not run in a pod
 */
export function loadKubeConfig(file: string | undefined, env: NodeJS.ProcessEnv): KubeConfig {
  const config = new KubeConfig();
  if (file === undefined) {
    if (env['KUBERNETES_SERVICE_HOST'] === undefined) {
      throw new UsageError('this does not run in a Kubernetes pod; expected --kubeconfig with a file');
    }
    config.loadFromCluster();
    return config;
  }
  try {
    config.loadFromFile(file);
  } catch (error) {
    throw new UsageError(`--kubeconfig ${file}: ${(error as Error).message}`, { cause: error });
  }
  const server = config.getCurrentCluster()?.server ?? '';
  if (!server.startsWith('https://')) {
    throw new UsageError(
      `--kubeconfig ${file}: the server of the current context is "${server}"; expected one of https://`,
    );
  }
  return config;
}
