import { UsageError } from '../core/errors.js';
import type { Forecaster } from '../core/forecaster.js';
import { fft } from './fft/fft.js';
import { harmonic } from './harmonic/harmonic.js';
import { holtWinters } from './holt-winters/holt-winters.js';
import { lastValue } from './last-value.js';
import { predictLinear } from './predict-linear.js';
import { profile } from './profile/profile.js';
import { ridge } from './ridge/ridge.js';
import { seasonalNaive } from './seasonal-naive.js';

const FORECASTERS: readonly Forecaster[] = Object.freeze([
  lastValue,
  seasonalNaive,
  predictLinear,
  fft,
  profile,
  harmonic,
  holtWinters,
  ridge,
]);

/** What `auto` tries, best first. */
const AUTO: readonly Forecaster[] = Object.freeze([ridge, lastValue]);

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
 * The forecasters to try for a workload, best first; the first one for which there is enough history is used.
 *
 * @param model a name, or `auto`
 * @throws {UsageError} an unknown name
 */
export function candidatesFor(model: string): readonly Forecaster[] {
  return model === 'auto' ? AUTO : [forecasterByName(model)];
}
