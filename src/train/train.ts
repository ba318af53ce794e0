import type { Series } from '../core/series.js';
import { measureEvidence } from '../evaluate/evidence.js';
import { inTimeZone } from '../forecast/local-time.js';
import { findSeasons } from '../series/seasonality.js';
import { chooseModel } from './choose-model.js';
import { cleaned } from './cleaned.js';
import type { OnStage, TrainRequest, TrainResult } from './request.js';
import { seriesOf, usableHistory } from './usable-history.js';

/**
 * From a history to a model that is ready to serve: masks what would teach it something false, finds the seasons, chooses
 * the model, fits it, and measures whether its forecast would have helped. Pure: the same request always gives the same
 * result, in whichever thread.
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
  const options = { horizonSteps, levels, seasonSteps };
  const knownSamples = history.countKnown();
  const { forecaster: chosen, ...outlook } = chooseModel(request.model, options, knownSamples);
  if (chosen === null) return { model: null, knownSamples, masks, ...outlook };
  const forecaster = inTimeZone(chosen, request.timeZone);
  onStage('fit');
  const state = forecaster.fit(history, options).toJSON();
  onStage('evidence');
  const evidence = measureEvidence(history, forecaster, options, settings);
  return { model: { name: forecaster.name, state, seasonSteps, evidence }, knownSamples, masks, ...outlook };
}

function seasonsOf(history: Series, { seasonalityMs }: TrainRequest): readonly number[] {
  if (seasonalityMs === 'auto') return findSeasons(history);
  return seasonalityMs.map((ms) => Math.max(1, Math.round(ms / history.stepMs)));
}
