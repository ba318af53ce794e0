import { InsufficientHistoryError } from '../core/errors.js';
import type { Evidence } from '../core/decision.js';
import type { FitOptions, Forecaster } from '../core/forecaster.js';
import type { Series } from '../core/series.js';
import type { Contestant } from '../evaluate/contestant.js';
import type { TrialSettings } from '../evaluate/evidence.js';
import { selectModel, tryModels } from '../evaluate/selection.js';
import { inTimeZone } from '../forecast/local-time.js';
import { candidatesFor } from '../forecast/registry.js';
import { leadWindowSteps } from '../scaling/forecast-window.js';
import { cleanHistory } from '../series/hygiene/clean-history.js';
import { hygieneOf, type HygieneFlags } from './hygiene-options.js';
import { EVIDENCE_QUANTILE } from './outlook.js';

/** `--model` for what a trigger with `model: auto` uses. */
export const AUTO = 'auto';

/** What models are tried with where no workload says so. */
export function trialSettings(leadTimeMs: number): TrialSettings {
  return { quantile: EVIDENCE_QUANTILE, leadTimeMs, targetPerReplica: 1, maxReplicaCount: Infinity };
}

/**
 * Chooses among candidates by trials on a history, as a training does when no model is in use.
 *
 * @param candidates the most trusted first
 * @throws {InsufficientHistoryError} none of them can do with so little
 */
export function chooseForecaster(
  candidates: readonly Forecaster[],
  history: Series,
  options: FitOptions,
  leadTimeMs: number,
): { forecaster: Forecaster; evidence: Evidence | null } {
  const known = history.countKnown();
  const possible = candidates.filter((candidate) => candidate.minSamples(options) <= known);
  if (possible.length === 0) {
    const last = candidates.at(-1)!;
    throw new InsufficientHistoryError(known, last.minSamples(options), last.name);
  }
  const { model, evidence } = selectModel(tryModels(history, possible, options, trialSettings(leadTimeMs)), null);
  return { forecaster: possible.find(({ name }) => name === model)!, evidence };
}

/** `auto` as one contestant of a backtest: at each origin the model is chosen anew, from the history before it alone. */
export function autoContestant(flags: HygieneFlags, leadTimeMs: number): Contestant {
  const candidates = candidatesFor(AUTO).map((candidate) => inTimeZone(candidate, flags.timeZone));
  return {
    name: AUTO,
    minSamples: (options) => Math.min(...candidates.map((candidate) => candidate.minSamples(options))),
    fit(series, given) {
      const { series: history } = cleanHistory(series, hygieneOf(flags, given.seasonSteps));
      const options = { ...given, windowSteps: [leadWindowSteps(leadTimeMs, history.stepMs)] };
      return chooseForecaster(candidates, history, options, leadTimeMs).forecaster.fit(history, options);
    },
  };
}
