import { UsageError } from '../core/errors.js';
import type { Forecaster } from '../core/forecaster.js';
import { combination as pathCombination } from './combination.js';
import { fft } from './fft/fft.js';
import { harmonic } from './harmonic/harmonic.js';
import { holtWinters } from './holt-winters/holt-winters.js';
import { lastValue } from './last-value.js';
import { neural } from './neural/neural.js';
import { prepareTensorFlow } from './neural/tensorflow.js';
import { predictLinear } from './predict-linear.js';
import { profile } from './profile/profile.js';
import { randomWalk } from './random-walk.js';
import { ridge as pathRidge } from './ridge/ridge.js';
import { seasonalNaive } from './seasonal-naive.js';
import { withWindowMaxima } from './window-maximum/with-window-maxima.js';

/** The highest load of the lead time is forecast beside the path, where a caller asks for it. */
const ridge = withWindowMaxima(pathRidge);
const combination = withWindowMaxima(pathCombination);

const FORECASTERS: readonly Forecaster[] = Object.freeze([
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

/** Not one of those that are tried side by side: each of its fits takes as long as twenty of the ridge regression's. */
const BY_NAME_ONLY: readonly Forecaster[] = Object.freeze([neural]);

/** What `auto` tries, the most trusted first. The last one is for the first hours. */
const AUTO: readonly Forecaster[] = Object.freeze([combination, ridge, lastValue, randomWalk]);

/** All forecasters that can be tried side by side, simplest first: all but `neural`. */
export function allForecasters(): readonly Forecaster[] {
  return FORECASTERS;
}

/** The names of all, in the same order, then of those that are used by name only. */
export const forecasterNames: readonly string[] = Object.freeze(
  [...FORECASTERS, ...BY_NAME_ONLY].map(({ name }) => name),
);

/** @throws {UsageError} a name that is not in the registry, listing those that are */
export function forecasterByName(name: string): Forecaster {
  const found = [...FORECASTERS, ...BY_NAME_ONLY].find((forecaster) => forecaster.name === name);
  if (found === undefined)
    throw new UsageError(`unknown model "${name}"; expected one of ${forecasterNames.join(', ')}`);
  return found;
}

/**
 * The forecasters to try for a workload, the most trusted first.
 *
 * @param model a name, or `auto`
 * @throws {UsageError} an unknown name
 */
export function candidatesFor(model: string): readonly Forecaster[] {
  return model === 'auto' ? AUTO : [forecasterByName(model)];
}

/**
 * Loads what makes fits of a model fast, once per thread: TensorFlow.js on its fastest backend. Without, fits work too.
 *
 * @param model a name, or `auto`
 */
export async function prepareForecaster(model: string): Promise<void> {
  if (model === neural.name) await prepareTensorFlow();
}
