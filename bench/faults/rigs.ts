import { KAFKA_PROGRAMS } from '../../test/support/kafka.js';
import { MARIADB_PROGRAMS } from '../../test/support/mariadb.js';
import { NATS_PROGRAMS } from '../../test/support/nats.js';
import { POSTGRESQL_PROGRAMS } from '../../test/support/postgresql.js';
import { PROMETHEUS_PROGRAMS } from '../../test/support/prometheus.js';
import { RABBITMQ_PROGRAMS } from '../../test/support/rabbitmq.js';
import { REDIS_PROGRAMS } from '../../test/support/redis.js';
import { startExternalRig } from './external-rig.js';
import { startForecastRig } from './forecast-rig.js';
import { startKafkaRig } from './kafka-rig.js';
import { startKubernetesRig } from './kubernetes-rig.js';
import { startMetricsApiRig } from './metrics-api-rig.js';
import { startMysqlRig } from './mysql-rig.js';
import { startNatsRig } from './nats-rig.js';
import { startPostgresqlRig } from './postgresql-rig.js';
import { startPrometheusRig } from './prometheus-rig.js';
import { startRabbitmqRigs } from './rabbitmq-rigs.js';
import { startBullRig, startRedisRig, startRedisStreamsRig } from './redis-rigs.js';
import type { Rig, RigKind } from './rig.js';
import { POLLING_INTERVAL_MS } from './run.js';
import { cronRig, resourceRig } from './sourceless-rigs.js';

/** Those that start at once. */
export const QUICK_RIGS: readonly RigKind[] = [
  one('forecast', [], () => startForecastRig(POLLING_INTERVAL_MS)),
  one('metrics-api', [], startMetricsApiRig),
  one('redis', REDIS_PROGRAMS, startRedisRig),
  one('redis-streams', REDIS_PROGRAMS, startRedisStreamsRig),
  one('bull', REDIS_PROGRAMS, startBullRig),
  one('nats-jetstream', NATS_PROGRAMS, startNatsRig),
  one('external', [], startExternalRig),
  one('cron', [], () => Promise.resolve(cronRig())),
  one('kubernetes-workload', [], startKubernetesRig),
  one('cpu, memory', [], () => Promise.resolve(resourceRig())),
];

/** Those with a program that takes seconds to start. */
export const SLOW_RIGS: readonly RigKind[] = [
  one('prometheus', PROMETHEUS_PROGRAMS, startPrometheusRig),
  { names: ['rabbitmq amqp', 'rabbitmq http'], programs: RABBITMQ_PROGRAMS, start: startRabbitmqRigs },
  one('postgresql', POSTGRESQL_PROGRAMS, startPostgresqlRig),
  one('mysql', MARIADB_PROGRAMS, startMysqlRig),
  one('kafka', KAFKA_PROGRAMS, startKafkaRig),
];

function one(name: string, programs: readonly string[], start: () => Promise<Rig>): RigKind {
  return { names: [name], programs, start: async () => [await start()] };
}
