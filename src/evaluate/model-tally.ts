import { median } from 'simple-statistics';
import type { Forecast } from '../core/forecast.js';
import { horizonBuckets, type HorizonBucket } from './horizon-buckets.js';
import { CoverageParts } from './coverage-parts.js';
import { coverage } from './metrics/coverage.js';
import { mae } from './metrics/mae.js';
import { pinballLoss } from './metrics/pinball-loss.js';
import type { ModelScore, SkippedOrigin } from './model-score.js';
import { countKnown } from './count-known.js';
import { WeightedMean } from './weighted-mean.js';

/** One forecast and what happened. */
export interface ScoredForecast {
  readonly forecast: Forecast;
  /** The samples after the origin, one per forecast point; at least one is known. */
  readonly actual: Float64Array;
  /** In-sample error of seasonal-naive at this origin; NaN when it has none. */
  readonly scale: number;
  readonly fitMs: number;
  readonly forecastMs: number;
}

/**
 * Levels whose pinball losses are averaged into one figure: the median and those that capacity is bought at. A model that
 * knows its own uncertainty is better at all of them than one that only knows the middle.
 */
export const CAPACITY_LEVELS: readonly number[] = Object.freeze([0.5, 0.8, 0.9, 0.95, 0.99]);

interface OriginLoss {
  readonly mae: number;
  /** Mean over the capacity levels. */
  readonly pinball: number;
  readonly points: number;
}

/** What the losses of a model are divided by; undefined where there is none. */
export interface Yardsticks {
  /** The value one day earlier. */
  readonly point: ModelTally | undefined;
  /** The same with quantiles. */
  readonly quantiles: ModelTally | undefined;
}

/** Collects the forecasts of one model into its score. */
export class ModelTally {
  readonly model: string;
  readonly #skipped: SkippedOrigin[] = [];
  readonly #losses = new Map<number, OriginLoss>();
  readonly #scaled = new WeightedMean();
  #originsWithoutScale = 0;
  readonly #levels: readonly { level: number; loss: WeightedMean; covered: WeightedMean }[];
  readonly #buckets: readonly { bucket: HorizonBucket; error: WeightedMean }[];
  readonly #parts: CoverageParts;
  readonly #fitMs: number[] = [];
  readonly #forecastMs: number[] = [];

  constructor(model: string, levels: readonly number[], horizonSteps: number, stepMs: number) {
    this.model = model;
    this.#levels = levels.map((level) => ({ level, loss: new WeightedMean(), covered: new WeightedMean() }));
    const buckets = horizonBuckets(horizonSteps, stepMs);
    this.#buckets = buckets.map((bucket) => ({ bucket, error: new WeightedMean() }));
    this.#parts = new CoverageParts(levels, buckets);
  }

  skip(originMs: number, reason: string): void {
    this.#skipped.push({ originMs, reason });
  }

  add({ forecast, actual, scale, fitMs, forecastMs }: ScoredForecast): void {
    const middle = forecast.quantile(0.5);
    const points = countKnown(actual);
    const error = mae(actual, middle);
    if (scale > 0) this.#scaled.add(error / scale, points);
    else this.#originsWithoutScale++;
    const capacity = new WeightedMean();
    for (const { level, loss, covered } of this.#levels) {
      const predicted = forecast.quantile(level);
      const pinball = pinballLoss(actual, predicted, level);
      loss.add(pinball, points);
      covered.add(coverage(actual, predicted), points);
      if (CAPACITY_LEVELS.includes(level)) capacity.add(pinball, 1);
    }
    this.#losses.set(forecast.originMs, { mae: error, pinball: capacity.value, points });
    for (const { bucket, error } of this.#buckets) {
      const part = actual.subarray(bucket.fromIndex, bucket.toIndex);
      error.add(mae(part, middle.subarray(bucket.fromIndex, bucket.toIndex)), countKnown(part));
    }
    this.#parts.add(forecast, actual);
    this.#fitMs.push(fitMs);
    this.#forecastMs.push(forecastMs);
  }

  score(yardsticks: Yardsticks): ModelScore {
    const losses = [...this.#losses.values()];
    return {
      model: this.model,
      origins: losses.length,
      skipped: [...this.#skipped],
      points: losses.reduce((sum, { points }) => sum + points, 0),
      mae: meanLoss(losses, 'mae'),
      maeVsSeasonalNaive: this.#relativeTo(yardsticks.point, 'mae'),
      pinballVsSeasonalNaive: this.#relativeTo(yardsticks.quantiles, 'pinball'),
      mase: this.#scaled.weight === 0 ? null : this.#scaled.value,
      originsWithoutScale: this.#originsWithoutScale,
      pinball: this.#levels.map(({ level, loss }) => ({ level, loss: loss.value })),
      coverage: this.#levels.map(({ level, covered }) => ({ level, share: covered.value })),
      coverageByHorizon: this.#parts.byHorizon(),
      coverageByHour: this.#parts.byHour(),
      maeByHorizon: this.#buckets.map(({ bucket, error }) => ({ upToMs: bucket.upToMs, mae: error.value })),
      fitMs: medianOrNaN(this.#fitMs),
      forecastMs: medianOrNaN(this.#forecastMs),
    };
  }

  /** Both losses are taken over the origins that both were scored at: models may need histories of different length. */
  #relativeTo(other: ModelTally | undefined, loss: 'mae' | 'pinball'): number | null {
    if (other === undefined) return null;
    const shared = [...this.#losses.keys()].filter((originMs) => other.#losses.has(originMs));
    const meanOf = (tally: ModelTally): number =>
      meanLoss(
        shared.map((originMs) => tally.#losses.get(originMs)!),
        loss,
      );
    const ratio = meanOf(this) / meanOf(other);
    return Number.isFinite(ratio) ? ratio : null;
  }
}

function meanLoss(losses: readonly OriginLoss[], loss: 'mae' | 'pinball'): number {
  const mean = new WeightedMean();
  for (const origin of losses) mean.add(origin[loss], origin.points);
  return mean.value;
}

function medianOrNaN(values: number[]): number {
  return values.length === 0 ? NaN : median(values);
}
