import { stringify } from 'yaml';
import { formatDuration, HOUR_MS, MINUTE_MS } from '../core/duration.js';
import { DEMO_HISTORY_MS, type DemoWorkload } from './workloads.js';

/** 14 d at 2 m are 10,081 points: within the 11,000 that Prometheus answers at most. */
const QUERY_STEP_MS = 2 * MINUTE_MS;
const HORIZON_MS = 2 * HOUR_MS;

/**
 * The ScaledObject of a generated workload as YAML, as a user of KEDA would write it, so that the demo is configured in
 * the way every other workload is. `leadTime` is the only key of the trigger that KEDA does not know, and ignores.
 *
 * @param prometheusUrl base URL of the server that answers the workload's query
 */
export function scaledObjectYaml(workload: DemoWorkload, prometheusUrl: string): string {
  const manifest = {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: { name: workload.name, namespace: workload.namespace },
    spec: {
      scaleTargetRef: { name: workload.name },
      pollingInterval: 30,
      minReplicaCount: workload.minReplicas,
      maxReplicaCount: workload.maxReplicas,
      triggers: [
        {
          type: 'predictkube',
          metadata: {
            prometheusAddress: prometheusUrl,
            query: workload.query,
            queryStep: formatDuration(QUERY_STEP_MS),
            historyTimeWindow: formatDuration(DEMO_HISTORY_MS),
            predictHorizon: formatDuration(HORIZON_MS),
            threshold: String(workload.targetPerReplica),
            leadTime: formatDuration(workload.leadTimeMs),
          },
        },
      ],
    },
  };
  return `# ${workload.description}\n${stringify(manifest, { lineWidth: 0 })}`;
}
