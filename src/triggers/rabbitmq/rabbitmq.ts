import type { ChannelModel } from 'amqplib';
import type { Clock } from '../../core/clock.js';
import type { OpenTrigger, TriggerMetric } from '../../core/trigger.js';
import type { ReactiveTriggerType, TriggerContext } from '../../core/trigger-type.js';
import { normaliseMetricName, reactiveTrigger } from '../../core/trigger-type.js';
import type { Failure } from '../failure.js';
import { failureOf } from '../failure.js';
import { ConnectionPool, connectionKey } from '../pool.js';
import type { TriggerRuntime } from '../runtime.js';
import { openPooled, readingOf } from '../source.js';
import type { QueueChannel } from './amqp.js';
import { amqpConnection, queueChannel } from './amqp.js';
import type { RabbitmqHost } from './host.js';
import { parseHost } from './host.js';
import { readByHttp } from './http.js';
import type { ManagementApi } from './management-api.js';
import { managementApi } from './management-api.js';
import { measure } from './modes.js';
import type { RabbitmqValues } from './parameters.js';
import { PARAMETERS, checkRabbitmq } from './parameters.js';

const DEFAULT_QUEUE_LENGTH = 20;

const WATCHED: readonly string[] = [
  'queueName',
  'mode',
  'value',
  'queueLength',
  'activationValue',
  'useRegex',
  'pageSize',
  'operation',
  'excludeUnacknowledged',
] satisfies (keyof RabbitmqValues)[];

const NOTES = `\
\`mode\` says what the value is:

| mode | value | active |
| --- | --- | --- |
| \`QueueLength\` | messages in the queue | above \`activationValue\` |
| \`MessageRate\` | messages published per second | the rate or the number of messages above \`activationValue\` |
| \`DeliverGetRate\` | messages delivered per second | above \`activationValue\` |
| \`PublishedToDeliveredRatio\` | publish rate / deliver rate | above \`activationValue\`, or nothing is delivered of what is published |
| \`ExpectedQueueConsumptionTime\` | (publish rate - deliver rate + messages) / deliver rate | above \`activationValue\`, or nothing is delivered of what is there |

Over AMQP only ready messages are counted; the management API counts those not yet acknowledged too. Where a ratio has no
denominator the value is \`activationValue\`, as in KEDA. A queue that does not exist is an error, and so is one of which the
management API has no count yet; a regex that matches none is 0. The user needs access to the virtual host, but no permission in it;
for HTTP also the tag \`management\` or \`monitoring\`.`;

/** KEDA's `rabbitmq`. */
export function rabbitmqType({ clock }: TriggerRuntime): ReactiveTriggerType {
  const connections = new ConnectionPool<ChannelModel>();
  const clients = new ConnectionPool<ManagementApi>();
  return reactiveTrigger({
    name: 'rabbitmq',
    summary: 'Watches a queue of RabbitMQ.',
    notes: NOTES,
    parameters: PARAMETERS,
    check: checkRabbitmq,
    cannotDrain: ({ mode = 'QueueLength' }) =>
      mode === 'QueueLength' ? undefined : `with mode ${mode} its value is no number of messages`,
    make: (values, { mask }: TriggerContext) => {
      const host = parseHost(values.host)!;
      const metric = {
        name: normaliseMetricName(`rabbitmq-${queryEscape(values.queueName)}`),
        target: values.value ?? values.queueLength ?? DEFAULT_QUEUE_LENGTH,
      };
      const place = host.port === undefined ? host.hostname : `${host.hostname}:${host.port}`;
      const props = { host, values, metric, failure: failureOf(`rabbitmq at ${place}`, mask) };
      const open = host.protocol === 'amqp' ? openByAmqp(props, connections) : openByHttp(props, clients, clock);
      return { metrics: [metric], open };
    },
  });
}

interface SourceProps {
  readonly host: RabbitmqHost;
  readonly values: RabbitmqValues;
  readonly metric: TriggerMetric;
  readonly failure: Failure;
}

function openByAmqp(props: SourceProps, connections: ConnectionPool<ChannelModel>): OpenTrigger {
  const { host, values, metric, failure } = props;
  const key = keyOf(props);
  return openPooled<QueueChannel>({
    // A channel is not shared: the broker closes it when it refuses something.
    pool: new ConnectionPool(),
    key,
    failure,
    ...queueChannel(connections, key, amqpConnection(host, values)),
    read: async (channel, signal) =>
      readingOf(metric, await channel.messageCount(values.queueName, signal), values.activationValue),
  });
}

function openByHttp(props: SourceProps, clients: ConnectionPool<ManagementApi>, clock: Clock): OpenTrigger {
  const { host, values, metric, failure } = props;
  const { activationValue, mode = 'QueueLength' } = values;
  return openPooled<ManagementApi>({
    pool: clients,
    key: keyOf(props),
    failure,
    ...managementApi(host, values, clock),
    read: async (api, signal) => {
      const { value, active } = measure(mode, await readByHttp(api, host, values, signal), activationValue);
      return { active, metrics: [{ ...metric, value }] };
    },
  });
}

/** What is watched does not tell one connection, or one client, from another; everything else does. */
function keyOf({ values }: SourceProps): string {
  return connectionKey(Object.fromEntries(Object.entries(values).filter(([name]) => !WATCHED.includes(name))));
}

/** Go's `url.QueryEscape`, by which KEDA makes the metric's name. */
function queryEscape(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}
