import { UsageError } from '../core/errors.js';
import type { Series } from '../core/series.js';
import { parseCsv } from '../history/csv.js';
import type { ReplayFlags } from './replay-flags.js';
import { readServiceLoad, type ConfiguredWorkload } from './replay-service.js';
import { readHistory, readText } from './source-options.js';
import type { Terminal } from './terminal.js';

/** A load, and how its workload is configured where a service says so. */
export interface LoadToReplay {
  readonly series: Series;
  readonly configured: ConfiguredWorkload | null;
}

/**
 * The load to replay: from a file, from a Prometheus, or from what a running service has in memory.
 *
 * @throws {UsageError} no source, or several
 */
export async function readLoad(flags: ReplayFlags, terminal: Terminal): Promise<LoadToReplay> {
  const { csv, prometheus, service, workload } = flags;
  const given = Object.entries({ '--csv': csv, '--prometheus': prometheus, '--service': service })
    .filter(([, value]) => value !== undefined)
    .map(([flag]) => flag);
  if (given.length > 1) {
    throw new UsageError(`${given.join(' and ')} exclude each other: give one source of load`);
  }
  if (csv !== undefined) return { series: parseCsv(await readText('--csv', csv), csv), configured: null };
  if (service !== undefined) {
    if (workload === undefined) throw new UsageError('--service needs --workload NAMESPACE/SCALEDOBJECT');
    return readServiceLoad(service, workload, terminal.signal);
  }
  if (prometheus === undefined) {
    throw new UsageError(
      'give --csv FILE, --prometheus URL and --query PROMQL, or --service URL and --workload NAMESPACE/SCALEDOBJECT',
    );
  }
  const range = { rangeMs: flags.history + flags.report, stepMs: flags.step };
  return { series: await readHistory(flags, range, terminal), configured: null };
}
