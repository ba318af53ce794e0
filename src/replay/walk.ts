import { DEFAULT_LEVELS, type Forecast } from '../core/forecast.js';
import type { FitOptions, FittedForecaster, Forecaster } from '../core/forecaster.js';
import { Series } from '../core/series.js';
import { horizonSteps } from '../core/workload.js';
import { leadWindowSteps } from '../scaling/forecast-window.js';
import { trimEnd, trimStart } from '../series/mask.js';
import { findSeasons } from '../series/seasonality.js';
import type { Period } from './prepare.js';
import type { ReplaySettings } from './settings.js';

/** A model that was fitted to less than this part of the history there is now may have missed a season. */
const OUTGROWN = 0.5;

/** What the forecasts of a walk depend on. */
export interface WalkSettings extends Pick<ReplaySettings, 'historyMs' | 'horizonMs' | 'seasonality' | 'refitMs'> {
  /** The most trusted first: each fit is of the first for which there is enough history. */
  readonly candidates: readonly Forecaster[];
  /** Lead times, margins included, of the decisions to be made from these forecasts. */
  readonly leadTimesMs: readonly number[];
  /** Quantiles that are going to be asked for. */
  readonly quantiles: readonly number[];
}

/** A fit, with what it was made from: a copy of the history, which ends at the moment of the fit. */
export interface Fit {
  readonly atMs: number;
  readonly history: Series;
  readonly forecaster: Forecaster;
  readonly options: FitOptions;
}

/** The forecasts of one walk through time, in order. Every one was made from samples up to its origin. */
export class ForecastWalk {
  readonly #startMs: number;
  readonly #stepMs: number;
  /** By grid point from `startMs` on: the forecast in effect from then until the next point. */
  readonly #forecasts: readonly (Forecast | null)[];
  readonly #fits: readonly Fit[];

  constructor(startMs: number, stepMs: number, forecasts: readonly (Forecast | null)[], fits: readonly Fit[]) {
    this.#startMs = startMs;
    this.#stepMs = stepMs;
    this.#forecasts = forecasts;
    this.#fits = fits;
  }

  /** The latest forecast; null: there was too little history for one. */
  forecastAt(nowMs: number): Forecast | null {
    return this.#forecasts[Math.floor((nowMs - this.#startMs) / this.#stepMs)] ?? null;
  }

  /** The latest fit; null: none yet. */
  fitAt(nowMs: number): Fit | null {
    return this.#fits.findLast(({ atMs }) => atMs <= nowMs) ?? null;
  }
}

/**
 * Forecasts at every sample of a period as the service would: a fit to the history window every `refitMs`, when the model is
 * outdated or the history has grown to twice its length, updates in between, the simplest model while there is too little
 * history for the others, and no new forecast from a gap. One walk serves every setting: a forecast holds all quantiles. It
 * reaches as far as the decisions look, which is the lead time: what the service forecasts beyond is for people.
 *
 * Yields after each sample how many of them are done.
 */
export function* walkForecasts(
  samples: Series,
  settings: WalkSettings,
  { fromMs, toMs }: Period,
): Generator<number, ForecastWalk, void> {
  const { stepMs } = samples;
  const stepsLookedAt = lookAhead(settings, stepMs);
  const isKnownAt = (index: number): boolean => !Number.isNaN(samples.values[index] ?? NaN);
  const first = Math.max(0, Math.ceil((fromMs - samples.startMs) / stepMs));
  const end = Math.min(samples.length, Math.ceil((toMs - samples.startMs) / stepMs));
  const forecasts: (Forecast | null)[] = [];
  const fits: Fit[] = [];
  let model: FittedForecaster | null = null;
  let forecast: Forecast | null = null;
  for (let i = first; i < end; i++) {
    const nowMs = samples.timeAt(i);
    const isKnown = isKnownAt(i);
    if (isKnown && (model === null || model.isOutdated === true || isDue(fits.at(-1)!, nowMs, settings))) {
      const fit = prepareFit(samples, nowMs, settings);
      model = fit?.forecaster.fit(fit.history, fit.options) ?? null;
      if (fit !== null) fits.push(fit);
    } else if (isKnown && model !== null) follow(model, samples, nowMs);
    // Where a gap comes, the last forecast before it has to do for as long as it lasts.
    if (isKnown) forecast = model?.forecast(isKnownAt(i + 1) ? stepsLookedAt : undefined) ?? null;
    forecasts.push(forecast);
    yield i - first + 1;
  }
  return new ForecastWalk(samples.timeAt(first), stepMs, forecasts, fits);
}

/** How many steps ahead a decision looks that is made before the next sample. */
function lookAhead({ leadTimesMs, horizonMs }: WalkSettings, stepMs: number): number {
  const longest = Math.max(1, ...leadTimesMs.map((leadTimeMs) => leadWindowSteps(leadTimeMs, stepMs)));
  return Math.min(longest, horizonSteps({ horizonMs, stepMs }));
}

function isDue({ atMs, history }: Fit, nowMs: number, { historyMs, refitMs }: WalkSettings): boolean {
  const fittedMs = history.length * history.stepMs;
  const thereIsMs = Math.min(historyMs, fittedMs + nowMs - atMs);
  return nowMs >= atMs + refitMs || fittedMs < OUTGROWN * thereIsMs;
}

function prepareFit(
  samples: Series,
  nowMs: number,
  { historyMs, horizonMs, candidates, seasonality, leadTimesMs, quantiles }: WalkSettings,
): Fit | null {
  const { stepMs } = samples;
  const window = trimEnd(trimStart(samples.between(nowMs - historyMs, nowMs + 1)));
  const history = new Series(window.startMs, stepMs, window.values.slice());
  const options: FitOptions = {
    horizonSteps: horizonSteps({ horizonMs, stepMs }),
    levels: levelsFor(quantiles),
    seasonSteps:
      seasonality === 'auto' ? findSeasons(history) : seasonality.map((ms) => Math.max(1, Math.round(ms / stepMs))),
    windowSteps: leadTimesMs.map((leadTimeMs) => leadWindowSteps(leadTimeMs, stepMs)),
  };
  const known = history.countKnown();
  const forecaster = candidates.find((candidate) => candidate.minSamples(options) <= known);
  return forecaster === undefined ? null : { atMs: nowMs, history, forecaster, options };
}

/** Those of the service's levels between which these quantiles lie: the same numbers, from less memory and time. */
function levelsFor(quantiles: readonly number[]): readonly number[] {
  return DEFAULT_LEVELS.filter((level, i) =>
    quantiles.some(
      (quantile) =>
        (level >= quantile && !(DEFAULT_LEVELS[i - 1]! >= quantile)) ||
        (level <= quantile && !(DEFAULT_LEVELS[i + 1]! <= quantile)),
    ),
  );
}

/** Appends what is new, gaps included. */
function follow(model: FittedForecaster, samples: Series, nowMs: number): void {
  for (let timeMs = model.originMs + samples.stepMs; timeMs <= nowMs; timeMs += samples.stepMs) {
    model.update(samples.at(timeMs));
  }
}
