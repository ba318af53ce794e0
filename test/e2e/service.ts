import { setTimeout as wait } from 'node:timers/promises';

export interface WorkloadJson {
  readonly id: string;
  readonly state: string | null;
  readonly value: number | null;
  readonly reason: string;
  readonly decidedAt: string | null;
  readonly model: { readonly name: string } | null;
}

export interface ExplanationJson {
  readonly at: string;
  readonly state: string;
  readonly value: number | null;
  readonly reason: string;
  readonly explanation: readonly string[];
}

export interface MetricAnswer {
  readonly status: number;
  readonly body: {
    readonly kind: string;
    readonly message?: string;
    readonly reason?: string;
    readonly items?: readonly { readonly metricName: string; readonly value: string; readonly timestamp: string }[];
  };
}

/** Asks a running service about one workload, over each of its protocols. */
export class AskedService {
  constructor(
    readonly url: string,
    readonly namespace: string,
    readonly scaledObject: string,
  ) {}

  get id(): string {
    return `${this.namespace}/${this.scaledObject}/s0-predictkube-predictkube_metric`;
  }

  async workload(): Promise<WorkloadJson> {
    return (await (await fetch(`${this.url}/api/v1/workloads/${this.id}`)).json()) as WorkloadJson;
  }

  async explain(at?: string): Promise<ExplanationJson> {
    const query = at === undefined ? '' : `?at=${at}`;
    return (await (await fetch(`${this.url}/api/v1/workloads/${this.id}/explain${query}`)).json()) as ExplanationJson;
  }

  /** As the HPA that KEDA makes asks. */
  async externalMetric(): Promise<MetricAnswer> {
    const selector = encodeURIComponent(`scaledobject.keda.sh/name=${this.scaledObject}`);
    const path = `/apis/external.metrics.k8s.io/v1beta1/namespaces/${this.namespace}/s0-predictkube-predictkube_metric`;
    const response = await fetch(`${this.url}${path}?labelSelector=${selector}`);
    return { status: response.status, body: (await response.json()) as MetricAnswer['body'] };
  }

  /** The value of one of the gauges in `/metrics`; undefined when it is absent. */
  async gauge(name: string, label = ''): Promise<number | undefined> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    const line = text.split('\n').find((each) => {
      return (
        each.startsWith(`${name}{`) && each.includes(`scaledobject="${this.scaledObject}"`) && each.includes(label)
      );
    });
    return line === undefined ? undefined : Number(line.split(' ').at(-1));
  }

  /** Waits until the workload is as expected. @throws with what it was last, after `timeoutMs` */
  async until(expected: (workload: WorkloadJson) => boolean, timeoutMs: number): Promise<WorkloadJson> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const workload = await this.workload();
      if (expected(workload)) return workload;
      if (Date.now() > deadline) throw new Error(`still after ${timeoutMs} ms: ${JSON.stringify(workload)}`);
      await wait(100);
    }
  }
}

/** Reads a Kubernetes quantity as tidecast writes it. */
export function quantity(text: string): number {
  const [, digits, suffix] = /^(\d+)([mkMGTPE]?)$/.exec(text)!;
  const scale = { m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 }[suffix!]!;
  return Number(digits) * scale;
}
