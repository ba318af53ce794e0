import type { ParameterDeclarations, PartialParameterValues } from '../../core/trigger-parameters.js';
import type { ReactiveTriggerType, RejectParameter } from '../../core/trigger-type.js';
import { normaliseMetricName, reactiveTrigger } from '../../core/trigger-type.js';
import { failureOf } from '../failure.js';
import { httpClient } from '../http.js';
import { ConnectionPool, connectionKey } from '../pool.js';
import { openPooled, readingOf } from '../source.js';
import { ConsumerMonitor } from './monitoring.js';

const PARAMETERS = {
  natsServerMonitoringEndpoint: {
    type: 'text',
    places: ['auth', 'metadata'],
    required: true,
    description: '`host:8222` of a server’s monitoring; in a cluster of any of them',
  },
  account: {
    type: 'text',
    places: ['auth', 'metadata'],
    aliases: ['accountID'],
    required: true,
    description: 'name or id of the account that the stream belongs to; `$G` where none are configured',
  },
  stream: { type: 'text', places: ['metadata'], required: true, description: 'name of the stream' },
  consumer: { type: 'text', places: ['metadata'], required: true, description: 'name of the consumer' },
  lagThreshold: {
    type: 'integer',
    places: ['metadata'],
    default: '10',
    range: 'positive',
    description: 'messages that one replica should carry',
  },
  activationLagThreshold: {
    type: 'integer',
    places: ['metadata'],
    default: '0',
    description: 'active only with more messages than this',
  },
  useHttps: { type: 'flag', places: ['metadata'], default: 'false', description: 'whether monitoring is encrypted' },
} as const satisfies ParameterDeclarations;

const NOTES = `\
The value is the number of messages that the consumer has not been given (\`num_pending\`) or not yet acknowledged (\`num_ack_pending\`). A
stream or consumer that does not exist is an error. In a cluster only the server that leads the consumer knows its numbers: it is
searched among the hosts that \`/varz\` names, by the port of the endpoint, and remembered. Monitoring knows no credentials; with
\`useHttps\` the authorities are those that Node.js knows.`;

/** KEDA's default for HTTP sources, which no parameter changes here. */
const TIMEOUT_MS = 3_000;

/** KEDA's `nats-jetstream`. */
export function natsJetstreamType(): ReactiveTriggerType {
  const pool = new ConnectionPool<ConsumerMonitor>();
  const client = httpClient({ headers: {}, timeoutMs: TIMEOUT_MS, tls: { rejectUnauthorized: true } });
  return reactiveTrigger({
    name: 'nats-jetstream',
    summary: 'Watches the backlog of a consumer of NATS JetStream.',
    notes: NOTES,
    parameters: PARAMETERS,
    check,
    make: (values, { mask }) => {
      const { natsServerMonitoringEndpoint: address, account, stream, consumer, useHttps } = values;
      const metric = { name: normaliseMetricName(`nats-jetstream-${stream}`), target: values.lagThreshold };
      const scheme = useHttps ? 'https' : 'http';
      const open = openPooled<ConsumerMonitor>({
        pool,
        key: connectionKey({ scheme, address, account, stream, consumer }),
        failure: failureOf(`nats-jetstream at ${address}`, mask),
        connect: async (signal, onLost) => {
          const http = await client.connect(signal, onLost);
          return new ConsumerMonitor(http, { scheme, address }, { account, stream, consumer });
        },
        disconnect: (monitor) => {
          monitor.close();
        },
        read: async (monitor, signal) => readingOf(metric, await monitor.lag(signal), values.activationLagThreshold),
      });
      return { metrics: [metric], open };
    },
  });
}

function check(
  { natsServerMonitoringEndpoint: endpoint }: PartialParameterValues<typeof PARAMETERS>,
  reject: RejectParameter<keyof typeof PARAMETERS>,
): void {
  if (endpoint === undefined) return;
  if (!/^[^\s/?#@]+$/.test(endpoint) || !URL.canParse(`http://${endpoint}`)) {
    reject('natsServerMonitoringEndpoint', 'not the address of a server', 'host:port, such as nats.default:8222');
  }
}
