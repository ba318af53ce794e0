/**
 * A model that lives by the clock on the wall. People do; the grid of a series is in UTC. When the clocks change, "the
 * same time yesterday" moves by an hour, and every seasonal lag and profile of a model is an hour off until the change
 * has left its history. Here the model is given the series on a grid of local time instead, and its forecast is put
 * back onto the grid of UTC. It knows nothing of this.
 *
 * - Spring: the hour that does not exist is a gap of the local grid.
 * - Autumn: of the hour that comes twice the model sees the first; during the second, its newest sample stays the last
 *   of the first.
 * - A forecast across a change takes the point with the same local time. Where that lies outside what the model
 *   forecast (the last hour of the horizon in spring, the repeated hour in autumn) it takes the nearest point.
 * - A change by a part of a step, such as half an hour on a grid of hours, is rounded to whole steps.
 *
 * Not for loads that do not live by a local clock, such as batch jobs scheduled in UTC.
 */
import { Forecast } from '../core/forecast.js';
import type { FitOptions, FittedForecaster, Forecaster } from '../core/forecaster.js';
import { Series } from '../core/series.js';
import { localTimeOf, type LocalTime } from '../series/local-time.js';

/** Not a number, so that no forecaster takes the state for its own. */
const FORMAT = 'local-time 1';

interface LocalTimeState {
  readonly format: typeof FORMAT;
  readonly model: string;
  readonly zone: string;
  readonly originMs: number;
  readonly stepMs: number;
  readonly inner: unknown;
}

/**
 * The same forecaster, on local time. In a zone whose clocks do not change within history and horizon the forecasts are
 * the same, bit for bit.
 *
 * @param zone IANA name
 * @throws {RangeError} not the name of a time zone
 */
export function localTime(forecaster: Forecaster, zone: string): Forecaster {
  const clock = localTimeOf(zone);
  const onLocalGrid = (series: Series, fit: (local: Series) => FittedForecaster): FittedForecaster =>
    new LocalTimeModel(fit(toLocalGrid(series, clock)), clock, series.lastMs, series.stepMs);
  return {
    name: forecaster.name,
    minSamples: (options) => forecaster.minSamples(options),
    fit: (series, options) => onLocalGrid(series, (local) => forecaster.fit(local, options)),
    ...(forecaster.refit !== undefined && {
      refit: (series: Series, options: FitOptions, previous: unknown) => {
        const inner = isState(previous, forecaster.name, zone) ? previous.inner : undefined;
        return onLocalGrid(series, (local) => forecaster.refit!(local, options, inner));
      },
    }),
    restore(json) {
      const state = checkState(json, forecaster.name, zone);
      return new LocalTimeModel(forecaster.restore(state.inner), clock, state.originMs, state.stepMs);
    },
  };
}

/** The forecaster on the time of a workload's zone; as it is when the workload has none. */
export function inTimeZone(forecaster: Forecaster, zone: string | undefined): Forecaster {
  return zone === undefined ? forecaster : localTime(forecaster, zone);
}

class LocalTimeModel implements FittedForecaster {
  readonly #inner: FittedForecaster;
  readonly #clock: LocalTime;
  readonly #stepMs: number;
  #originMs: number;

  constructor(inner: FittedForecaster, clock: LocalTime, originMs: number, stepMs: number) {
    this.#inner = inner;
    this.#clock = clock;
    this.#originMs = originMs;
    this.#stepMs = stepMs;
  }

  get name(): string {
    return this.#inner.name;
  }

  get originMs(): number {
    return this.#originMs;
  }

  get isOutdated(): boolean {
    return this.#inner.isOutdated ?? false;
  }

  update(value: number): void {
    this.#originMs += this.#stepMs;
    const ahead = this.#stepsAhead(this.#originMs);
    if (ahead < 1) return;
    for (let missing = 1; missing < ahead; missing++) this.#inner.update(NaN);
    this.#inner.update(value);
  }

  forecast(): Forecast {
    const { model, levels, values, horizonSteps, windowMaxima } = this.#inner.forecast();
    const points = Array.from({ length: horizonSteps }, (_, k) => {
      const ahead = this.#stepsAhead(this.#originMs + (k + 1) * this.#stepMs);
      return Math.min(Math.max(ahead, 1), horizonSteps) - 1;
    });
    const rows = values.map((row) => Float64Array.from(points, (point) => row[point]!));
    return new Forecast({
      model,
      originMs: this.#originMs,
      stepMs: this.#stepMs,
      levels,
      values: rows,
      windowMaxima,
    });
  }

  toJSON(): unknown {
    const state: LocalTimeState = {
      format: FORMAT,
      model: this.name,
      zone: this.#clock.zone,
      originMs: this.#originMs,
      stepMs: this.#stepMs,
      inner: this.#inner.toJSON(),
    };
    return state;
  }

  /** How many steps of local time a moment lies after the newest sample that the model has seen. */
  #stepsAhead(timeMs: number): number {
    return Math.round((this.#clock.localMs(timeMs) - this.#inner.originMs) / this.#stepMs);
  }
}

/** @throws {RangeError} state of another format, of a model that is not on local time, or is on that of another zone */
function checkState(json: unknown, model: string, zone: string): LocalTimeState {
  if (isState(json, model, zone)) return json;
  throw new RangeError(`saved state is not of ${model} on the time of ${zone}, format ${FORMAT}`);
}

function isState(json: unknown, model: string, zone: string): json is LocalTimeState {
  const state = json as Partial<LocalTimeState> | null | undefined;
  return state?.format === FORMAT && state.model === model && state.zone === zone;
}

/** Each sample at its local time; of two with the same, the first. */
function toLocalGrid(series: Series, clock: LocalTime): Series {
  const { stepMs } = series;
  const startMs = clock.localMs(series.startMs);
  const values: number[] = [];
  series.values.forEach((value, i) => {
    const slot = Math.round((clock.localMs(series.timeAt(i)) - startMs) / stepMs);
    if (slot < values.length) return;
    while (values.length < slot) values.push(NaN);
    values.push(value);
  });
  return new Series(startMs, stepMs, Float64Array.from(values));
}
