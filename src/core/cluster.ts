/** A pod, as far as triggers care. */
export interface Pod {
  /** `Pending`, `Running`, `Succeeded`, `Failed` or `Unknown`. */
  readonly phase: string;
  /** null: not scheduled yet. */
  readonly node: string | null;
}

/** What triggers may ask of the Kubernetes cluster. */
export interface Cluster {
  /**
   * The pods of a namespace.
   *
   * @param labelSelector in Kubernetes' syntax
   * @throws {KubernetesError} kube-apiserver refuses, or does not answer
   */
  pods(namespace: string, labelSelector: string, signal: AbortSignal): Promise<readonly Pod[]>;

  /**
   * Addresses of the endpoints of a Service that are ready, each once; none where there is no such Service.
   *
   * @throws {KubernetesError} kube-apiserver refuses, or does not answer
   */
  readyEndpoints(namespace: string, service: string, signal: AbortSignal): Promise<readonly string[]>;
}
