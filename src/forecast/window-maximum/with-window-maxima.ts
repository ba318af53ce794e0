import { Forecast, type WindowMaximum } from '../../core/forecast.js';
import type { FittedForecaster, Forecaster } from '../../core/forecaster.js';
import { decodeFloats, encodeFloats } from '../floats.js';
import type { PooledErrors } from '../pooled/pooled-errors.js';
import type { LevellingForecaster } from '../prequential/prequential.js';
import { ImputedValues } from '../ridge/imputed-values.js';
import { WindowMaximumModel, type WindowFrame, type WindowState } from './window-maximum.js';

/** Not a number, so that no forecaster takes the state for its own. */
const FORMAT = 'window-maxima 4';

interface WindowMaximaState {
  readonly format: typeof FORMAT;
  readonly model: string;
  readonly season: number | null;
  readonly samples: string;
  readonly windows: readonly { readonly frame: WindowFrame; readonly state: WindowState }[];
  readonly inner: unknown;
}

/**
 * The same forecaster, which forecasts the highest value of each window that it is asked for too (`windowSteps`). Without
 * windows it is the same forecaster, and its states are readable either way.
 *
 * @param pooled what such forecasts were wrong by on other loads; null: not known
 */
export function withWindowMaxima(forecaster: LevellingForecaster, pooled: PooledErrors | null): Forecaster {
  return {
    name: forecaster.name,
    minSamples: (options) => forecaster.minSamples(options),
    fit(series, options) {
      const inner = forecaster.fit(series, options);
      const widths = [...new Set(options.windowSteps ?? [])].sort((a, b) => a - b);
      if (widths.length === 0) return inner;
      const windows = widths.map((width) => WindowMaximumModel.start(width, series, options, pooled));
      const model = new WindowMaximaModel(inner, windows, options.seasonSteps[0] ?? null);
      // What is learnt from the days before a shift holds for the load as it is now.
      for (const value of inner.levelled) model.learn(value);
      return model;
    },
    restore(json) {
      const state = json as WindowMaximaState | null;
      if (state?.format !== FORMAT || state.model !== forecaster.name) return forecaster.restore(json);
      const windows = state.windows.map(({ frame, state: saved }) => WindowMaximumModel.restore(frame, saved, pooled));
      const model = new WindowMaximaModel(forecaster.restore(state.inner), windows, state.season);
      for (const sample of decodeFloats(state.samples)) model.remember(sample);
      return model;
    },
  };
}

class WindowMaximaModel implements FittedForecaster {
  readonly #inner: FittedForecaster;
  readonly #windows: readonly WindowMaximumModel[];
  readonly #season: number | null;
  readonly #samples: number[] = [];
  readonly #values: ImputedValues;

  /** @param season steps to look back for a gap; null: none */
  constructor(inner: FittedForecaster, windows: readonly WindowMaximumModel[], season: number | null) {
    this.#inner = inner;
    this.#windows = windows;
    this.#season = season;
    this.#values = new ImputedValues(season ?? Infinity);
  }

  get name(): string {
    return this.#inner.name;
  }

  get originMs(): number {
    return this.#inner.originMs;
  }

  get isOutdated(): boolean {
    return this.#inner.isOutdated ?? false;
  }

  update(value: number): void {
    this.#inner.update(value);
    this.learn(value);
  }

  /** The windows alone take in a sample. */
  learn(sample: number): void {
    this.remember(sample);
    for (const window of this.#windows) window.learn(this.#values);
  }

  /** The same without learning: what had been learnt was saved. */
  remember(sample: number): void {
    this.#samples.push(sample);
    this.#values.push(sample);
    const value = this.#values.at(this.#values.length - 1);
    for (const window of this.#windows) window.remember(sample, value);
  }

  forecast(): Forecast {
    const { model, originMs, stepMs, levels, values } = this.#inner.forecast();
    const windowMaxima = this.#windows.flatMap((window): WindowMaximum[] => {
      const quantiles = window.quantiles(this.#values);
      return quantiles === null ? [] : [{ steps: window.width, values: quantiles }];
    });
    return new Forecast({ model, originMs, stepMs, levels, values, windowMaxima });
  }

  toJSON(): unknown {
    const state: WindowMaximaState = {
      format: FORMAT,
      model: this.name,
      season: this.#season,
      samples: encodeFloats(this.#samples),
      windows: this.#windows.map((window) => window.toJSON()),
      inner: this.#inner.toJSON(),
    };
    return state;
  }
}
