/**
 * Random walk: what is now stays, and how far it may stray is extrapolated from how far it has strayed so far.
 *
 *     sqrt(y(t + h)) = sqrt(y(t)) + t_v s(k) sqrt(h / k),   s(k)^2 = mean (sqrt(y(i)) - sqrt(y(i - k)))^2
 *
 * with k the smaller of h and a third of the known past, and t_v a Student variate of v degrees of freedom, the number of
 * stretches of k steps that do not overlap. Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 5.5. For the
 * first hours of a workload, when there is nothing to go by but a few samples: its bands are wide because little is known,
 * and because a walk strays for ever. Not where there is enough history for `last-value`, which says the same and has seen
 * how far off that is.
 */
import { InsufficientHistoryError } from '../core/errors.js';
import { Forecast } from '../core/forecast.js';
import type { FitOptions, FittedForecaster, Forecaster } from '../core/forecaster.js';
import { Series } from '../core/series.js';
import { decodeFloats, encodeFloats } from './floats.js';
import { GrowingValues } from './growing-values.js';
import { atHorizon, horizonKnots } from './horizon-knots.js';
import { checkState } from './state.js';
import { studentQuantile } from './student-quantile.js';
import { destabilise, stabilise } from './transform.js';

const NAME = 'random-walk';
const FORMAT = 1;
/** Three changes, of which a spread can be told: half an hour at 10 min. */
const FEWEST_SAMPLES = 4;
/** Stretches that do not overlap, for a spread to be measured: as many degrees of freedom. */
const FEWEST_STRETCHES = 3;
/** Errors grow slowly with the horizon: few points of it are enough. */
const KNOTS = 12;
/** As much of the past is looked at: a week at 10 min, beyond which this model is of no use. */
const MOST_SAMPLES = 1_008;
/** A forecast above this multiple of all that was ever seen is an extrapolation gone wrong, not a load. */
const CEILING = 3;

export const randomWalk: Forecaster = {
  name: NAME,
  minSamples: () => FEWEST_SAMPLES,
  fit(series, options) {
    const known = series.countKnown();
    if (known < FEWEST_SAMPLES) throw new InsufficientHistoryError(known, FEWEST_SAMPLES, NAME);
    return new RandomWalk(series, options);
  },
  restore: (state) => RandomWalk.restore(state),
};

interface RandomWalkState {
  readonly startMs: number;
  readonly stepMs: number;
  readonly options: FitOptions;
  readonly samples: string;
}

class RandomWalk implements FittedForecaster {
  readonly name = NAME;
  readonly #series: Pick<Series, 'startMs' | 'stepMs'>;
  readonly #options: FitOptions;
  /** On the square-root scale. A gap is what was before it; NaN before the first known sample. */
  readonly #samples = new GrowingValues([]);

  constructor(series: Series, options: FitOptions) {
    this.#series = { startMs: series.startMs, stepMs: series.stepMs };
    this.#options = options;
    for (const value of series.values) this.update(value);
  }

  static restore(json: unknown): RandomWalk {
    checkState(json, NAME, FORMAT);
    const { samples, startMs, stepMs, options } = json as RandomWalkState;
    return new RandomWalk(new Series(startMs, stepMs, decodeFloats(samples).map(destabilise)), options);
  }

  get originMs(): number {
    return this.#series.startMs + (this.#samples.length - 1) * this.#series.stepMs;
  }

  update(value: number): void {
    const { length } = this.#samples;
    const before = length === 0 ? NaN : this.#samples.at(length - 1);
    // Adding 0 makes 0 of -0, so that a saved model is the same once more.
    this.#samples.push(Number.isNaN(value) ? before : stabilise(value) + 0);
  }

  forecast(): Forecast {
    const { horizonSteps, levels } = this.#options;
    const samples = this.#samples.view;
    const past = samples.subarray(Math.max(firstKnown(samples), samples.length - MOST_SAMPLES));
    const [smallest, largest] = rangeOf(past);
    const knots = horizonKnots(horizonSteps, KNOTS);
    const spreads = knots.steps.map((steps) => spreadAt(steps, past));
    const values = levels.map((level) => {
      const offsets = spreads.map(({ deviation, freedom }) => deviation * studentQuantile(level, freedom));
      return Float64Array.from({ length: horizonSteps }, (_, k) => {
        const offset = atHorizon(knots, k + 1, (knot) => offsets[knot]!);
        const value = destabilise(past.at(-1)! + offset);
        return Math.min(
          Math.max(value, Math.min(0, smallest)),
          Math.min(CEILING * Math.max(Math.abs(smallest), Math.abs(largest)), Number.MAX_VALUE),
        );
      });
    });
    return new Forecast({ model: NAME, originMs: this.originMs, stepMs: this.#series.stepMs, levels, values });
  }

  toJSON(): unknown {
    const { startMs, stepMs } = this.#series;
    const samples = encodeFloats(this.#samples.view);
    return { format: FORMAT, model: NAME, startMs, stepMs, options: this.#options, samples };
  }
}

function firstKnown(samples: Float64Array): number {
  return samples.findIndex((sample) => !Number.isNaN(sample));
}

/** Smallest and largest sample, in the unit of the series. */
function rangeOf(past: Float64Array): readonly [number, number] {
  const [smallest, largest] = past.reduce(
    ([low, high], sample) => [Math.min(low, sample), Math.max(high, sample)] as const,
    [Infinity, -Infinity] as readonly [number, number],
  );
  return [destabilise(smallest), destabilise(largest)];
}

/** Deviation of the change within so many steps, extrapolated where they are more than a third of the past. */
function spreadAt(steps: number, past: Float64Array): { readonly deviation: number; readonly freedom: number } {
  const lag = Math.max(1, Math.min(steps, Math.floor((past.length - 1) / FEWEST_STRETCHES)));
  let squares = 0;
  for (let i = lag; i < past.length; i++) squares += (past[i]! - past[i - lag]!) ** 2;
  const variance = squares / (past.length - lag);
  return {
    deviation: Math.sqrt((variance * steps) / lag),
    freedom: Math.max(FEWEST_STRETCHES, Math.floor((past.length - 1) / lag)),
  };
}
