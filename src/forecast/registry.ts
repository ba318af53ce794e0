import { UsageError } from '../core/errors.js';
import type { Forecaster } from '../core/forecaster.js';
import { combination as pathCombination } from './combination.js';
import { fft } from './fft/fft.js';
import { harmonic } from './harmonic/harmonic.js';
import { holtWinters } from './holt-winters/holt-winters.js';
import { lastValue } from './last-value.js';
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

/** What `auto` tries, the most trusted first. The last one is for the first hours. */
const AUTO: readonly Forecaster[] = Object.freeze([combination, ridge, lastValue, randomWalk]);

/** All forecasters, simplest first. */
export function allForecasters(): readonly Forecaster[] {
  return FORECASTERS;
}

/** Their names, in the same order. */
export const forecasterNames: readonly string[] = Object.freeze(FORECASTERS.map(({ name }) => name));

/** @throws {UsageError} a name that is not in the registry, listing those that are */
export function forecasterByName(name: string): Forecaster {
  const found = FORECASTERS.find((forecaster) => forecaster.name === name);
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
