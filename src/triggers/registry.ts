import type { TriggerType } from '../core/trigger-type.js';
import { RESOURCE_TYPES } from './cpu-memory.js';
import { cronType } from './cron.js';
import { externalTypes } from './external/external.js';
import { kafkaTypes } from './kafka/kafka.js';
import { kubernetesWorkloadType } from './kubernetes-workload.js';
import { metricsApiType } from './metrics-api/metrics-api.js';
import { mysqlType } from './mysql/mysql.js';
import { natsJetstreamType } from './nats-jetstream/nats-jetstream.js';
import { postgresqlType } from './postgresql/postgresql.js';
import { prometheusType } from './prometheus/prometheus.js';
import { rabbitmqType } from './rabbitmq/rabbitmq.js';
import { redisTypes } from './redis/redis.js';
import type { TriggerRuntime } from './runtime.js';

/**
 * All trigger types that tidecast polls or passes on, in the order of the documentation. Triggers made by types of one
 * call share their connections. Client libraries are loaded when the first source that needs them is opened.
 */
export function createTriggerTypes(runtime: TriggerRuntime): readonly TriggerType[] {
  return [
    rabbitmqType(runtime),
    ...redisTypes(),
    ...kafkaTypes(runtime),
    natsJetstreamType(),
    prometheusType(runtime),
    metricsApiType(runtime),
    postgresqlType(),
    mysqlType(),
    cronType(runtime),
    ...externalTypes(),
    kubernetesWorkloadType(runtime),
    ...RESOURCE_TYPES,
  ];
}
