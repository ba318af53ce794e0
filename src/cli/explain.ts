import axios from 'axios';
import { Command } from 'commander';
import { hideCredentials } from '../config/prometheus-address.js';
import { CommandError, UsageError } from '../core/errors.js';
import { formatNumber } from '../core/format.js';
import { withJson } from './options.js';
import { colorsOf, print, printJson, type Terminal } from './terminal.js';

interface ExplainFlags {
  readonly url: string;
  readonly at?: string;
  readonly json?: boolean;
}

/** The parts of the REST answers that are printed. */
interface WorkloadItem {
  readonly id: string;
}

interface WorkloadList {
  readonly workloads: readonly WorkloadItem[];
}

interface Explanation {
  readonly workloadId: string;
  readonly at: string;
  readonly state: string;
  readonly value: number | null;
  readonly active: boolean | null;
  readonly origin: string;
  readonly reason: string;
  readonly explanation: readonly string[];
}

/** `tidecast explain`: why a running service serves what it serves. */
export function explainCommand(terminal: Terminal): Command {
  return withJson(new Command('explain'))
    .summary('say why a running service serves what it serves, now or at an earlier time')
    .argument('<workload>', 'NAMESPACE/SCALEDOBJECT, with /METRIC where a ScaledObject has several')
    .option('--at <time>', 'the decision in force then: RFC 3339 or epoch seconds; default now')
    .option('--url <url>', 'base URL of the service', 'http://127.0.0.1:8190')
    .action(async (name: string, { url, at, json = false }: ExplainFlags) => {
      if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
        throw new UsageError(
          `--url: "${hideCredentials(url)}" is not an http address; expected one such as http://127.0.0.1:8190`,
        );
      }
      const id = await findWorkload(url, name, terminal.signal);
      const path = `/api/v1/workloads/${id.split('/').map(encodeURIComponent).join('/')}/explain`;
      const decision = await get<Explanation>(
        url,
        path,
        'explanation',
        terminal.signal,
        at === undefined ? {} : { at },
      );
      if (json) printJson(terminal.stdout, decision);
      else print(terminal.stdout, render(decision, terminal));
    });
}

function render(decision: Explanation, { stdout, env }: Terminal): string {
  const colors = colorsOf(stdout, env);
  const value = decision.value === null ? 'an error (no value is safe)' : formatNumber(decision.value);
  const active = decision.active === null ? 'unknown' : decision.active ? 'yes' : 'no';
  return [
    `${colors.bold(decision.workloadId)} at ${decision.at}`,
    `  serves ${colors.bold(value)}   state ${decision.state}   origin ${decision.origin}   active ${active}`,
    `  ${decision.reason}`,
    '',
    ...decision.explanation.map((sentence, i) => `${String(i + 1).padStart(3)}. ${sentence}`),
  ].join('\n');
}

/** @throws {CommandError} no workload, or several, of that name */
export async function findWorkload(url: string, name: string, signal: AbortSignal): Promise<string> {
  const { workloads } = await get<WorkloadList>(url, '/api/v1/workloads', 'workloads', signal, {});
  const ids = workloads.map(({ id }) => id);
  const found = ids.filter((id) => id === name || id.startsWith(`${name}/`));
  if (found.length === 1) return found[0]!;
  const listed = (list: readonly string[]): string => list.slice(0, 10).join(', ') || 'none';
  if (found.length > 1) throw new CommandError(`"${name}" has several metrics; name one of ${listed(found)}`);
  throw new CommandError(`no workload "${name}" at ${hideCredentials(url)}; there are: ${listed(ids)}`);
}

/**
 * @param list the member of the answer that must be a list: by it tidecast is told from whatever else may listen there
 * @throws {CommandError} the service cannot be reached, refuses (with its own words), or is another one
 * @throws {UsageError} the service finds the request wrong, which is that of the command line
 */
async function get<T>(
  baseURL: string,
  path: string,
  list: keyof T & string,
  signal: AbortSignal,
  params: Record<string, string>,
): Promise<T> {
  const data = await request(baseURL, path, signal, params);
  if (isObject(data) && Array.isArray(data[list])) return data as T;
  throw new CommandError(
    `${hideCredentials(baseURL)}${path}: the answer is not that of tidecast; expected --url to name its base URL`,
  );
}

/** @throws as {@link get} */
export async function request(
  baseURL: string,
  path: string,
  signal: AbortSignal,
  params: Record<string, string>,
): Promise<unknown> {
  try {
    const { data } = await axios.get<unknown>(path, { baseURL, params, signal, timeout: 10_000 });
    return data;
  } catch (error) {
    if (!axios.isAxiosError<unknown>(error)) throw error;
    const body = error.response?.data;
    const detail = isObject(body) && typeof body['detail'] === 'string' ? body['detail'] : error.message;
    const message = `${hideCredentials(baseURL)}${path}: ${detail === '' ? String(error.code) : detail}`;
    throw error.response?.status === 400
      ? new UsageError(message, { cause: error })
      : new CommandError(message, { cause: error });
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
