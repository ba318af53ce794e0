import { formatDuration } from '../core/duration.js';
import { DEFAULT_LEVELS } from '../core/forecast.js';
import type { FitOptions } from '../core/forecaster.js';
import { marginOf, type ModelSelection } from '../core/model-selection.js';
import type { Series } from '../core/series.js';
import { horizonSteps } from '../core/workload.js';
import { evidenceOf } from '../evaluate/evidence.js';
import { selectModel, tryModels } from '../evaluate/selection.js';
import { inTimeZone } from '../forecast/local-time.js';
import { allForecasters, candidatesFor } from '../forecast/registry.js';
import { leadWindowSteps } from '../scaling/forecast-window.js';
import { cleanHistory } from '../series/hygiene/clean-history.js';
import { AUTO, trialSettings } from './choose-forecaster.js';
import { seasonStepsOf, type Seasonality } from './forecast-times.js';
import { hygieneOf, type HygieneFlags } from './hygiene-options.js';
import { EVIDENCE_QUANTILE } from './outlook.js';
import { formatNumber } from './output/number-format.js';

export interface SelectionFlags extends HygieneFlags {
  readonly history: number;
  readonly horizon: number;
  readonly leadTimeMs: number;
  readonly seasonality: Seasonality;
}

/** Which model `auto` would use for a load at its end, and what each model would have lost. */
export interface Selection {
  readonly leadTimeMs: number;
  readonly quantile: number;
  /** null: the history is too short to try any. */
  readonly chosen: (ModelSelection & { readonly model: string; readonly margin: number | null }) | null;
  /** Best first; those that could not be tried are left out. */
  readonly losses: readonly { readonly model: string; readonly loss: number; readonly isCandidate: boolean }[];
}

/** Tries all models on the newest history of a load, as a training does, and chooses among those that `auto` tries. */
export function selectFor(series: Series, flags: SelectionFlags): Selection {
  const newest = series.between(series.lastMs - flags.history, series.lastMs + 1);
  const { series: history } = cleanHistory(newest, hygieneOf(flags, seasonStepsOf(newest, flags.seasonality)));
  const options: FitOptions = {
    horizonSteps: horizonSteps({ horizonMs: flags.horizon, stepMs: history.stepMs }),
    levels: DEFAULT_LEVELS,
    seasonSteps: seasonStepsOf(history, flags.seasonality),
    windowSteps: [leadWindowSteps(flags.leadTimeMs, history.stepMs)],
  };
  const forecasters = allForecasters().map((forecaster) => inTimeZone(forecaster, flags.timeZone));
  const trials = tryModels(history, forecasters, options, trialSettings(flags.leadTimeMs));
  const candidates = candidatesFor(AUTO).map(({ name }) => name);
  const { model, selection } = selectModel(
    candidates.map((name) => trials.find((trial) => trial.model === name)!),
    null,
  );
  return {
    leadTimeMs: flags.leadTimeMs,
    quantile: EVIDENCE_QUANTILE,
    chosen: selection && { model, ...selection, margin: marginOf(selection) },
    losses: trials
      .flatMap((trial) => (trial.losses === null ? [] : [{ model: trial.model, ...evidenceOf(trial.losses) }]))
      .map(({ model: name, servedLoss: loss }) => ({ model: name, loss, isCandidate: candidates.includes(name) }))
      .sort((left, right) => left.loss - right.loss),
  };
}

/** The selection as text: the choice with its reason, and a model worth naming that is no candidate. */
export function selectionLines({ chosen, losses, leadTimeMs, quantile }: Selection): string[] {
  if (chosen === null)
    return ['model: auto would use the first model there is enough history for: too little to try any.'];
  const { model, origins, loss, runnerUp, margin } = chosen;
  const best = losses[0]!;
  return [
    `model: auto would use ${model}: serving quantile ${quantile} at a lead time of ${formatDuration(leadTimeMs)} would have ` +
      `lost ${formatNumber(loss)} on average (pinball loss of the peak within the lead time, ${origins} moments of the last ` +
      `history).`,
    runnerUp === null ? 'No other candidate could be tried.' : comparison(runnerUp, margin!),
    ...(best.isCandidate || best.loss >= loss
      ? []
      : [
          `Not a candidate, but better here: ${best.model} would have lost ${formatNumber(best.loss)}. To use it, set model: ${best.model}.`,
        ]),
    `All models, best first: ${losses.map((each) => `${each.model} ${formatNumber(each.loss)}`).join(', ')}.`,
  ];
}

function comparison({ model, loss }: { model: string; loss: number }, margin: number): string {
  const percent = `${formatNumber(Math.abs(100 * margin))} %`;
  return margin >= 0
    ? `Runner-up: ${model} with ${formatNumber(loss)}, ${percent} more.`
    : `Runner-up: ${model} with ${formatNumber(loss)}, ${percent} less, but not by enough, long enough, to take over.`;
}

/** The selection as `--json` prints it. */
export function selectionJson({ chosen, losses, leadTimeMs, quantile }: Selection): object {
  return { leadTimeSeconds: leadTimeMs / 1_000, quantile, chosen, losses };
}
