import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from 'simple-statistics';
import { backtest, finishBacktest } from '../../src/evaluate/backtest.js';
import type { ModelScore } from '../../src/evaluate/model-score.js';
import { PROTOCOL, type SeriesResult } from '../accuracy-series.js';
import { contestantByName } from '../auto-contestant.js';
import { atQueryStep, readTrace, type Trace } from '../support/traces.js';
import { unseenRegistry } from '../support/unseen.js';
import { repeatPeer, type ForecastsFile, type PeerAnswer } from './peer-forecasts.js';
import type { PeerProcess } from './peer-process.js';
import { windowsOf } from './windows.js';

export interface SeriesWithPeers extends SeriesResult {
  /** Windows that a peer could not forecast. */
  readonly problems: readonly { readonly peer: string; readonly problem: string }[];
}

export interface PeerTask {
  readonly folder: string;
  readonly trace: Trace;
  readonly maxOrigins: number;
  /** Names of our models and of the peers. */
  readonly models: readonly string[];
  readonly peers: readonly string[];
  /** For the files that the two sides exchange. */
  readonly exchange: string;
}

/** Lets the peers forecast the windows of one series, then scores what they said beside our models. */
export async function scoreSeriesWithPeers(
  { folder, trace, maxOrigins, models, peers, exchange }: PeerTask,
  process: PeerProcess,
): Promise<SeriesWithPeers> {
  const series = atQueryStep(readTrace(folder, trace));
  const windows = await windowsOf(series, maxOrigins);
  const files = { windows: join(exchange, 'windows.json'), forecasts: join(exchange, 'forecasts.json') };
  writeFileSync(files.windows, JSON.stringify(windows));
  await process.forecast({ ...files, peers });
  const answers = JSON.parse(readFileSync(files.forecasts, 'utf8')) as ForecastsFile;
  const registry = unseenRegistry(trace);
  const contestants = Object.entries(answers).map(([name, given]) => repeatPeer(name, windows, given));
  const run = backtest(series, [...models.map((name) => contestantByName(name, registry)), ...contestants], {
    ...PROTOCOL,
    maxOrigins,
    nowMs: () => performance.now(),
  });
  const { origins, scores } = await finishBacktest(run, () => undefined);
  return {
    file: trace.file,
    family: trace.family,
    origins,
    scores: scores.map((score) => withTimes(score, answers[score.model])),
    problems: Object.entries(answers).flatMap(([peer, given]) =>
      given.flatMap((answer) => ('problem' in answer ? [{ peer, problem: answer.problem }] : [])),
    ),
  };
}

/** The times that the peer took itself, not those of repeating its forecast. */
function withTimes(score: ModelScore, answers: readonly PeerAnswer[] | undefined): ModelScore {
  const given = (answers ?? []).filter((answer) => 'quantiles' in answer);
  if (given.length === 0) return score;
  return {
    ...score,
    fitMs: median(given.map(({ fitMs }) => fitMs)),
    forecastMs: median(given.map(({ forecastMs }) => forecastMs)),
  };
}
