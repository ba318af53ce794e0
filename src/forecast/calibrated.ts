import { InsufficientHistoryError } from '../core/errors.js';
import { Forecast } from '../core/forecast.js';
import type { FitOptions, FittedForecaster, Forecaster } from '../core/forecaster.js';
import type { Series } from '../core/series.js';
import { CoverageControl, type CoverageControlState } from './coverage-control.js';
import { decodeFloats, encodeFloats } from './floats.js';
import { GrowingValues } from './growing-values.js';
import { atHorizon, horizonKnots, type HorizonKnots } from './horizon-knots.js';
import { checkState } from './state.js';
import { destabilise, stabilise } from './transform.js';

/** A rule that names one number per step ahead, as a pure function of the past. */
export interface PointModel {
  readonly name: string;
  /** Grid points needed up to and including the first origin; Infinity when the rule does not apply. */
  warmupSteps(options: FitOptions): number;
  /**
   * The forecast from one origin.
   *
   * @param values samples with gaps (NaN); nothing after index `origin` may be read
   * @returns a function of the steps ahead (1 to the horizon); NaN where the rule has nothing to go by
   */
  from(values: Float64Array, origin: number, options: FitOptions): (stepsAhead: number) => number;
}

/** Knots of the residual quantiles: errors grow slowly with the horizon, so few are enough. */
const KNOTS = 12;
/** Residuals kept per knot: three days at 2 min, enough for the 0.99 quantile and recent enough to follow a change. */
const RESIDUALS_KEPT = 2_160;
/** Fewest rolling origins for a band: the 0.95 quantile of 20 residuals is the largest of them. */
const FEWEST_ORIGINS = 20;
const FORMAT = 2;

/**
 * Makes a forecaster with quantiles out of a point rule: the rule is applied at every past origin, and the quantiles of
 * what it got wrong there, per steps ahead, become the band around what it says now (rolling-origin residuals, also
 * known as split conformal prediction; Vovk et al. 2005), corrected by what the band has covered (`coverage-control.ts`).
 * Residuals live on the square-root scale, so that a band is wider where the load is higher.
 */
export function calibrated(rule: PointModel): Forecaster {
  return {
    name: rule.name,
    minSamples: (options) => rule.warmupSteps(options) + options.horizonSteps + FEWEST_ORIGINS - 1,
    fit(series, options) {
      const needed = this.minSamples(options);
      const known = series.countKnown();
      if (known < needed) throw new InsufficientHistoryError(known, needed, rule.name);
      return CalibratedModel.fit(rule, series, options);
    },
    restore: (state) => CalibratedModel.restore(rule, state),
  };
}

interface CalibratedState {
  readonly startMs: number;
  readonly stepMs: number;
  readonly options: FitOptions;
  readonly values: string;
  readonly residuals: readonly CoverageControlState[];
}

class CalibratedModel implements FittedForecaster {
  readonly #rule: PointModel;
  readonly #startMs: number;
  readonly #stepMs: number;
  readonly #options: FitOptions;
  readonly #values: GrowingValues;
  readonly #knots: HorizonKnots;
  readonly #residuals: readonly CoverageControl[];

  private constructor(
    rule: PointModel,
    state: Omit<CalibratedState, 'values' | 'residuals'>,
    values: ArrayLike<number>,
    residuals: (knots: HorizonKnots) => readonly CoverageControl[],
  ) {
    this.#rule = rule;
    this.#startMs = state.startMs;
    this.#stepMs = state.stepMs;
    this.#options = state.options;
    this.#values = new GrowingValues(values);
    this.#knots = horizonKnots(state.options.horizonSteps, KNOTS);
    this.#residuals = residuals(this.#knots);
  }

  static fit(rule: PointModel, series: Series, options: FitOptions): CalibratedModel {
    return new CalibratedModel(
      rule,
      { startMs: series.startMs, stepMs: series.stepMs, options },
      series.values,
      (knots) => rollingOriginResiduals(rule, series.values, options, knots),
    );
  }

  static restore(rule: PointModel, json: unknown): CalibratedModel {
    checkState(json, rule.name, FORMAT);
    const state = json as CalibratedState;
    return new CalibratedModel(rule, state, decodeFloats(state.values), () =>
      state.residuals.map((each) => new CoverageControl(RESIDUALS_KEPT, each)),
    );
  }

  get name(): string {
    return this.#rule.name;
  }

  get originMs(): number {
    return this.#startMs + (this.#values.length - 1) * this.#stepMs;
  }

  forecast(): Forecast {
    const { levels, horizonSteps } = this.#options;
    const values = this.#values.view;
    const point = this.#rule.from(values, values.length - 1, this.#options);
    const floor = values.some((value) => value < 0) ? -Infinity : 0;
    const rows = levels.map((level) => {
      const offsets = this.#residuals.map((residuals) => residuals.quantile(level));
      return Float64Array.from({ length: horizonSteps }, (_, k) => {
        const offset = atHorizon(this.#knots, k + 1, (knot) => offsets[knot]!);
        return Math.max(floor, destabilise(stabilise(point(k + 1)) + offset));
      });
    });
    return new Forecast({ model: this.name, originMs: this.originMs, stepMs: this.#stepMs, levels, values: rows });
  }

  update(value: number): void {
    this.#values.push(value);
    if (Number.isNaN(value)) return;
    const values = this.#values.view;
    const target = values.length - 1;
    this.#knots.steps.forEach((stepsAhead, knot) => {
      const origin = target - stepsAhead;
      if (origin < this.#rule.warmupSteps(this.#options) - 1) return;
      const residual = residualAt(this.#rule.from(values, origin, this.#options)(stepsAhead), value);
      if (Number.isFinite(residual)) this.#residuals[knot]!.push(residual);
    });
  }

  toJSON(): unknown {
    return {
      format: FORMAT,
      model: this.name,
      startMs: this.#startMs,
      stepMs: this.#stepMs,
      options: this.#options,
      values: encodeFloats(this.#values.view),
      residuals: this.#residuals.map((residuals) => residuals.toJSON()),
    };
  }
}

function residualAt(predicted: number, actual: number): number {
  return stabilise(actual) - stabilise(predicted);
}

/** For each knot, the residuals of all origins whose target is known, oldest first. */
function rollingOriginResiduals(
  rule: PointModel,
  values: Float64Array,
  options: FitOptions,
  knots: HorizonKnots,
): CoverageControl[] {
  const residuals = knots.steps.map(() => new CoverageControl(RESIDUALS_KEPT));
  for (let origin = rule.warmupSteps(options) - 1; origin < values.length - 1; origin++) {
    let point: ((stepsAhead: number) => number) | undefined;
    knots.steps.forEach((stepsAhead, knot) => {
      const actual = values[origin + stepsAhead] ?? NaN;
      if (Number.isNaN(actual)) return;
      // Only now: within a long gap, every origin would look for the last sample before it in vain.
      point ??= rule.from(values, origin, options);
      const residual = residualAt(point(stepsAhead), actual);
      if (Number.isFinite(residual)) residuals[knot]!.push(residual);
    });
  }
  return residuals;
}
