import { UsageError } from '../core/errors.js';
import type { Forecaster } from '../core/forecaster.js';
import { combinationWith } from './combination.js';
import { fft } from './fft/fft.js';
import { harmonic } from './harmonic/harmonic.js';
import { holtWinters } from './holt-winters/holt-winters.js';
import { lastValue } from './last-value.js';
import { neural } from './neural/neural.js';
import { prepareTensorFlow } from './neural/tensorflow.js';
import type { PooledModels } from './pooled/pooled-errors.js';
import { SHIPPED_MODELS } from './pooled/shipped-models.js';
import { predictLinear } from './predict-linear.js';
import { profile } from './profile/profile.js';
import { randomWalk } from './random-walk.js';
import { ridge as pathRidge } from './ridge/ridge.js';
import { seasonalNaive } from './seasonal-naive.js';
import { withWindowMaxima } from './window-maximum/with-window-maxima.js';

/** The forecasters by their names. */
export class Registry {
  /** All that can be tried side by side, simplest first: all but `neural`. */
  readonly all: readonly Forecaster[];
  /** The names of all, in the same order, then of those that are used by name only. */
  readonly names: readonly string[];
  readonly #byName: ReadonlyMap<string, Forecaster>;
  /** What `auto` tries, the most trusted first. The last one is for the first hours. */
  readonly #auto: readonly Forecaster[];

  /** @param pooled what forecasts were wrong by on other loads */
  constructor(pooled: PooledModels) {
    // The highest load of the lead time is forecast beside the path, where a caller asks for it.
    const ridge = withWindowMaxima(pathRidge, pooled.windowMaximum);
    const combination = withWindowMaxima(combinationWith(pooled.path), pooled.windowMaximum);
    this.all = Object.freeze([
      randomWalk,
      lastValue,
      seasonalNaive,
      predictLinear,
      fft,
      profile,
      harmonic,
      holtWinters,
      ridge,
      combination,
    ]);
    // Not one of those that are tried side by side: each of its fits takes as long as twenty of the ridge regression's.
    this.#byName = new Map([...this.all, neural].map((forecaster) => [forecaster.name, forecaster]));
    this.names = Object.freeze([...this.#byName.keys()]);
    this.#auto = Object.freeze([combination, ridge, lastValue, randomWalk]);
  }

  /** @throws {UsageError} a name that is not in the registry, listing those that are */
  byName(name: string): Forecaster {
    const found = this.#byName.get(name);
    if (found === undefined) throw new UsageError(`unknown model "${name}"; expected one of ${this.names.join(', ')}`);
    return found;
  }

  /**
   * The forecasters to try for a workload, the most trusted first.
   *
   * @param model a name, or `auto`
   * @throws {UsageError} an unknown name
   */
  candidatesFor(model: string): readonly Forecaster[] {
    return model === 'auto' ? this.#auto : [this.byName(model)];
  }
}

/** With the pooled errors that come with tidecast. */
const SHIPPED = new Registry(SHIPPED_MODELS);

/** As {@link Registry.all}. */
export function allForecasters(): readonly Forecaster[] {
  return SHIPPED.all;
}

/** As {@link Registry.names}. */
export const forecasterNames: readonly string[] = SHIPPED.names;

/** As {@link Registry.byName}. */
export function forecasterByName(name: string): Forecaster {
  return SHIPPED.byName(name);
}

/** As {@link Registry.candidatesFor}. */
export function candidatesFor(model: string): readonly Forecaster[] {
  return SHIPPED.candidatesFor(model);
}

/**
 * Loads what makes fits of a model fast, once per thread: TensorFlow.js on its fastest backend. Without, fits work too.
 *
 * @param model a name, or `auto`
 */
export async function prepareForecaster(model: string): Promise<void> {
  if (model === neural.name) await prepareTensorFlow();
}
