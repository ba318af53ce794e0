import { median } from 'simple-statistics';
import type { ModelScore } from '../src/evaluate/model-score.js';
import type { SeriesResult } from './accuracy-series.js';
import { formatDuration } from '../src/core/duration.js';
import type { LevelShare } from '../src/evaluate/coverage-parts.js';
import { arithmeticMean, byFamily, geometricMean } from './support/means.js';

/** One model over all series. Means are taken within each family first, so that every family counts once. */
export interface ModelSummary {
  readonly model: string;
  /** Geometric mean of the error relative to the value one day earlier; below 1 is better than that. */
  readonly relativeMae: number;
  readonly families: Readonly<Record<string, number>>;
  /** The same mean of the pinball loss relative to the value one day earlier with quantiles; NaN without any. */
  readonly relativePinball: number;
  readonly pinballFamilies: Readonly<Record<string, number>>;
  /** Series behind `relativeMae`. */
  readonly series: number;
  /** Series without a relative error: the model could not forecast, or the baseline made no error. */
  readonly seriesWithoutRatio: number;
  readonly coverage: readonly {
    readonly level: number;
    /** Mean over families of the mean over their series. */
    readonly balanced: number;
    /** Over all points of all series. */
    readonly pooled: number;
  }[];
  /** Of each part of the horizon, and of the day: mean over families of the mean over their series, per level. */
  readonly coverageByHorizon: readonly CoveragePart[];
  readonly coverageByHour: readonly CoveragePart[];
  /** Median over the series of their median times. */
  readonly fitMs: number;
  readonly forecastMs: number;
}

export interface CoveragePart {
  /** Such as `<= 10m`, or `0-3h UTC`. */
  readonly part: string;
  readonly coverage: readonly LevelShare[];
}

interface FamilyScore extends ModelScore {
  readonly family: string;
}

/** One summary per model, best first. */
export function summarise(results: readonly SeriesResult[]): ModelSummary[] {
  const models = new Map<string, FamilyScore[]>();
  for (const { family, scores } of results) {
    for (const score of scores) models.set(score.model, [...(models.get(score.model) ?? []), { ...score, family }]);
  }
  const summaries = [...models].map(([model, scores]) => summariseModel(model, scores));
  return summaries.sort((a, b) => orLast(a.relativeMae) - orLast(b.relativeMae));
}

/** Scores alone: nothing that would give away the values of a series. */
export function scoreRow(score: ModelScore): object {
  return {
    model: score.model,
    relativeMae: score.maeVsSeasonalNaive,
    relativePinball: score.pinballVsSeasonalNaive,
    mase: score.mase,
    origins: score.origins,
    skipped: score.skipped.length,
    points: score.points,
    coverage: score.coverage.map(({ share }) => share),
    fitMs: score.fitMs,
    forecastMs: score.forecastMs,
  };
}

function summariseModel(model: string, scores: readonly FamilyScore[]): ModelSummary {
  const scored = scores.filter((score) => score.origins > 0);
  const families = byFamily(scores, (score) => score.maeVsSeasonalNaive, geometricMean);
  const pinballFamilies = byFamily(scores, (score) => score.pinballVsSeasonalNaive, geometricMean);
  const withRatio = scores.filter((score) => score.maeVsSeasonalNaive !== null).length;
  return {
    model,
    relativeMae: geometricMean([...families.values()]),
    families: sortedRecord(families),
    relativePinball: geometricMean([...pinballFamilies.values()]),
    pinballFamilies: sortedRecord(pinballFamilies),
    series: withRatio,
    seriesWithoutRatio: scores.length - withRatio,
    coverage: (scored[0]?.coverage ?? []).map(({ level }, l) => ({ level, ...coverageOf(scored, l) })),
    coverageByHorizon: partsOf(scored, ({ coverageByHorizon }) =>
      coverageByHorizon.map(({ upToMs, coverage }) => ({ part: `<= ${formatDuration(upToMs)}`, coverage })),
    ),
    coverageByHour: partsOf(scored, ({ coverageByHour }) =>
      coverageByHour.map(({ fromHour, toHour, coverage }) => ({ part: `${fromHour}-${toHour}h UTC`, coverage })),
    ),
    fitMs: scored.length === 0 ? NaN : median(scored.map((score) => score.fitMs)),
    forecastMs: scored.length === 0 ? NaN : median(scored.map((score) => score.forecastMs)),
  };
}

function coverageOf(scores: readonly FamilyScore[], l: number): { balanced: number; pooled: number } {
  const points = scores.reduce((sum, score) => sum + score.points, 0);
  const covered = scores.reduce((sum, score) => sum + score.coverage[l]!.share * score.points, 0);
  const families = byFamily(scores, (score) => score.coverage[l]!.share, arithmeticMean);
  return { balanced: arithmeticMean([...families.values()]), pooled: covered / points };
}

/** Series of different steps have the same parts, but for those into which no step of theirs falls. */
function partsOf(
  scores: readonly FamilyScore[],
  parts: (score: FamilyScore) => readonly CoveragePart[],
): readonly CoveragePart[] {
  const names = [...new Set(scores.flatMap((score) => parts(score).map(({ part }) => part)))];
  const levels = scores[0]?.coverage.map(({ level }) => level) ?? [];
  return names.map((part) => ({
    part,
    coverage: levels.map((level, l) => {
      const shareOf = (score: FamilyScore): number =>
        parts(score).find((each) => each.part === part)?.coverage[l]!.share ?? NaN;
      const known = scores.filter((score) => !Number.isNaN(shareOf(score)));
      return { level, share: arithmeticMean([...byFamily(known, shareOf, arithmeticMean).values()]) };
    }),
  }));
}

function sortedRecord(figures: ReadonlyMap<string, number>): Readonly<Record<string, number>> {
  return Object.fromEntries([...figures].toSorted(([a], [b]) => a.localeCompare(b)));
}

function orLast(value: number): number {
  return Number.isNaN(value) ? Infinity : value;
}
