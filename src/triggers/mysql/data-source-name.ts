/** How a connection is encrypted: not, without looking at the certificate, if the server can, or verified. */
export type MysqlTls = 'false' | 'skip-verify' | 'preferred' | 'true';

const TLS_MODES: readonly string[] = ['false', 'skip-verify', 'preferred', 'true'];

/** How one user reaches one database. */
export interface MysqlSettings {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Empty: none. */
  readonly password: string;
  readonly database: string;
  readonly tls: MysqlTls;
}

/** Either what it says, or what is wrong with it, without any part of it that may be a credential. */
export type ParsedDataSourceName = { readonly settings: MysqlSettings } | { readonly problem: string };

const DEFAULT_PORT = 3306;

/** Options of KEDA's client that change nothing here. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  'allowNativePasswords',
  'charset',
  'checkConnLiveness',
  'clientFoundRows',
  'collation',
  'columnsWithAlias',
  'connectionAttributes',
  'interpolateParams',
  'loc',
  'maxAllowedPacket',
  'parseTime',
  'readTimeout',
  'rejectReadOnly',
  'timeout',
  'writeTimeout',
]);

/**
 * Reads the data source name of Go's MySQL driver: `user:password@tcp(host:3306)/database?tls=true`. The password may hold
 * any character; the last `@` and the last `/` separate.
 *
 * @see https://github.com/go-sql-driver/mysql#dsn-data-source-name
 */
export function parseDataSourceName(text: string): ParsedDataSourceName {
  const match = /^(?:(.*)@)?(?:([a-z]+)(?:\((.*)\))?)?\/([^/?]*)(?:\?([^/]*))?$/s.exec(text);
  if (match === null) return { problem: 'not a data source name of MySQL' };
  const [, credentials = '', protocol = 'tcp', address = '', name = '', query = ''] = match;
  const [, user = '', password = ''] = /^([^:]*)(?::(.*))?$/s.exec(credentials) ?? [];
  const at = parseAddress(address);
  const options = new Map(new URLSearchParams(query));
  const tls = options.get('tls') ?? 'false';
  options.delete('tls');
  const unknown = [...options.keys()].find((option) => !WITHOUT_EFFECT.has(option));
  const database = decode(name);
  if (protocol !== 'tcp') return { problem: 'has a protocol other than tcp, which is not supported' };
  if (at === undefined) return { problem: 'has no address of the form host:port' };
  if (database === undefined) return { problem: 'names no valid database' };
  if (!TLS_MODES.includes(tls)) return { problem: `has no tls of ${TLS_MODES.join(', ')}` };
  if (unknown !== undefined) return { problem: `has ${unknown}, which is not supported` };
  return { settings: { ...at, user, password, database, tls: tls as MysqlTls } };
}

function parseAddress(address: string): { host: string; port: number } | undefined {
  const match = /^(?:\[([\da-fA-F:.]+)\]|([^:[\]]*))(?::(\d{1,5}))?$/.exec(address);
  const port = Number(match?.[3] ?? DEFAULT_PORT);
  if (match === null || port < 1 || port > 65_535) return undefined;
  const host = match[1] ?? match[2] ?? '';
  return { host: host === '' ? '127.0.0.1' : host, port };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
