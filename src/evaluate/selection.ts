import { mean, sampleStandardDeviation } from 'simple-statistics';
import type { Evidence } from '../core/decision.js';
import type { FitOptions, Forecaster } from '../core/forecaster.js';
import type { ModelSelection } from '../core/model-selection.js';
import type { Series } from '../core/series.js';
import { evidenceOf, tryModel, type OriginLosses, type TrialSettings } from './evidence.js';

/** A candidate, and what serving its forecasts would have lost; null where the history is too short to try it. */
export interface Trial {
  readonly model: string;
  readonly losses: OriginLosses | null;
}

export interface SelectedModel {
  readonly model: string;
  readonly evidence: Evidence | null;
  /** null: no candidate could be tried. */
  readonly selection: ModelSelection | null;
}

/** To take over, a model would have to have lost less by this share of the other's loss ... */
const TAKEOVER_MARGIN = 0.05;
/** ... and by so many standard errors of the mean difference; origins that follow each other are not independent. */
const TAKEOVER_STANDARD_ERRORS = 4;
/**
 * Part of the origins, the newest, on which it has to have been better too: loads change. With these three, on the recorded
 * loads and over a week of trainings twice a day, what was chosen lost 1.4 % less than the ridge alone and nowhere more
 * than 1.9 % more; without the last, 6.6 % more on one load.
 */
const NEWEST_SHARE = 1 / 3;

/** Tries all candidates on a history. */
export function tryModels(
  series: Series,
  candidates: readonly Forecaster[],
  options: FitOptions,
  settings: TrialSettings,
): Trial[] {
  return candidates.map((candidate) => ({
    model: candidate.name,
    losses: tryModel(series, candidate, options, settings),
  }));
}

/**
 * Chooses the model of a workload by what serving each one's forecasts would have lost on its own history: the most trusted
 * one, unless another was better, lately too. To take over, that has to be by a margin and beyond chance; to stay in use,
 * by anything. Small differences do not last, and each change of the model is a step in what is served.
 *
 * @param trials at least one, the most trusted first; it is chosen where none could be tried
 * @param incumbent name of the model in use; null: none
 */
export function selectModel(trials: readonly Trial[], incumbent: string | null): SelectedModel {
  const tried = trials.filter((trial): trial is Tried => trial.losses !== null);
  const trusted = tried[0];
  if (trusted === undefined) return { model: trials[0]!.model, evidence: null, selection: null };
  const byLoss = tried.toSorted((left, right) => lossOf(left) - lossOf(right));
  const inUse = tried.find(({ model }) => model === incumbent) ?? trusted;
  const kept = isBetter(inUse, trusted) ? inUse : trusted;
  const chosen = takesOver(byLoss[0]!, kept) ? byLoss[0]! : kept;
  const runnerUp = byLoss.find((trial) => trial !== chosen);
  return {
    model: chosen.model,
    evidence: evidenceOf(chosen.losses),
    selection: {
      origins: chosen.losses.served.length,
      loss: lossOf(chosen),
      runnerUp: runnerUp === undefined ? null : { model: runnerUp.model, loss: lossOf(runnerUp) },
    },
  };
}

interface Tried extends Trial {
  readonly losses: OriginLosses;
}

function lossOf({ losses }: Tried): number {
  return evidenceOf(losses).servedLoss;
}

function isBetter(one: Tried, other: Tried): boolean {
  const savings = savingsOf(one, other);
  const newest = savings.slice(-Math.ceil(NEWEST_SHARE * savings.length));
  return mean(savings) > 0 && mean(newest) > 0;
}

function takesOver(challenger: Tried, other: Tried): boolean {
  const savings = savingsOf(challenger, other);
  const standardError = sampleStandardDeviation(savings) / Math.sqrt(savings.length);
  const least = Math.max(TAKEOVER_MARGIN * lossOf(other), TAKEOVER_STANDARD_ERRORS * standardError);
  return isBetter(challenger, other) && mean(savings) > least;
}

/** What one lost less than the other, origin by origin. */
function savingsOf(one: Tried, other: Tried): number[] {
  return other.losses.served.map((loss, i) => loss - one.losses.served[i]!);
}
