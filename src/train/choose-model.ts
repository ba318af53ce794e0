import { InsufficientHistoryError } from '../core/errors.js';
import type { FitOptions, Forecaster } from '../core/forecaster.js';
import { samplesToTry } from '../evaluate/evidence.js';

/** Where so many can be tried, those that are trusted less are not: each costs as much as a fit. */
const MOST_TRIED = 3;

export interface Candidates {
  /** The most trusted of those that can be fitted to the history, that one first; empty: it is too short for any. */
  readonly possible: readonly Forecaster[];
  /** As in `TrainResult`. */
  readonly nextModelAtSamples: number;
  /** As in `TrainResult`. */
  readonly problem: string | null;
}

/**
 * The candidates for the model of a workload.
 *
 * @param candidates the most trusted first
 */
export function possibleModels(
  candidates: readonly Forecaster[],
  options: FitOptions,
  knownSamples: number,
): Candidates {
  const needed = candidates.map((candidate) => candidate.minSamples(options));
  const possible = candidates.filter((_, i) => needed[i]! <= knownSamples);
  if (possible.length > 0) {
    // One that can be fitted is compared with the others once it can be tried.
    const milestones = candidates.length === 1 ? [] : needed.flatMap((samples) => [samples, samplesToTry(samples)]);
    const nextModelAtSamples = Math.min(...milestones.filter((samples) => samples > knownSamples));
    const triable = possible.filter((candidate) => samplesToTry(candidate.minSamples(options)) <= knownSamples);
    const tried = triable.length < MOST_TRIED ? possible : triable.slice(0, MOST_TRIED);
    return { possible: tried, nextModelAtSamples, problem: null };
  }
  const nextModelAtSamples = Math.min(...needed);
  const never = new InsufficientHistoryError(knownSamples, nextModelAtSamples, candidates.at(-1)!.name);
  return { possible, nextModelAtSamples, problem: nextModelAtSamples === Infinity ? never.message : null };
}
