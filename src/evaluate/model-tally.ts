import { median } from 'simple-statistics';
import type { Forecast } from '../core/forecast.js';
import { horizonBuckets, type HorizonBucket } from './horizon-buckets.js';
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

interface OriginError {
  readonly mae: number;
  readonly points: number;
}

/** Collects the forecasts of one model into its score. */
export class ModelTally {
  readonly model: string;
  readonly #skipped: SkippedOrigin[] = [];
  readonly #errors = new Map<number, OriginError>();
  readonly #scaled = new WeightedMean();
  #originsWithoutScale = 0;
  readonly #levels: readonly { level: number; loss: WeightedMean; covered: WeightedMean }[];
  readonly #buckets: readonly { bucket: HorizonBucket; error: WeightedMean }[];
  readonly #fitMs: number[] = [];
  readonly #forecastMs: number[] = [];

  constructor(model: string, levels: readonly number[], horizonSteps: number, stepMs: number) {
    this.model = model;
    this.#levels = levels.map((level) => ({ level, loss: new WeightedMean(), covered: new WeightedMean() }));
    this.#buckets = horizonBuckets(horizonSteps, stepMs).map((bucket) => ({ bucket, error: new WeightedMean() }));
  }

  skip(originMs: number, reason: string): void {
    this.#skipped.push({ originMs, reason });
  }

  add({ forecast, actual, scale, fitMs, forecastMs }: ScoredForecast): void {
    const middle = forecast.quantile(0.5);
    const points = countKnown(actual);
    const error = mae(actual, middle);
    this.#errors.set(forecast.originMs, { mae: error, points });
    if (scale > 0) this.#scaled.add(error / scale, points);
    else this.#originsWithoutScale++;
    for (const { level, loss, covered } of this.#levels) {
      const predicted = forecast.quantile(level);
      loss.add(pinballLoss(actual, predicted, level), points);
      covered.add(coverage(actual, predicted), points);
    }
    for (const { bucket, error } of this.#buckets) {
      const part = actual.subarray(bucket.fromIndex, bucket.toIndex);
      error.add(mae(part, middle.subarray(bucket.fromIndex, bucket.toIndex)), countKnown(part));
    }
    this.#fitMs.push(fitMs);
    this.#forecastMs.push(forecastMs);
  }

  /** @param seasonalNaive the yardstick; undefined when there is none */
  score(seasonalNaive: ModelTally | undefined): ModelScore {
    const errors = [...this.#errors.values()];
    return {
      model: this.model,
      origins: errors.length,
      skipped: [...this.#skipped],
      points: errors.reduce((sum, error) => sum + error.points, 0),
      mae: meanError(errors),
      maeVsSeasonalNaive: seasonalNaive === undefined ? null : this.#errorRelativeTo(seasonalNaive),
      mase: this.#scaled.weight === 0 ? null : this.#scaled.value,
      originsWithoutScale: this.#originsWithoutScale,
      pinball: this.#levels.map(({ level, loss }) => ({ level, loss: loss.value })),
      coverage: this.#levels.map(({ level, covered }) => ({ level, share: covered.value })),
      maeByHorizon: this.#buckets.map(({ bucket, error }) => ({ upToMs: bucket.upToMs, mae: error.value })),
      fitMs: medianOrNaN(this.#fitMs),
      forecastMs: medianOrNaN(this.#forecastMs),
    };
  }

  /** Both errors are taken over the origins that both were scored at: models may need histories of different length. */
  #errorRelativeTo(other: ModelTally): number | null {
    const shared = [...this.#errors.keys()].filter((originMs) => other.#errors.has(originMs));
    const ratio =
      meanError(shared.map((originMs) => this.#errors.get(originMs)!)) /
      meanError(shared.map((originMs) => other.#errors.get(originMs)!));
    return Number.isFinite(ratio) ? ratio : null;
  }
}

function meanError(errors: readonly OriginError[]): number {
  const mean = new WeightedMean();
  for (const error of errors) mean.add(error.mae, error.points);
  return mean.value;
}

function medianOrNaN(values: number[]): number {
  return values.length === 0 ? NaN : median(values);
}
