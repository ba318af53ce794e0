import type { ParameterDeclarations, PartialParameterValues } from '../../core/trigger-parameters.js';
import type { ReactiveTriggerType, RejectParameter } from '../../core/trigger-type.js';
import { normaliseMetricName, reactiveTrigger } from '../../core/trigger-type.js';
import { failureOf } from '../failure.js';
import { DEFAULT_HTTP_TIMEOUT_MS, httpClient } from '../http.js';
import { ConnectionPool, connectionKey } from '../pool.js';
import { TLS_PARAMETERS, checkPem } from '../tls.js';
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
  unsafeSsl: TLS_PARAMETERS.unsafeSsl,
  ca: TLS_PARAMETERS.ca,
} as const satisfies ParameterDeclarations;

const NOTES = `\
The value is the number of messages that the consumer has not been given (\`num_pending\`) or not yet acknowledged (\`num_ack_pending\`). A
stream or consumer that does not exist is an error. In a cluster only the server that leads the consumer knows its numbers: it is
searched among the hosts that \`/varz\` names, by the port of the endpoint, and remembered. Monitoring knows no credentials.
\`unsafeSsl\` and \`ca\` are tidecast's own, and KEDA ignores them; in a cluster each certificate has to be for the host that \`/varz\`
names.`;

/** KEDA's `nats-jetstream`. */
export function natsJetstreamType(): ReactiveTriggerType {
  const pool = new ConnectionPool<ConsumerMonitor>();
  return reactiveTrigger({
    name: 'nats-jetstream',
    summary: 'Watches the backlog of a consumer of NATS JetStream.',
    notes: NOTES,
    parameters: PARAMETERS,
    check,
    make: (values, { mask }) => {
      const { natsServerMonitoringEndpoint: address, account, stream, consumer, useHttps, unsafeSsl, ca } = values;
      const metric = { name: normaliseMetricName(`nats-jetstream-${stream}`), target: values.lagThreshold };
      const scheme = useHttps ? 'https' : 'http';
      const tls = { rejectUnauthorized: !unsafeSsl, ...(ca !== undefined && { ca }) };
      const client = httpClient({ headers: {}, timeoutMs: DEFAULT_HTTP_TIMEOUT_MS, tls });
      const open = openPooled<ConsumerMonitor>({
        pool,
        key: connectionKey({ scheme, address, tls, account, stream, consumer }),
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
  { natsServerMonitoringEndpoint: endpoint, useHttps, unsafeSsl, ca }: PartialParameterValues<typeof PARAMETERS>,
  reject: RejectParameter<keyof typeof PARAMETERS>,
): void {
  checkPem('ca', ca, reject);
  for (const [name, given] of Object.entries({ unsafeSsl: unsafeSsl === true, ca: ca !== undefined })) {
    if (given && useHttps === false) reject(name as 'unsafeSsl' | 'ca', `${name} needs useHttps`, 'useHttps: "true"');
  }
  if (endpoint === undefined) return;
  if (!/^[^\s/?#@]+$/.test(endpoint) || !URL.canParse(`http://${endpoint}`)) {
    reject('natsServerMonitoringEndpoint', 'not the address of a server', 'host:port, such as nats.default:8222');
  }
}
