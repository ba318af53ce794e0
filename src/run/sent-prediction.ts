import type { DecisionInput, DecisionSettings } from '../core/decision.js';
import { formatDuration, SECOND_MS } from '../core/duration.js';
import { DEFAULT_LEVELS, type Forecast } from '../core/forecast.js';
import type { Series } from '../core/series.js';
import { forecasterByName } from '../forecast/registry.js';
import { decide } from '../scaling/decide.js';
import { forecastWindow } from '../scaling/forecast-window.js';
import { DEFAULT_LEAD_TIME_MS } from '../scaling/settings.js';
import type { Learn, Prediction } from '../serve/keda/remembered-predictions.js';
import type { TrainRequest, TrainResult } from '../train/request.js';
import { sentHistory } from './sent-history.js';

/** Nothing of a ScaledObject is sent but its history. */
const NAME = 'predictkube';
/** KEDA's default; an observation may be older than its step by the time of one poll. */
const POLLING_INTERVAL_MS = 30 * SECOND_MS;
/** Steps after which an observation is no longer present, as for any workload. */
const FRESH_STEPS = 3;
const QUANTILE = 0.9;

/** Trains a model, here or in another thread. The request is plain data. */
export type Train = (request: TrainRequest) => Promise<TrainResult>;

/**
 * Learns from observations that came with a request what tidecast would decide for a workload with that history and no
 * settings of its own: the larger of the last observation and the highest 0.9 quantile within a lead time of 5 m, or
 * within the horizon if that is shorter, as long as the evidence on this history says that it helps.
 *
 * @returns gives undefined when nothing is known; a horizon of 0, which KEDA sends for one shorter than a step, means one step
 */
export function learningFromSent(train: Train): Learn {
  return async (observations, horizonSteps) => {
    const history = sentHistory(observations);
    if (history === undefined) return undefined;
    const settings = settingsFor(history.stepMs, horizonSteps);
    return predictionFrom(history, settings, await train(requestFor(history, settings)));
  };
}

function predictionFrom(history: Series, settings: DecisionSettings, trained: TrainResult): Prediction {
  const { stepMs, lastMs } = history;
  const last = { timeMs: lastMs, value: history.at(lastMs) };
  const forecast = forecastOf(trained);
  const learnt: Pick<DecisionInput, 'evidence' | 'history'> = {
    evidence: trained.model?.evidence ?? null,
    history: { knownSamples: trained.knownSamples, neededSamples: trained.nextModelAtSamples, stepMs },
  };

  return (nowMs) => {
    // Sent by a clock that may be ahead of ours.
    const atMs = Math.max(nowMs, lastMs);
    const ageMs = atMs - lastMs;
    const isPresent = ageMs <= settings.freshForMs;
    return decide(NAME, {
      atMs,
      settings,
      observation: isPresent ? last : null,
      sourceProblem: isPresent ? null : `the newest observation sent is ${formatDuration(ageMs)} old`,
      forecast: forecast === null ? null : forecastWindow(forecast, settings, atMs),
      forecastProblem: trained.problem,
      ...learnt,
      heldValue: null,
    });
  };
}

function forecastOf({ model }: TrainResult): Forecast | null {
  return model === null ? null : forecasterByName(model.name).restore(model.state).forecast();
}

function settingsFor(stepMs: number, horizonSteps: number): DecisionSettings {
  return {
    mode: 'auto',
    quantile: QUANTILE,
    leadTimeMs: Math.min(DEFAULT_LEAD_TIME_MS, Math.max(1, horizonSteps) * stepMs),
    activationThreshold: 0,
    targetPerReplica: 1,
    maxReplicaCount: Infinity,
    freshForMs: FRESH_STEPS * stepMs + POLLING_INTERVAL_MS,
  };
}

function requestFor({ startMs, stepMs, values }: Series, settings: DecisionSettings): TrainRequest {
  return {
    // A copy: the request may be handed over to another thread.
    history: { startMs, stepMs, values: Float64Array.from(values) },
    ignoreWindows: [],
    model: 'auto',
    seasonalityMs: 'auto',
    // No further than a decision looks, counted from an origin that may be a step old.
    horizonSteps: Math.ceil(settings.leadTimeMs / stepMs) + 1,
    levels: DEFAULT_LEVELS,
    settings,
  };
}
