import { InsufficientHistoryError } from '../../src/core/errors.js';
import { Forecast } from '../../src/core/forecast.js';
import type { Contestant } from '../../src/evaluate/contestant.js';
import type { WindowsFile } from './windows.js';

/** What a peer answered for one window: quantiles, one row per level, or why there are none. */
export type PeerAnswer =
  | { readonly fitMs: number; readonly forecastMs: number; readonly quantiles: readonly (readonly number[])[] }
  | { readonly problem: string };

/** Answers per peer, one per window. */
export type ForecastsFile = Readonly<Record<string, readonly PeerAnswer[]>>;

/**
 * A contestant that repeats what a peer has forecast, so that the peers are scored by the code that scores our models.
 * Where the peer failed, the origin is left out of its score and counted.
 */
export function repeatPeer(name: string, { windows }: WindowsFile, answers: readonly PeerAnswer[]): Contestant {
  const answerAt = new Map(windows.map(({ originMs }, i) => [originMs, answers[i]!]));
  return {
    name,
    minSamples: () => 1,
    fit(history, { levels }) {
      const answer = answerAt.get(history.lastMs);
      if (answer === undefined) throw new RangeError(`${name} was not given the window that ends at ${history.lastMs}`);
      // The one error by which a backtest lets a model sit out a round.
      if ('problem' in answer) throw new InsufficientHistoryError(history.countKnown(), Infinity, name);
      const values = answer.quantiles.map((row) => Float64Array.from(row));
      const { lastMs: originMs, stepMs } = history;
      return { forecast: () => new Forecast({ model: name, originMs, stepMs, levels, values }) };
    },
  };
}
