import type { Clock } from '../../core/clock.js';
import type { OpenTrigger, TriggerReading } from '../../core/trigger.js';
import type { ReactiveTriggerParts, ReactiveTriggerType, TriggerContext } from '../../core/trigger-type.js';
import { normaliseMetricName, reactiveTrigger } from '../../core/trigger-type.js';
import { failureOf } from '../failure.js';
import { ConnectionPool, connectionKey } from '../pool.js';
import type { TriggerRuntime } from '../runtime.js';
import { openPooled } from '../source.js';
import type { KafkaConnection } from './connect.js';
import { kafkaConnection } from './connect.js';
import type { CommittedOffsets } from './lag.js';
import { boundedLag, committedOffsets, groupLag } from './lag.js';
import type { OffsetsAdmin } from './offsets.js';
import { allTopics, committedTopics, partitionOffsets } from './offsets.js';
import type { KafkaConnectionValues, WatchedValues } from './parameters.js';
import {
  APACHE_KAFKA_PARAMETERS,
  KAFKA_PARAMETERS,
  checkApacheKafka,
  checkKafka,
  drainObjection,
} from './parameters.js';

const NOTES = `\
The value is the lag: messages that are in the partitions and that the group has not committed, summed. A partition of which the group
has committed no offset counts as 1 where \`offsetResetPolicy\` is \`latest\` and as all its messages where it is \`earliest\`, or as 0
with \`scaleToZeroOnInvalidOffset\`. The sum is bounded to what as many replicas carry as there are partitions, unless
\`allowIdleConsumers\`. Active is decided by the sum before all bounds, which includes what \`excludePersistentLag\` leaves out. Messages
of transactions that are still open do not count. A topic that does not exist is an error; none is ever created. New partitions are
seen within five minutes. The user needs \`DESCRIBE\` on the topics and on the group.`;

const SASL_NOTES = `\
With \`sasl: oauthbearer\` access tokens are got from \`oauthTokenEndpointUri\` by client credentials, and anew before they expire; the
authorities for its certificate are those that Node.js knows (\`NODE_EXTRA_CA_CERTS\`), not \`ca\`. \`gssapi\` is refused: Kerberos needs a
library outside of Node.js. So is the token provider \`aws_msk_iam\`: credentials of AWS are not read. A user of SCRAM with \`DESCRIBE\`
serves instead.`;

/** KEDA's `kafka` and `apache-kafka`. Triggers on the same topics share their connections. */
export function kafkaTypes({ clock }: Pick<TriggerRuntime, 'clock'>): readonly ReactiveTriggerType[] {
  const pool = new ConnectionPool<KafkaConnection>();
  return [kafkaType(pool, clock), apacheKafkaType(pool, clock)];
}

function kafkaType(pool: ConnectionPool<KafkaConnection>, clock: Clock): ReactiveTriggerType {
  return reactiveTrigger({
    name: 'kafka',
    summary: 'Watches the lag of a consumer group of Kafka.',
    notes: `${NOTES}\n${SASL_NOTES}`,
    parameters: KAFKA_PARAMETERS,
    check: checkKafka,
    cannotDrain: (values) => drainObjection(values),
    make: (values, context) => {
      const { topic, consumerGroup } = values;
      const topics = topic === undefined ? null : [topic];
      return lagTrigger({
        pool,
        clock,
        context,
        connection: values.sasl === 'oauthbearer' ? { ...values, tokens: values } : values,
        watched: values,
        topics,
        otherTopics: (admin) => committedTopics(admin, consumerGroup),
      });
    },
  });
}

function apacheKafkaType(pool: ConnectionPool<KafkaConnection>, clock: Clock): ReactiveTriggerType {
  return reactiveTrigger({
    name: 'apache-kafka',
    summary: 'Watches the lag of a consumer group of Kafka, in one topic or several.',
    notes:
      'The rules are those of [`kafka`](#kafka). Without `topic` all topics of the cluster count, as in KEDA, provided that the ' +
      'group has active members; it is better to name them. `sasl` with `gssapi` is refused as there, and `aws_msk_iam`, which ' +
      'needs credentials of AWS that tidecast does not read.',
    parameters: APACHE_KAFKA_PARAMETERS,
    check: checkApacheKafka,
    cannotDrain: (values) => drainObjection(values),
    make: (values, context) =>
      lagTrigger({
        pool,
        clock,
        context,
        connection: { ...values, unsafeSsl: false },
        watched: values,
        topics: values.topic ?? null,
        otherTopics: (admin) => allTopics(admin, values.consumerGroup),
      }),
  });
}

interface LagTrigger {
  readonly pool: ConnectionPool<KafkaConnection>;
  readonly clock: Clock;
  readonly context: TriggerContext;
  readonly connection: KafkaConnectionValues;
  readonly watched: WatchedValues;
  /** null: none are named. */
  readonly topics: readonly string[] | null;
  /** Those that count where none are named. */
  readonly otherTopics: (admin: OffsetsAdmin) => Promise<readonly string[]>;
}

function lagTrigger(trigger: LagTrigger): ReactiveTriggerParts {
  const { pool, context, connection, watched, topics } = trigger;
  const name = topics === null ? `${watched.consumerGroup}-topics` : topics.join(',');
  const metric = { name: normaliseMetricName(`kafka-${name}`), target: watched.lagThreshold };
  let before: CommittedOffsets = new Map();
  const read = async ({ admin }: KafkaConnection): Promise<TriggerReading> => {
    const offsets = await partitionOffsets(admin, {
      consumerGroup: watched.consumerGroup,
      topics: topics ?? (await trigger.otherTopics(admin)),
      partitions: topics === null ? null : (watched.partitionLimitation ?? null),
    });
    const lag = groupLag(offsets, before, watched);
    before = committedOffsets(offsets);
    const active = lag.forActivation > watched.activationLagThreshold;
    const queue = { waiting: lag.forScaling, mostConsumers: watched.allowIdleConsumers ? null : lag.partitions };
    return { active, metrics: [{ ...metric, value: boundedLag(lag, watched) }], queue };
  };
  const open: OpenTrigger = openPooled<KafkaConnection>({
    pool,
    // Not shared beyond that: the client asks for all its topics at once, and one that does not exist would fail the others.
    key: connectionKey({ ...connectionPart(connection), topics: topics ?? `of ${watched.consumerGroup}` }),
    failure: failureOf(`kafka at ${connection.bootstrapServers.join(', ')}`, context.mask),
    ...kafkaConnection(connection, trigger.clock),
    read,
  });
  return { metrics: [metric], open };
}

/** All that tells one connection from another. */
function connectionPart(values: KafkaConnectionValues): KafkaConnectionValues {
  const { bootstrapServers, tls, unsafeSsl, ca, cert, key, keyPassword, sasl, username, password } = values;
  const plain = { bootstrapServers, tls, unsafeSsl, ca, cert, key, keyPassword, sasl, username, password };
  if (values.tokens === undefined) return plain;
  const { oauthTokenEndpointUri, scopes, oauthExtensions } = values.tokens;
  return { ...plain, tokens: { oauthTokenEndpointUri, scopes, oauthExtensions } };
}
