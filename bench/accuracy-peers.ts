import type { PROTOCOL } from './accuracy-series.js';
import type { ModelSummary } from './accuracy-summary.js';
import { coverageTable, familyTable, fixed, pinballFamilyTable, render } from './accuracy-tables.js';
import { readResult, resultFile, type RunDescription } from './support/result-file.js';

/** What `bench/peers/` stores: other libraries' models and ours, scored on the same windows in the same run. */
export interface PeersResult extends RunDescription {
  readonly benchmark: 'peers';
  /** Of the Python packages. */
  readonly versions: Readonly<Record<string, string>>;
  /** How the times were taken. */
  readonly times: string;
  readonly protocol: typeof PROTOCOL & { readonly maxOrigins: number };
  /** Names of the models that are not ours. */
  readonly peers: readonly string[];
  readonly models: readonly ModelSummary[];
  readonly problems: readonly object[];
  /**
   * Series that no mean is taken over: on so few windows, some model made no error at all, and a geometric mean with a 0
   * in it says nothing of the other series.
   */
  readonly leftOut: readonly string[];
  readonly series: readonly object[];
}

export const STORED_PEERS = resultFile('peers');

/** @returns null before the peers have been measured */
export function storedPeers(): PeersResult | null {
  return readResult(STORED_PEERS) as PeersResult | null;
}

/** Ours beside theirs, as text. */
export function reportPeers(result: PeersResult): string {
  const { models, peers, protocol, versions } = result;
  const window = ({ fitMs, forecastMs }: ModelSummary): number => fitMs + forecastMs;
  const ridge = models.find(({ model }) => model === 'ridge');
  const rows = models.map((summary) => [
    summary.model,
    peers.includes(summary.model) ? 'peer' : 'ours',
    fixed(summary.relativeMae),
    fixed(summary.relativePinball),
    String(summary.series),
    fixed(window(summary), 1),
    ridge === undefined ? '' : fixed(window(summary) / window(ridge), 1),
  ]);
  return [
    `Peers, at most ${protocol.maxOrigins} origins per series, measured ${result.measuredAt} at ${result.commit} on ${result.machine.cpu}`,
    `Versions: ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}`,
    `Times: ${result.times}\n`,
    render(['model', '', 'relative MAE', 'relative pinball', 'series', 'ms per window', 'times ridge'], rows),
    coverageTable(models),
    familyTable(models),
    pinballFamilyTable(models),
    `Windows a peer could not forecast: ${result.problems.length}`,
    `Series left out because some model made no error in these windows: ${result.leftOut.join(', ') || 'none'}\n`,
  ].join('\n');
}
