import { readFile } from 'node:fs/promises';
import { InvalidArgumentError, type Command } from 'commander';
import { formatDuration } from '../core/duration.js';
import { CommandError, UsageError } from '../core/errors.js';
import type { HistorySource } from '../core/history-source.js';
import type { Series } from '../core/series.js';
import type { PrometheusEndpoint } from '../core/workload.js';
import { PrometheusSource } from '../history/prometheus.js';
import { trimStart } from '../series/mask.js';
import { print, type Terminal } from './terminal.js';

/** More than a year at half a minute. A request for more is a slip of the step, and would take hours. */
const MOST_SAMPLES = 1_500_000;
/** What may stand in a header; anything else would be changed or dropped on the way. */
const PRINTABLE = /^[\t\x20-\x7e]*$/;

/** How to reach a Prometheus, as flags. Secrets come from files or the environment, never from the command line. */
export interface SourceFlags {
  readonly prometheus?: string;
  readonly query?: string;
  readonly header?: readonly string[];
  readonly username?: string;
  readonly bearerTokenFile?: string;
  readonly caFile?: string;
}

export function withSource(command: Command): Command {
  return command
    .option('--prometheus <url>', 'base URL of a Prometheus-compatible server')
    .option('--query <promql>', 'expression that yields one series')
    .option('--header <name:value>', 'header to send, such as "X-Scope-OrgID: shop"; repeatable', collectHeader)
    .option('--username <name>', 'basic authentication; the password is read from TIDECAST_PROMETHEUS_PASSWORD')
    .option('--bearer-token-file <file>', 'file with a bearer token')
    .option('--ca-file <file>', 'PEM certificates that sign the server');
}

/**
 * @throws {UsageError} `--prometheus` without `--query`, no password for `--username`, an unreadable file, or an address
 *   that is not an http(s) URL
 */
export async function openSource(
  flags: SourceFlags,
  { env, stderr }: Pick<Terminal, 'env' | 'stderr'>,
): Promise<{ source: HistorySource; query: string }> {
  const { prometheus, query } = flags;
  if (prometheus === undefined) throw new UsageError('--prometheus is missing: expected the base URL of a server');
  if (query === undefined || query.trim() === '')
    throw new UsageError('--query is missing: expected a PromQL expression');
  try {
    const source = new PrometheusSource(await endpointOf(prometheus, flags, env), {
      random: Math.random,
      onWarning: (warning) => {
        print(stderr, `warning: the source says: ${warning}`);
      },
    });
    return { source, query };
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`--prometheus: ${error.message}`, { cause: error });
    throw error;
  }
}

/**
 * The latest history of the query, up to now.
 *
 * @throws {UsageError} too many samples asked for
 * @throws {CommandError} the source has none in the whole range
 */
export async function readHistory(
  flags: SourceFlags,
  { rangeMs, stepMs }: { rangeMs: number; stepMs: number },
  terminal: Terminal,
): Promise<Series> {
  const { source, query } = await openSource(flags, terminal);
  if (rangeMs / stepMs > MOST_SAMPLES) {
    throw new UsageError(
      `--step ${formatDuration(stepMs)} over ${formatDuration(rangeMs)} makes more than ${MOST_SAMPLES} samples; ` +
        'expected a longer step or a shorter history',
    );
  }
  const endMs = Math.floor(terminal.now() / stepMs) * stepMs;
  const startMs = endMs - Math.floor(rangeMs / stepMs) * stepMs;
  const series = trimStart(await source.read(query, { startMs, endMs, stepMs, signal: terminal.signal }));
  if (series.countKnown() === 0) {
    const range = `${new Date(startMs).toISOString()} to ${new Date(endMs).toISOString()}`;
    throw new CommandError(`the query has no samples from ${range}; try it in the Prometheus expression browser`);
  }
  return series;
}

async function endpointOf(address: string, flags: SourceFlags, env: NodeJS.ProcessEnv): Promise<PrometheusEndpoint> {
  const { username, bearerTokenFile, caFile, header = [] } = flags;
  const password = env['TIDECAST_PROMETHEUS_PASSWORD'];
  if (username !== undefined && password === undefined) {
    throw new UsageError('--username needs the password in the environment variable TIDECAST_PROMETHEUS_PASSWORD');
  }
  return {
    address,
    headers: Object.fromEntries(header.map((line) => splitHeader(line))),
    ...(username !== undefined && password !== undefined && { basic: { username, password } }),
    ...(bearerTokenFile !== undefined && { bearerToken: await readToken(bearerTokenFile) }),
    ...(caFile !== undefined && { tls: { ca: await readCertificates(caFile) } }),
  };
}

/** @throws {UsageError} the file cannot be read, naming the flag and the reason */
export async function readText(flag: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${flag}: cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
}

async function readToken(path: string): Promise<string> {
  const token = (await readText('--bearer-token-file', path)).trim();
  if (token !== '' && PRINTABLE.test(token)) return token;
  throw new UsageError(`--bearer-token-file: ${path} holds no token; expected one line of printable ASCII characters`);
}

async function readCertificates(path: string): Promise<string> {
  const text = await readText('--ca-file', path);
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  throw new UsageError(
    `--ca-file: ${path} holds no certificate; expected PEM, beginning with -----BEGIN CERTIFICATE-----`,
  );
}

function collectHeader(line: string, before: readonly string[] = []): readonly string[] {
  if (!/^[!#$%&'*+.^_`|~\w-]+:/.test(line) || !PRINTABLE.test(line)) {
    throw new InvalidArgumentError('Expected NAME:VALUE in printable ASCII characters.');
  }
  return [...before, line];
}

function splitHeader(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
}
