import { describe, expect, it } from 'vitest';
import { repeatPeer } from '../../bench/peers/peer-forecasts.js';
import { summarisePeers } from '../../bench/peers/peers-summary.js';
import type { SeriesWithPeers } from '../../bench/peers/series-with-peers.js';
import { backtest, finishBacktest } from '../../src/evaluate/backtest.js';
import type { ModelScore } from '../../src/evaluate/model-score.js';
import { OPTIONS, START_MS, STEP_MS, seriesOf } from '../evaluate/stubs.js';

/** @param ratio null: the model could not forecast any window */
function score(model: string, ratio: number | null): ModelScore {
  return {
    model,
    origins: ratio === null ? 0 : 4,
    skipped: [],
    points: ratio === null ? 0 : 40,
    mae: ratio ?? NaN,
    maeVsSeasonalNaive: ratio,
    pinballVsSeasonalNaive: ratio,
    mase: null,
    originsWithoutScale: 0,
    pinball: [],
    coverage: [],
    coverageByHorizon: [],
    coverageByHour: [],
    maeByHorizon: [],
    fitMs: 1,
    forecastMs: 1,
  };
}

const series = (file: string, ours: number | null, theirs: number | null, problem?: string): SeriesWithPeers => ({
  file,
  family: file,
  origins: 4,
  scores: [score('ridge', ours), score('mstl', theirs)],
  problems: problem === undefined ? [] : [{ peer: 'mstl', problem }],
});

describe('the summary of the peers', () => {
  it('leaves out and names a series on which some model made no error at all', () => {
    const { models, leftOut } = summarisePeers([series('a', 0.5, 2), series('b', 0, 1), series('c', 2, 8)]);
    expect(leftOut).toEqual(['b']);
    // Square roots of 0.5 * 2 and of 2 * 8.
    expect(models.map(({ model, relativeMae, series: count }) => [model, relativeMae, count])).toEqual([
      ['ridge', 1, 2],
      ['mstl', 4, 2],
    ]);
  });

  it('keeps a series that a peer could not forecast, without that peer, and tells of the problem', () => {
    const failed = series('b', 4, null, 'ValueError: the forecast is not finite');
    const { models, leftOut, problems } = summarisePeers([series('a', 1, 3), failed]);
    expect(leftOut).toEqual([]);
    expect(problems).toEqual([{ file: 'b', peer: 'mstl', problem: 'ValueError: the forecast is not finite' }]);
    const [ours, theirs] = models;
    expect(ours).toMatchObject({ model: 'ridge', series: 2, seriesWithoutRatio: 0 });
    expect(ours!.relativeMae).toBeCloseTo(2, 12);
    expect(theirs).toMatchObject({ model: 'mstl', series: 1, seriesWithoutRatio: 1 });
    expect(theirs!.relativeMae).toBeCloseTo(3, 12);
  });
});

describe('a peer that is repeated', () => {
  const windows = {
    stepMs: STEP_MS,
    horizonSteps: 2,
    levels: OPTIONS.levels,
    windows: [4, 5].map((origin) => ({ originMs: START_MS + origin * STEP_MS, values: [] })),
  };
  const load = seriesOf(1, 2, 3, 4, 5, 6, 7, 8);
  const quantiles = [
    [6, 7],
    [8, 9],
  ];

  it('is scored by what it said, and left out where it had a problem', async () => {
    const answers = [{ fitMs: 1, forecastMs: 1, quantiles }, { problem: 'RuntimeError: no' }];
    const peer = repeatPeer('mstl', windows, answers);
    const { scores } = await finishBacktest(backtest(load, [peer], { ...OPTIONS }), () => undefined);
    // At the first origin 6 and 7 come, as it said.
    expect(scores[0]).toMatchObject({ model: 'mstl', origins: 1, points: 2, mae: 0 });
    expect(scores[0]!.skipped.map(({ originMs }) => originMs)).toEqual([START_MS + 5 * STEP_MS]);
  });

  it('must have been given the window', () => {
    const peer = repeatPeer('mstl', { ...windows, windows: [] }, []);
    expect(() => peer.fit(load, { horizonSteps: 2, levels: OPTIONS.levels, seasonSteps: [] })).toThrow(
      /^mstl was not given the window/,
    );
  });
});
