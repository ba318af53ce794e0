import { Forecast, type WindowMaximum } from '../../core/forecast.js';
import type { FittedForecaster, Forecaster } from '../../core/forecaster.js';
import type { PooledErrors } from '../pooled/pooled-errors.js';
import type { LevelledModel, LevellingForecaster } from '../prequential/prequential.js';
import { WindowMaximumModel, type WindowFrame, type WindowState } from './window-maximum.js';

/** Not a number, so that no forecaster takes the state for its own. */
const FORMAT = 'window-maxima 5';

interface WindowMaximaState {
  readonly format: typeof FORMAT;
  readonly model: string;
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
      const model = new WindowMaximaModel(inner, windows);
      for (const sample of inner.history.levelled()) model.learn(sample);
      return model;
    },
    restore(json) {
      const state = json as WindowMaximaState | null;
      if (state?.format !== FORMAT || state.model !== forecaster.name) return forecaster.restore(json);
      const inner = forecaster.restore(state.inner);
      const windows = state.windows.map(({ frame, state: saved }) => WindowMaximumModel.restore(frame, saved, pooled));
      const model = new WindowMaximaModel(inner, windows);
      for (const sample of inner.history.levelled()) model.remember(sample);
      return model;
    },
  };
}

/**
 * The windows learn from the samples as the path does, at the present level: what the days before a shift tell then holds for
 * the load as it is now.
 */
class WindowMaximaModel implements FittedForecaster {
  readonly #inner: LevelledModel;
  readonly #windows: readonly WindowMaximumModel[];
  /** Samples of the history of the path that the windows have taken in. */
  #length = 0;

  constructor(inner: LevelledModel, windows: readonly WindowMaximumModel[]) {
    this.#inner = inner;
    this.#windows = windows;
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

  /** The windows alone take in the next sample of the history. */
  learn(sample: number): void {
    this.remember(sample);
    for (const window of this.#windows) window.learn(this.#inner.history.values);
  }

  /** The same without learning: what had been learnt was saved. */
  remember(sample: number): void {
    const value = this.#inner.history.values.at(this.#length++);
    for (const window of this.#windows) window.remember(sample, value);
  }

  forecast(steps?: number): Forecast {
    const { model, originMs, stepMs, levels, values } = this.#inner.forecast(steps);
    const windowMaxima = this.#windows.flatMap((window): WindowMaximum[] => {
      const quantiles = window.quantiles(this.#inner.history.values);
      return quantiles === null ? [] : [{ steps: window.width, values: quantiles }];
    });
    return new Forecast({ model, originMs, stepMs, levels, values, windowMaxima });
  }

  toJSON(): unknown {
    const state: WindowMaximaState = {
      format: FORMAT,
      model: this.name,
      windows: this.#windows.map((window) => window.toJSON()),
      inner: this.#inner.toJSON(),
    };
    return state;
  }
}
