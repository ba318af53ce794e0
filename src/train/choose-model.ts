import { InsufficientHistoryError } from '../core/errors.js';
import type { FitOptions, Forecaster } from '../core/forecaster.js';
import { candidatesFor } from '../forecast/registry.js';

export interface ModelChoice {
  /** null: there is too little history for any candidate. */
  readonly forecaster: Forecaster | null;
  /** As in `TrainResult`. */
  readonly nextModelAtSamples: number;
  /** As in `TrainResult`. */
  readonly problem: string | null;
}

/**
 * Chooses the model for a history: the first candidate, best first, for which there are enough known samples.
 *
 * @param model a name, or `auto`
 * @throws {UsageError} an unknown name
 */
export function chooseModel(model: string, options: FitOptions, knownSamples: number): ModelChoice {
  const candidates = candidatesFor(model);
  const needed = candidates.map((candidate) => candidate.minSamples(options));
  const chosen = needed.findIndex((samples) => samples <= knownSamples);
  if (chosen !== -1) {
    const nextModelAtSamples = Math.min(...needed.slice(0, chosen));
    return { forecaster: candidates[chosen]!, nextModelAtSamples, problem: null };
  }
  const nextModelAtSamples = Math.min(...needed);
  const never = new InsufficientHistoryError(knownSamples, nextModelAtSamples, candidates.at(-1)!.name);
  return { forecaster: null, nextModelAtSamples, problem: nextModelAtSamples === Infinity ? never.message : null };
}
