import type { Series } from '../core/series.js';
import { selectModel, tryModels } from '../evaluate/selection.js';
import { inTimeZone } from '../forecast/local-time.js';
import { candidatesFor } from '../forecast/registry.js';
import { leadWindowSteps } from '../scaling/forecast-window.js';
import { findSeasons } from '../series/seasonality.js';
import { possibleModels } from './choose-model.js';
import { cleaned } from './cleaned.js';
import { fitOn } from './fit-on.js';
import type { OnStage, TrainRequest, TrainResult } from './request.js';
import { seriesOf, usableHistory } from './usable-history.js';

/**
 * From a history to a model that is ready to serve: masks what would teach it something false, finds the seasons, tries
 * the candidates, which says too whether a forecast would have helped, chooses one and fits it. The trials begin from
 * nothing, whatever the model in use has learnt: it has seen what they are judged by. Pure: the same request always gives
 * the same result, in whichever thread.
 *
 * @throws {UsageError} a model that is not in the registry
 */
export function train(request: TrainRequest, onStage: OnStage): TrainResult {
  const { horizonSteps, levels, settings } = request;
  onStage('seasons');
  const known = usableHistory(seriesOf(request.history), request.ignoreWindows);
  const { series: history, masks } = cleaned(request, seasonsOf(known, request));
  // Once more: what is masked now may have hidden them.
  const seasonSteps = seasonsOf(history, request);
  const windowSteps = [leadWindowSteps(settings.leadTimeMs, history.stepMs)];
  const options = { horizonSteps, levels, seasonSteps, windowSteps };
  const knownSamples = history.countKnown();
  const { possible, ...outlook } = possibleModels(candidatesFor(request.model), options, knownSamples);
  if (possible.length === 0) return { model: null, knownSamples, masks, ...outlook };
  onStage('evidence');
  const candidates = possible.map((candidate) => inTimeZone(candidate, request.timeZone));
  const trials = tryModels(history, candidates, options, settings);
  const { model: name, evidence, selection } = selectModel(trials, request.incumbent ?? null);
  onStage('fit');
  const chosen = candidates.find((candidate) => candidate.name === name)!;
  const previous = name === request.incumbent ? request.previous : undefined;
  const state = fitOn(chosen, history, options, previous).toJSON();
  return { model: { name, state, seasonSteps, evidence, selection }, knownSamples, masks, ...outlook };
}

function seasonsOf(history: Series, { seasonalityMs }: TrainRequest): readonly number[] {
  if (seasonalityMs === 'auto') return findSeasons(history);
  return seasonalityMs.map((ms) => Math.max(1, Math.round(ms / history.stepMs)));
}
