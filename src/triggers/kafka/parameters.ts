import type { ParameterDeclarations, ParameterValues, PartialParameterValues } from '../../core/trigger-parameters.js';
import type { RejectParameter } from '../../core/trigger-type.js';
import { TLS_PARAMETERS, checkTls } from '../tls.js';
import type { TokenValues } from './sasl.js';
import { CREDENTIALS, PASSWORD_MECHANISMS, SASL, TOKENS, checkSasl, checkTokens } from './sasl.js';

/** How to reach a cluster. */
const CONNECTION = {
  bootstrapServers: {
    type: 'list',
    places: ['metadata', 'env'],
    required: true,
    description: '`host:port` of brokers, of which one that answers names the others',
  },
  tls: {
    type: 'text',
    places: ['metadata', 'auth'],
    allowed: ['enable', 'disable'],
    default: 'disable',
    description: 'encrypt the connections',
  },
  ca: TLS_PARAMETERS.ca,
  cert: TLS_PARAMETERS.cert,
  key: TLS_PARAMETERS.key,
  keyPassword: TLS_PARAMETERS.keyPassword,
  ...CREDENTIALS,
} as const satisfies ParameterDeclarations;

/** What is watched, and what is made of it. */
const WATCHED = {
  consumerGroup: { type: 'text', places: ['metadata', 'env'], required: true, description: 'the group that lags' },
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
    range: 'non-negative',
    description: 'active only with more messages than this',
  },
  offsetResetPolicy: {
    type: 'text',
    places: ['metadata'],
    allowed: ['latest', 'earliest'],
    default: 'latest',
    description: '`auto.offset.reset` of the consumers: what a partition without committed offset counts as',
  },
  partitionLimitation: {
    type: 'integers',
    places: ['metadata'],
    description: 'the only partitions that count, such as `1,2,5-7`; ignored without `topic`',
  },
  allowIdleConsumers: {
    type: 'flag',
    places: ['metadata'],
    default: 'false',
    description: 'ask for more replicas than there are partitions',
  },
  scaleToZeroOnInvalidOffset: {
    type: 'flag',
    places: ['metadata'],
    default: 'false',
    description: 'count a partition without committed offset as 0',
  },
  excludePersistentLag: {
    type: 'flag',
    places: ['metadata'],
    default: 'false',
    description: 'do not scale by partitions whose committed offset stands still; they still activate',
  },
  limitToPartitionsWithLag: {
    type: 'flag',
    places: ['metadata'],
    default: 'false',
    description: 'ask for no more replicas than there are partitions with lag; needs `topic`',
  },
  ensureEvenDistributionOfPartitions: {
    type: 'flag',
    places: ['metadata'],
    default: 'false',
    description: 'ask for numbers of replicas by which the number of partitions can be divided; needs `topic`',
  },
} as const satisfies ParameterDeclarations;

export const KAFKA_PARAMETERS = {
  ...CONNECTION,
  unsafeSsl: TLS_PARAMETERS.unsafeSsl,
  sasl: {
    ...SASL,
    allowed: ['none', 'plaintext', 'scram_sha256', 'scram_sha512', 'oauthbearer', 'gssapi'],
    description: 'how to authenticate; `gssapi` is refused',
  },
  ...TOKENS,
  ...WATCHED,
  topic: { type: 'text', places: ['metadata', 'env'], description: 'none: all topics that the group has committed to' },
  fullMetadata: {
    type: 'flag',
    places: ['metadata'],
    default: 'true',
    description: 'without effect; `false` needs `topic`, as in KEDA',
  },
  version: {
    type: 'text',
    places: ['metadata'],
    description: 'without effect: the versions of the protocol are agreed upon with the broker',
  },
} as const satisfies ParameterDeclarations;

export const APACHE_KAFKA_PARAMETERS = {
  ...CONNECTION,
  sasl: {
    ...SASL,
    allowed: ['none', 'plaintext', 'scram_sha256', 'scram_sha512', 'gssapi', 'aws_msk_iam'],
    description: 'how to authenticate; `gssapi` and `aws_msk_iam` are refused',
  },
  ...WATCHED,
  topic: { type: 'list', places: ['metadata', 'env'], description: 'none: all topics of the cluster' },
} as const satisfies ParameterDeclarations;

export type KafkaConnectionValues = ParameterValues<typeof CONNECTION> & {
  readonly unsafeSsl: boolean;
  readonly sasl: string;
  /** Of `kafka` with `oauthbearer`. */
  readonly tokens?: TokenValues;
};
export type WatchedValues = ParameterValues<typeof WATCHED>;

const PASSWORDS = Object.keys(PASSWORD_MECHANISMS);

/** Rules of both types. */
function checkConnection(
  values: PartialParameterValues<typeof CONNECTION> & { readonly sasl: string | undefined },
  reject: RejectParameter<keyof typeof CONNECTION | 'sasl'>,
  mechanisms: readonly string[],
): void {
  checkTls({ ...values, unsafeSsl: undefined }, reject as RejectParameter<string>);
  const servers = values.bootstrapServers ?? [];
  for (const [i, server] of servers.entries()) {
    const [, port] = /^[^:[\]/@\s]+:(\d{1,5})$/.exec(server) ?? [];
    if (!(Number(port) >= 1 && Number(port) <= 65_535)) {
      // Not quoted: what was meant as a URL may hold a password.
      const place = servers.length === 1 ? '' : `item ${i + 1} is `;
      reject('bootstrapServers', `${place}not host:port`, 'such as kafka.default:9092, without a scheme');
    }
  }
  checkSasl(values, reject, mechanisms);
}

/** Rules of `kafka` alone. */
export function checkKafka(
  values: PartialParameterValues<typeof KAFKA_PARAMETERS>,
  reject: RejectParameter<keyof typeof KAFKA_PARAMETERS>,
): void {
  checkConnection(values, reject, [...PASSWORDS, 'oauthbearer']);
  checkTokens(values, reject);
  checkLimit(values, reject);
  const { topic, ensureEvenDistributionOfPartitions, fullMetadata } = values;
  if (topic !== undefined) return;
  if (ensureEvenDistributionOfPartitions === true) reject('ensureEvenDistributionOfPartitions', 'needs topic');
  if (fullMetadata === false) reject('fullMetadata', 'false needs topic');
}

/** Rules of `apache-kafka` alone. */
export function checkApacheKafka(
  values: PartialParameterValues<typeof APACHE_KAFKA_PARAMETERS>,
  reject: RejectParameter<keyof typeof APACHE_KAFKA_PARAMETERS>,
): void {
  checkConnection(values, reject, PASSWORDS);
  checkLimit(values, reject);
}

/** Rules of both types by which the lag alone decides on the replicas. */
export function drainObjection(values: PartialParameterValues<typeof WATCHED>): string | undefined {
  const { limitToPartitionsWithLag, ensureEvenDistributionOfPartitions } = values;
  if (limitToPartitionsWithLag === true) return 'limitToPartitionsWithLag bounds the replicas by what waits';
  return ensureEvenDistributionOfPartitions === true
    ? 'ensureEvenDistributionOfPartitions decides on the replicas'
    : undefined;
}

function checkLimit(
  values: PartialParameterValues<typeof WATCHED> & { readonly topic: unknown },
  reject: RejectParameter<keyof typeof WATCHED>,
): void {
  const { topic, limitToPartitionsWithLag, allowIdleConsumers, ensureEvenDistributionOfPartitions } = values;
  if (limitToPartitionsWithLag !== true) return;
  if (topic === undefined) reject('limitToPartitionsWithLag', 'needs topic');
  for (const [name, value] of Object.entries({ allowIdleConsumers, ensureEvenDistributionOfPartitions })) {
    if (value === true) reject('limitToPartitionsWithLag', `not together with ${name}`);
  }
}
