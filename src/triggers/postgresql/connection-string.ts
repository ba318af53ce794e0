import type { PostgresqlSettings, SslMode } from './settings.js';
import { SSL_MODES } from './settings.js';

/** Either what it says, or what is wrong with it, without any part of it that may be a credential. */
export type ParsedConnectionString = { readonly settings: PostgresqlSettings } | { readonly problem: string };

const DEFAULT_PORT = 5432;

/** Of the client that KEDA uses; they change nothing here. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  'connect_timeout',
  'fallback_application_name',
  'default_query_exec_mode',
  'statement_cache_capacity',
  'description_cache_capacity',
]);

/** Files of the pod, other ways to authenticate, a choice between servers. */
const NOT_SUPPORTED: ReadonlySet<string> = new Set([
  'sslcert',
  'sslkey',
  'sslrootcert',
  'sslpassword',
  'sslnegotiation',
  'channel_binding',
  'krbspn',
  'krbsrvname',
  'passfile',
  'service',
  'servicefile',
  'target_session_attrs',
]);

/**
 * Reads PostgreSQL's two forms: `postgresql://user:password@host:5432/database?sslmode=require` and
 * `host=... port=... user=... password=... dbname=... sslmode=...`. Keys that are no setting of the connection are
 * parameters of the session, as in KEDA's client.
 *
 * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING
 */
export function parseConnectionString(text: string): ParsedConnectionString {
  const pairs = /^postgres(ql)?:\/\//.test(text) ? pairsOfUrl(text) : pairsOfKeywords(text);
  return pairs === undefined ? { problem: 'not a connection string of PostgreSQL' } : settingsOf(pairs);
}

type Pairs = ReadonlyMap<string, string>;

function pairsOfUrl(text: string): Pairs | undefined {
  if (!URL.canParse(text)) return undefined;
  const { username, password, hostname, port, pathname, searchParams } = new URL(text);
  try {
    const parts = {
      user: decodeURIComponent(username),
      password: decodeURIComponent(password),
      host: decodeURIComponent(hostname).replace(/^\[|\]$/g, ''),
      port,
      dbname: decodeURIComponent(pathname.slice(1)),
    };
    return new Map([...Object.entries(parts).filter(([, value]) => value !== ''), ...searchParams]);
  } catch {
    return undefined;
  }
}

/** `keyword = value`; a value in single quotes may hold anything, and a backslash escapes what follows it. */
function pairsOfKeywords(text: string): Pairs | undefined {
  const pair = /\s*(\w+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)*))(?=\s|$)/suy;
  const pairs = new Map<string, string>();
  while (pair.lastIndex < text.trimEnd().length) {
    const match = pair.exec(text);
    if (match === null) return undefined;
    const [, keyword = '', quoted, plain = ''] = match;
    pairs.set(keyword, (quoted ?? plain).replace(/\\(.)/gs, '$1'));
  }
  return pairs;
}

function settingsOf(pairs: Pairs): ParsedConnectionString {
  const rest = new Map(pairs);
  const take = (key: string, otherwise = ''): string => {
    const value = rest.get(key) ?? otherwise;
    rest.delete(key);
    return value;
  };
  const host = take('host');
  const port = take('port', String(DEFAULT_PORT));
  const user = take('user');
  const database = take('dbname') || take('database') || user;
  const password = take('password');
  const sslMode = take('sslmode', 'prefer');
  const options = take('options');
  const problem = problemOf({ host, port, user, sslMode }) ?? unsupported(rest);
  if (problem !== undefined) return { problem };
  const session = [...rest].filter(([key]) => !WITHOUT_EFFECT.has(key)).map(sessionOption);
  return {
    settings: {
      host,
      port: Number(port),
      user,
      password,
      database,
      sslMode: sslMode as SslMode,
      options: [options, ...session].filter((option) => option !== '').join(' '),
    },
  };
}

function problemOf(given: Record<'host' | 'port' | 'user' | 'sslMode', string>): string | undefined {
  const { host, port, user, sslMode } = given;
  if (host === '') return 'names no host';
  if (host.includes(',') || port.includes(',')) return 'names several hosts, of which only one is supported';
  if (!/^\d+$/.test(port) || Number(port) < 1 || Number(port) > 65_535) return 'names no valid port';
  if (user === '') return 'names no user';
  if (!SSL_MODES.some((mode) => mode === sslMode)) return `has no sslmode of ${SSL_MODES.join(', ')}`;
  return undefined;
}

function unsupported(pairs: Pairs): string | undefined {
  const key = [...pairs.keys()].find((name) => NOT_SUPPORTED.has(name));
  return key === undefined ? undefined : `has ${key}, which is not supported`;
}

/** A parameter of the session as an argument of the server, which takes blanks after a backslash. */
function sessionOption([key, value]: readonly [string, string]): string {
  return `-c ${key}=${value.replace(/[\\\s]/g, '\\$&')}`;
}
