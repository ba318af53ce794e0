/**
 * Direct multi-horizon ridge regression.
 *
 *     sqrt(y(t + h)) = b_h . x(t, t + h) + e_h,    b_h = argmin  mean w (sqrt(y) - b . x)^2 + penalty |b|^2
 *
 * One regression per horizon knot h, on recent samples and on the same time in earlier seasons (`features.ts`); closed
 * form, no iterations. The residuals that calibrate the quantiles are honest: each comes from coefficients fitted only to
 * rows whose target was known before (prequential, in blocks; Dawid 1984). The same residuals bound the influence of
 * outliers on what is learnt next (Huber 1964).
 *
 * Direct multi-step: Chevillon (2007), J. Economic Surveys 21(4). Ridge: Hoerl & Kennard (1970), Technometrics 12(1).
 *
 * Not for loads that jump between levels at unpredictable times: there the last value is the better forecast. Not with
 * less than a few hours of history.
 */
import { HOUR_MS } from '../../core/duration.js';
import { InsufficientHistoryError } from '../../core/errors.js';
import { Forecast } from '../../core/forecast.js';
import type { FitOptions, FittedForecaster, Forecaster } from '../../core/forecaster.js';
import type { Series } from '../../core/series.js';
import { decodeFloats, encodeFloats } from '../floats.js';
import { atHorizon, horizonKnots, type HorizonKnots } from '../horizon-knots.js';
import { checkState } from '../state.js';
import { destabilise } from '../transform.js';
import { chooseFeatures, LONGEST_WINDOW, type Features } from './features.js';
import { ImputedValues } from './imputed-values.js';
import { dot, KnotRegression, type KnotState } from './knot-regression.js';

const NAME = 'ridge';
const FORMAT = 2;
/** How often the coefficients that judge new rows are renewed. */
const BLOCK_MS = 3 * HOUR_MS;
/** Regressions per fit; between them the forecast is interpolated. */
const KNOTS = 9;
/** Rows a regression needs at least: enough for first coefficients and for some hundred residuals. */
const FEWEST_ROWS = 150;
/** A forecast above this multiple of all that was ever seen is an extrapolation gone wrong, not a load. */
const CEILING = 3;

export const ridge: Forecaster = {
  name: NAME,
  minSamples: ({ horizonSteps }) => FEWEST_ROWS + horizonSteps + LONGEST_WINDOW,
  fit(series, options) {
    const needed = this.minSamples(options);
    const known = series.countKnown();
    if (known < needed) throw new InsufficientHistoryError(known, needed, NAME);
    return RidgeModel.fit(series, options);
  },
  restore: (state) => RidgeModel.restore(state),
};

/** What defines a model beside its data. */
interface RidgeFrame {
  readonly startMs: number;
  readonly stepMs: number;
  readonly options: FitOptions;
  /** Known samples at the fit: they decide which seasons are used, and must not change on update. */
  readonly fittedSamples: number;
}

interface RidgeState extends RidgeFrame {
  readonly samples: string;
  readonly knots: readonly KnotState[];
}

class RidgeModel implements FittedForecaster {
  readonly name = NAME;
  readonly #frame: RidgeFrame;
  readonly #features: Features;
  readonly #knots: HorizonKnots;
  readonly #regressions: readonly KnotRegression[];
  readonly #samples: number[] = [];
  readonly #values: ImputedValues;
  readonly #row: Float64Array;
  readonly #blockSteps: number;
  #largest = -Infinity;
  #smallest = Infinity;

  private constructor(frame: RidgeFrame, knots?: readonly KnotState[]) {
    const { stepMs, options, fittedSamples } = frame;
    this.#frame = frame;
    this.#features = chooseFeatures(stepMs, options.horizonSteps, options.seasonSteps, fittedSamples, FEWEST_ROWS);
    this.#knots = horizonKnots(options.horizonSteps, KNOTS);
    this.#regressions = this.#knots.steps.map((_, knot) => new KnotRegression(this.#features.count, knots?.[knot]));
    this.#values = new ImputedValues(options.seasonSteps[0] ?? Infinity);
    this.#row = new Float64Array(this.#features.count);
    this.#blockSteps = Math.max(1, Math.round(BLOCK_MS / stepMs));
  }

  static fit(series: Series, options: FitOptions): RidgeModel {
    const { startMs, stepMs } = series;
    const model = new RidgeModel({ startMs, stepMs, options, fittedSamples: series.countKnown() });
    for (const value of series.values) model.update(value);
    return model;
  }

  static restore(json: unknown): RidgeModel {
    checkState(json, NAME, FORMAT);
    const state = json as RidgeState;
    const { startMs, stepMs, options, fittedSamples } = state;
    const model = new RidgeModel({ startMs, stepMs, options, fittedSamples }, state.knots);
    for (const value of decodeFloats(state.samples)) model.#remember(value);
    return model;
  }

  get originMs(): number {
    return this.#frame.startMs + (this.#values.length - 1) * this.#frame.stepMs;
  }

  update(value: number): void {
    this.#remember(value);
    const target = this.#values.length - 1;
    if (target % this.#blockSteps === 0) for (const regression of this.#regressions) regression.startBlock();
    if (Number.isNaN(value)) return;
    if (target <= this.#features.firstOrigin) return;
    this.#features.writeTarget(this.#values, target, this.#row);
    for (let knot = 0; knot < this.#regressions.length; knot++) {
      const origin = target - this.#knots.steps[knot]!;
      if (origin < this.#features.firstOrigin) break;
      this.#features.writeOrigin(this.#values, origin, this.#row);
      this.#regressions[knot]!.add(this.#row, this.#values.at(target));
    }
  }

  forecast(): Forecast {
    const { levels, horizonSteps } = this.#frame.options;
    const origin = this.#values.length - 1;
    const coefficients = this.#regressions.map((regression) => regression.coefficients());
    this.#features.writeOrigin(this.#values, origin, this.#row);
    const centre = Float64Array.from({ length: horizonSteps }, (_, k) => {
      this.#features.writeTarget(this.#values, origin + k + 1, this.#row);
      return atHorizon(this.#knots, k + 1, (knot) => dot(coefficients[knot]!, this.#row)) + this.#values.reference;
    });
    const floor = Math.min(0, this.#smallest);
    const ceiling = CEILING * Math.max(Math.abs(this.#largest), Math.abs(this.#smallest));
    const values = levels.map((level) => {
      const offsets = this.#regressions.map((regression) => regression.residualQuantile(level));
      return centre.map((point, k) => {
        const offset = atHorizon(this.#knots, k + 1, (knot) => offsets[knot]!);
        return Math.min(Math.max(destabilise(point + offset), floor), ceiling);
      });
    });
    return new Forecast({ model: NAME, originMs: this.originMs, stepMs: this.#frame.stepMs, levels, values });
  }

  toJSON(): unknown {
    return {
      format: FORMAT,
      model: NAME,
      ...this.#frame,
      samples: encodeFloats(this.#samples),
      knots: this.#regressions.map((regression) => regression.toJSON()),
    };
  }

  #remember(value: number): void {
    this.#samples.push(value);
    this.#values.push(value);
    if (value > this.#largest) this.#largest = value;
    if (value < this.#smallest) this.#smallest = value;
  }
}
