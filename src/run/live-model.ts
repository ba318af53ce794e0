import type { Forecast } from '../core/forecast.js';
import type { FittedForecaster } from '../core/forecaster.js';
import type { Series } from '../core/series.js';
import { DriftDetector } from '../train/drift.js';

/** A model in use: follows its series, forecasts from its newest sample, and notices when its errors grow or the level of the load has shifted. */
export class LiveModel {
  readonly #model: FittedForecaster;
  readonly #drift = new DriftDetector();
  #forecast: Forecast | null = null;

  constructor(model: FittedForecaster) {
    this.#model = model;
  }

  get name(): string {
    return this.#model.name;
  }

  /** What `FittedForecaster.toJSON` returns. */
  get state(): unknown {
    return this.#model.toJSON();
  }

  /** Whether a new fit is worth it before its time. */
  get hasDrifted(): boolean {
    return this.#drift.hasDrifted || (this.#model.isOutdated ?? false);
  }

  /**
   * Appends what is new, and forecasts from the last known sample.
   *
   * @returns null when the history does not continue what the model has seen: it can be of no more use
   */
  follow(history: Series): Forecast | null {
    const { originMs } = this.#model;
    if (!(originMs >= history.startMs && originMs <= history.lastMs)) return null;
    const firstMs = originMs + history.stepMs;
    if (this.#forecast !== null) this.#drift.add(this.#forecast, history.at(firstMs));
    for (let timeMs = firstMs; timeMs <= history.lastMs; timeMs += history.stepMs) {
      this.#model.update(history.at(timeMs));
    }
    this.#forecast = this.#model.forecast();
    return this.#forecast;
  }
}
