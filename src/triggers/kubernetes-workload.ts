import type { Cluster, Pod } from '../core/cluster.js';
import type { ParameterDeclarations } from '../core/trigger-parameters.js';
import type { ReactiveTriggerType } from '../core/trigger-type.js';
import { normaliseMetricName, reactiveTrigger } from '../core/trigger-type.js';
import { NOWHERE, answered } from './cluster.js';
import { failureOf } from './failure.js';
import { ConnectionPool } from './pool.js';
import type { TriggerRuntime } from './runtime.js';
import { openPooled, readingOf } from './source.js';

const PARAMETERS = {
  podSelector: {
    type: 'text',
    places: ['metadata'],
    required: true,
    description: 'labels of the pods, such as `app=api,tier in (a, b)`',
  },
  value: {
    type: 'number',
    places: ['metadata'],
    required: 'outside-formula',
    range: 'positive',
    description: 'pods, or nodes, that one replica should serve',
  },
  activationValue: {
    type: 'number',
    places: ['metadata'],
    default: '0',
    description: 'active only with more than this',
  },
  groupByNode: {
    type: 'flag',
    places: ['metadata'],
    default: 'false',
    description: 'count the nodes that the pods run on instead of the pods',
  },
} as const satisfies ParameterDeclarations;

/** Pods in these phases do nothing any more. */
const ENDED: readonly string[] = ['Succeeded', 'Failed'];

/** KEDA's `kubernetes-workload`. */
export function kubernetesWorkloadType({ cluster }: TriggerRuntime): ReactiveTriggerType {
  const pool = new ConnectionPool<Cluster>();
  return reactiveTrigger({
    name: 'kubernetes-workload',
    summary: 'Counts pods of the cluster that tidecast runs in.',
    notes:
      'The value is the number of pods in the namespace of the ScaledObject that the selector matches and that are neither ' +
      '`Succeeded` nor `Failed`, or the number of nodes they run on. No such pods are 0. tidecast has to run in a pod whose ' +
      'ServiceAccount may `list` `pods` in that namespace; anywhere else each poll fails and says so.',
    parameters: PARAMETERS,
    cannotDrain: () => 'its value is a number of pods',
    make: (values, { namespace, mask }) => {
      const metric = { name: normaliseMetricName(`workload-${namespace}`), target: values.value ?? 1 };
      const open = openPooled<Cluster>({
        pool,
        key: '',
        failure: failureOf(`pods of ${namespace}`, mask),
        connect: () => Promise.resolve(cluster ?? NOWHERE),
        disconnect: () => undefined,
        read: async (known, signal) => {
          const pods = await answered(known.pods(namespace, values.podSelector, signal));
          return readingOf(metric, count(pods, values.groupByNode), values.activationValue);
        },
      });
      return { metrics: [metric], open };
    },
  });
}

function count(pods: readonly Pod[], byNode: boolean): number {
  const running = pods.filter(({ phase }) => !ENDED.includes(phase));
  if (!byNode) return running.length;
  return new Set(running.flatMap(({ node }) => node ?? [])).size;
}
