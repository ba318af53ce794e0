import { MINUTE_MS } from '../../core/duration.js';
import type { FitOptions } from '../../core/forecaster.js';
import { ImputedValues } from '../ridge/imputed-values.js';
import { destabilise } from '../transform.js';
import { WindowFeatures } from './window-features.js';
import { WindowRegression, type WindowState } from './window-regression.js';

/** How often what has been learnt begins to forecast. */
const BLOCK_MS = 30 * MINUTE_MS;
/** Rows that a season must leave to learn from, as in `ridge`. */
const FEWEST_ROWS = 150;
/** A forecast above this multiple of all that was ever seen is an extrapolation gone wrong, not a load. */
const CEILING = 3;

/** What the model of one window depends on, beside the samples. */
export interface WindowFrame {
  readonly width: number;
  readonly stepMs: number;
  readonly seasonSteps: readonly number[];
  readonly levels: readonly number[];
  /** Known samples at the fit: they decide which seasons are used, and must not change on update. */
  readonly fittedSamples: number;
}

/**
 * The highest value of the next `width` steps, forecast directly:
 *
 *     sqrt(max y(t+1 .. t+width)) = b . x(t) + e,    b = argmin  mean w (sqrt(max) - b . x)^2 + penalty |b|^2
 *
 * Capacity has to meet the highest load until the next pods are ready. The largest of many quantiles is not the quantile
 * of the largest: a regression of the maximum itself learns how far the load strays within the window, and what is
 * typical of the time of day comes from the residuals of that time (`daily-residuals.ts`). Closed form and honest as
 * `ridge` is: what has been learnt up to a block of time forecasts, and is judged, within it.
 *
 * Not for loads that jump at unpredictable times.
 */
export class WindowMaximumModel {
  readonly #frame: WindowFrame;
  readonly #features: WindowFeatures;
  readonly #regression: WindowRegression;
  readonly #row: Float64Array;
  readonly #blockSteps: number;
  #length = 0;
  #lastGap = -1;
  #largest = -Infinity;
  #smallest = Infinity;

  private constructor(frame: WindowFrame, state?: WindowState) {
    const { width, stepMs, fittedSamples } = frame;
    this.#frame = frame;
    this.#features = new WindowFeatures(width, frame, { knownSamples: fittedSamples, fewestRows: FEWEST_ROWS });
    this.#regression = new WindowRegression(this.#features.count, stepMs, state);
    this.#row = new Float64Array(this.#features.count);
    this.#blockSteps = Math.max(1, Math.round(BLOCK_MS / stepMs));
  }

  /** A model that has not seen anything. */
  static start(width: number, stepMs: number, fittedSamples: number, options: FitOptions): WindowMaximumModel {
    const { levels, seasonSteps } = options;
    return new WindowMaximumModel({ width, stepMs, seasonSteps, levels, fittedSamples });
  }

  /** The model as it was saved, once it has been shown its samples again with {@link remember}. */
  static restore(frame: WindowFrame, state: WindowState): WindowMaximumModel {
    return new WindowMaximumModel(frame, state);
  }

  get width(): number {
    return this.#frame.width;
  }

  /**
   * Takes in the newest sample without learning from it.
   *
   * @param sample NaN: a gap
   * @param value the sample as `values` has it
   */
  remember(sample: number, value: number): void {
    const index = this.#length++;
    this.#features.push(value);
    if (Number.isNaN(sample)) this.#lastGap = index;
    if (sample > this.#largest) this.#largest = sample;
    if (sample < this.#smallest) this.#smallest = sample;
  }

  /** Learns from the window that ends with the newest sample. A filled value is never part of a target. */
  learn(values: ImputedValues): void {
    const newest = this.#length - 1;
    const origin = newest - this.width;
    if (newest % this.#blockSteps === 0) {
      this.#regression.startBlock(newest + Math.floor(this.#blockSteps / 2), Math.max(0, origin));
    }
    if (origin < 0) return;
    if (origin < this.#features.firstOrigin || this.#lastGap > origin) {
      this.#regression.skip(origin);
      return;
    }
    this.#features.write(values, origin, this.#row);
    this.#regression.add(origin, this.#row, this.#features.target(origin));
  }

  /** @returns in the unit of the series, one number per level, ascending; null while too little is known */
  quantiles(values: ImputedValues): Float64Array | null {
    const origin = this.#length - 1;
    if (origin < this.#features.firstOrigin) return null;
    this.#features.write(values, origin, this.#row);
    const quantiles = this.#regression.quantiles(this.#row, this.#frame.levels);
    if (quantiles === null) return null;
    const floor = Math.min(0, this.#smallest);
    const ceiling = Math.min(CEILING * Math.max(Math.abs(this.#largest), Math.abs(this.#smallest)), Number.MAX_VALUE);
    return Float64Array.from(quantiles, (value) =>
      Math.min(Math.max(destabilise(value + values.reference), floor), ceiling),
    );
  }

  toJSON(): { readonly frame: WindowFrame; readonly state: WindowState } {
    return { frame: this.#frame, state: this.#regression.toJSON() };
  }
}
