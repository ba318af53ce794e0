import { describe, expect, it } from 'vitest';
import type { SeriesResult } from '../../bench/accuracy-series.js';
import { summarise } from '../../bench/accuracy-summary.js';
import type { ModelScore } from '../../src/evaluate/model-score.js';

function score(model: string, ratio: number | null, points: number, share: number, fitMs: number): ModelScore {
  return {
    model,
    origins: points === 0 ? 0 : 1,
    skipped: [],
    points,
    mae: points === 0 ? NaN : 1,
    maeVsSeasonalNaive: ratio,
    pinballVsSeasonalNaive: ratio === null ? null : ratio / 2,
    mase: null,
    originsWithoutScale: 0,
    pinball: [],
    coverage: [{ level: 0.9, share }],
    coverageByHorizon: [{ upToMs: 600_000, points, coverage: [{ level: 0.9, share }] }],
    coverageByHour: [],
    maeByHorizon: [],
    fitMs,
    forecastMs: 1,
  };
}

const series = (file: string, family: string, ...scores: ModelScore[]): SeriesResult => {
  return { file, family, origins: 1, scores };
};

// Family one has three series, family two has one.
const RESULTS = [
  series('a', 'one', score('worse', 1, 10, 1, 4), score('better', 0.5, 10, 0.8, 1)),
  series('b', 'one', score('worse', 4, 10, 1, 5), score('better', 0.5, 10, 0.9, 2)),
  series('c', 'one', score('worse', 2, 10, 1, 9), score('better', null, 10, 1, 3)),
  series('d', 'two', score('worse', 8, 70, 0.5, 4), score('better', null, 0, NaN, NaN)),
];

describe('the summary of the accuracy benchmark', () => {
  const [better, worse] = summarise(RESULTS);

  it('puts the best model first', () => {
    expect([better!.model, worse!.model]).toEqual(['better', 'worse']);
  });

  it('averages ratios within families, then over them', () => {
    expect(worse!.families['one']).toBeCloseTo(2, 12); // cube root of 1 * 4 * 2
    expect(worse!.families['two']).toBeCloseTo(8, 12);
    expect(worse!.relativeMae).toBeCloseTo(4, 12); // square root of 2 * 8
    expect(better!.relativeMae).toBeCloseTo(0.5, 12);
  });

  it('counts the series without a ratio', () => {
    expect(better).toMatchObject({ series: 2, seriesWithoutRatio: 2 });
  });

  it('gives coverage with each family counting once, and with each point counting once', () => {
    expect(worse!.coverage[0]!.balanced).toBeCloseTo(0.75, 12); // (1 + 0.5) / 2
    expect(worse!.coverage[0]!.pooled).toBeCloseTo(0.65, 12); // (30 * 1 + 70 * 0.5) / 100
  });

  it('gives coverage by parts with each family counting once', () => {
    expect(worse!.coverageByHorizon).toEqual([
      { part: '<= 10m', coverage: [{ level: 0.9, share: expect.closeTo(0.75, 12) as number }] },
    ]);
    expect(worse!.coverageByHour).toEqual([]);
  });

  it('leaves series that were not scored out of coverage and times', () => {
    expect(better!.coverage[0]!.balanced).toBeCloseTo(0.9, 12);
    expect(better!.fitMs).toBe(2);
    expect(worse!.fitMs).toBe(4.5);
  });
});
