import type { ParameterDeclarations, ParameterValues, PartialParameterValues } from '../../core/trigger-parameters.js';
import type { RejectParameter } from '../../core/trigger-type.js';
import { TLS_PARAMETERS, checkTls } from '../tls.js';

/** How to reach Redis in any of its forms. */
export const REDIS_PARAMETERS = {
  address: {
    type: 'list',
    places: ['metadata', 'auth', 'env'],
    aliases: ['addresses'],
    description: '`host:port`, of a cluster or of sentinels several with commas',
  },
  host: {
    type: 'list',
    places: ['metadata', 'env', 'auth'],
    aliases: ['hosts'],
    description: 'instead of `address`: hosts, with as many ports in `port`',
  },
  port: {
    type: 'list',
    places: ['metadata', 'env', 'auth'],
    aliases: ['ports'],
    description: 'ports of the hosts in `host`',
  },
  username: { type: 'text', places: ['metadata', 'env', 'auth'], description: 'user of the ACL; none: `default`' },
  password: { type: 'text', places: ['metadata', 'env', 'auth'], secret: true, description: 'password of the user' },
  enableTLS: { type: 'flag', places: ['metadata'], description: 'encrypt the connection' },
  tls: {
    type: 'text',
    places: ['auth'],
    allowed: ['enable', 'disable'],
    description: 'encrypt the connection; not together with `enableTLS`',
  },
  ...TLS_PARAMETERS,
  cert: { ...TLS_PARAMETERS.cert, aliases: ['Cert'] },
} as const satisfies ParameterDeclarations;

/** Not in a cluster, which has one database only. */
export const DATABASE_PARAMETERS = {
  databaseIndex: {
    type: 'integer',
    places: ['metadata'],
    default: '0',
    range: 'non-negative',
    description: 'number of the database',
  },
} as const satisfies ParameterDeclarations;

export const SENTINEL_PARAMETERS = {
  sentinelMaster: {
    type: 'text',
    places: ['metadata', 'auth', 'env'],
    required: true,
    description: 'name of the master that the sentinels watch',
  },
  sentinelUsername: { type: 'text', places: ['metadata', 'auth', 'env'], description: 'user of the sentinels' },
  sentinelPassword: {
    type: 'text',
    places: ['metadata', 'auth', 'env'],
    secret: true,
    description: 'password of the sentinels',
  },
} as const satisfies ParameterDeclarations;

export type RedisParameters = typeof REDIS_PARAMETERS;

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Rules about the connection parameters of a trigger. */
export function checkRedis(
  values: PartialParameterValues<RedisParameters>,
  reject: RejectParameter<keyof RedisParameters>,
): void {
  checkTls(values, reject);
  if (values.enableTLS !== undefined && values.tls !== undefined) {
    reject('tls', 'tls and enableTLS exclude each other', 'one of them');
  }
  const { address = [], host = [], port = [] } = values;
  if (address.length + host.length + port.length === 0) {
    reject('address', 'address, or host and port, is required', 'host:port, such as redis.default:6379');
  }
  if (host.length !== port.length) {
    reject(
      host.length > 0 ? 'host' : 'port',
      `${host.length} hosts and ${port.length} ports`,
      'as many ports as hosts',
    );
  }
  for (const place of wrongItems(address, parseAddress)) {
    reject('address', `${place}not host:port`, 'such as redis.default:6379, without a scheme');
  }
  for (const place of wrongItems(port, parsePort)) {
    reject('port', `${place}not a port`, 'a number from 1 to 65535');
  }
}

/** Where the items stand that are none. They are not quoted: what was meant as a URL may hold a password. */
function wrongItems(items: readonly string[], parse: (text: string) => unknown): string[] {
  return items.flatMap((text, i) => {
    if (parse(text) !== undefined) return [];
    return [items.length === 1 ? '' : `item ${i + 1} is `];
  });
}

/** All addresses of parameters that {@link checkRedis} has accepted. */
export function addressesOf({ address = [], host = [], port = [] }: ParameterValues<RedisParameters>): Address[] {
  const pairs = host.map((name, index) => `${name}:${port[index]!}`);
  return [...address, ...pairs].flatMap((text) => parseAddress(text) ?? []);
}

function parseAddress(text: string): Address | undefined {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:[\]/@\s]+)):(\d+)$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const number = parsePort(port ?? '');
  return host === undefined || number === undefined ? undefined : { host, port: number };
}

function parsePort(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
}
