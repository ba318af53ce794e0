import type { PeersResult } from '../accuracy-peers.js';
import { summarise } from '../accuracy-summary.js';
import type { SeriesWithPeers } from './series-with-peers.js';

/**
 * Means over the series on which every model made some error: on so few windows one may make none at all, and a geometric
 * mean with a 0 in it says nothing of the other series. Windows that a peer could not forecast are problems, and only
 * missing from the score of that peer.
 */
export function summarisePeers(
  results: readonly SeriesWithPeers[],
): Pick<PeersResult, 'models' | 'leftOut' | 'problems'> {
  const withoutError = results.filter(({ scores }) => scores.some((score) => score.maeVsSeasonalNaive === 0));
  return {
    models: summarise(results.filter((series) => !withoutError.includes(series))),
    leftOut: withoutError.map(({ file }) => file),
    problems: results.flatMap(({ file, problems }) => problems.map((problem) => ({ file, ...problem }))),
  };
}
