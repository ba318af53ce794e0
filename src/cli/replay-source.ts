import { hideCredentials } from '../config/prometheus-address.js';
import { HOUR_MS, SECOND_MS } from '../core/duration.js';
import { CommandError, UsageError } from '../core/errors.js';
import { Series } from '../core/series.js';
import { parseCsv } from '../history/csv.js';
import { findWorkload, request } from './explain.js';
import type { ReplayFlags } from './replay-flags.js';
import { readHistory, readText } from './source-options.js';
import type { Terminal } from './terminal.js';

/** Of what a service has in memory: the rest is replayed. */
const HISTORY_SHARE = 4 / 7;

/**
 * The load to replay: from a file, from a Prometheus, or from what a running service has in memory.
 *
 * @throws {UsageError} no source, or several
 */
export async function readLoad(flags: ReplayFlags, terminal: Terminal): Promise<Series> {
  const { csv, prometheus, service, workload } = flags;
  const given = Object.entries({ '--csv': csv, '--prometheus': prometheus, '--service': service })
    .filter(([, value]) => value !== undefined)
    .map(([flag]) => flag);
  if (given.length > 1) {
    throw new UsageError(`${given.join(' and ')} exclude each other: give one source of load`);
  }
  if (csv !== undefined) return parseCsv(await readText('--csv', csv), csv);
  if (service !== undefined) {
    if (workload === undefined) throw new UsageError('--service needs --workload NAMESPACE/SCALEDOBJECT');
    return readServiceHistory(service, workload, terminal.signal);
  }
  if (prometheus === undefined) {
    throw new UsageError(
      'give --csv FILE, --prometheus URL and --query PROMQL, or --service URL and --workload NAMESPACE/SCALEDOBJECT',
    );
  }
  return readHistory(flags, { rangeMs: flags.history + flags.report, stepMs: flags.step }, terminal);
}

/** How much of a load is history where nobody says so: a service has no more in memory than its models see. */
export function historyOf(series: Series): number {
  const spanMs = series.length * series.stepMs;
  return Math.floor((HISTORY_SHARE * spanMs) / HOUR_MS) * HOUR_MS;
}

/** @throws {CommandError} the service cannot be reached, has no such workload, or has nothing of it in memory */
async function readServiceHistory(url: string, name: string, signal: AbortSignal): Promise<Series> {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new UsageError(
      `--service: "${hideCredentials(url)}" is not an http address; expected one such as http://127.0.0.1:8190`,
    );
  }
  const id = await findWorkload(url, name, signal);
  const path = `/api/v1/workloads/${id.split('/').map(encodeURIComponent).join('/')}`;
  const { settings } = (await request(url, path, signal, {})) as WorkloadAnswer;
  const params = { history: `${settings.historyWindowSeconds}s` };
  const { history } = (await request(url, `${path}/forecast`, signal, params)) as ForecastAnswer;
  const [first] = history.times;
  if (first === undefined) {
    throw new CommandError(`${hideCredentials(url)} has no history of "${id}" in memory yet; try again later`);
  }
  const values = Float64Array.from(history.values, (value) => value ?? NaN);
  return new Series(Date.parse(first), settings.stepSeconds * SECOND_MS, values);
}

/** The parts of the REST answers that are read. */
interface WorkloadAnswer {
  readonly settings: { readonly stepSeconds: number; readonly historyWindowSeconds: number };
}

interface ForecastAnswer {
  readonly history: { readonly times: readonly string[]; readonly values: readonly (number | null)[] };
}
