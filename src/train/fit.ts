import { inTimeZone } from '../forecast/local-time.js';
import { forecasterByName } from '../forecast/registry.js';
import { cleaned } from './cleaned.js';
import { fitOn } from './fit-on.js';
import type { FitRequest, OnStage } from './request.js';

/**
 * Fits a model that was chosen before to a history that has changed. Pure.
 *
 * @returns what `FittedForecaster.toJSON` returned
 * @throws {UsageError} a model that is not in the registry
 * @throws {InsufficientHistoryError} the history has become too short for it
 */
export function fit(request: FitRequest, onStage: OnStage): unknown {
  const { model, options, timeZone, previous } = request;
  onStage('fit');
  const { series } = cleaned(request, options.seasonSteps);
  return fitOn(inTimeZone(forecasterByName(model), timeZone), series, options, previous).toJSON();
}
