import type { DecisionSettings } from '../core/decision.js';
import { formatDuration, SECOND_MS } from '../core/duration.js';
import { DEFAULT_LEVELS, type Forecast } from '../core/forecast.js';
import type { Series } from '../core/series.js';
import { measureEvidence } from '../evaluate/evidence.js';
import { candidatesFor } from '../forecast/registry.js';
import { decide } from '../scaling/decide.js';
import { forecastWindow } from '../scaling/forecast-window.js';
import { DEFAULT_LEAD_TIME_MS } from '../scaling/settings.js';
import { findSeasons } from '../series/seasonality.js';
import type { Observations } from '../serve/keda/observations.js';
import type { Prediction } from '../serve/keda/predictkube.js';
import { sentHistory } from './sent-history.js';

/** Nothing of a ScaledObject is sent but its history. */
const NAME = 'predictkube';
/** KEDA's default; an observation may be older than its step by the time of one poll. */
const POLLING_INTERVAL_MS = 30 * SECOND_MS;
/** Steps after which an observation is no longer present, as for any workload. */
const FRESH_STEPS = 3;
const QUANTILE = 0.9;

/**
 * Learns from observations that came with a request what tidecast would decide for a workload with that history and no
 * settings of its own: the larger of the last observation and the highest 0.9 quantile within a lead time of 5 m, or
 * within the horizon if that is shorter, as long as the evidence on this history says that it helps.
 *
 * @param horizonSteps 0, which KEDA sends for a horizon shorter than a step, means one step
 * @returns undefined when nothing is known
 */
export function learnFromSent(observations: Observations, horizonSteps: number): Prediction | undefined {
  const history = sentHistory(observations);
  if (history === undefined) return undefined;
  const { stepMs, lastMs } = history;
  const settings = settingsFor(stepMs, horizonSteps);
  const { forecast, ...learnt } = fit(history, settings);
  const last = { timeMs: lastMs, value: history.at(lastMs) };

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
      forecastProblem: null,
      ...learnt,
      heldValue: null,
    });
  };
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

function fit(history: Series, settings: DecisionSettings) {
  // No further than a decision looks, counted from an origin that may be a step old.
  const horizonSteps = Math.ceil(settings.leadTimeMs / history.stepMs) + 1;
  const knownSamples = history.countKnown();
  const seasonSteps = findSeasons(history);
  const options = { horizonSteps, levels: DEFAULT_LEVELS, seasonSteps };
  const candidates = candidatesFor('auto');
  const forecaster = candidates.find((candidate) => candidate.minSamples(options) <= knownSamples);
  const neededSamples = (forecaster ?? candidates.at(-1)!).minSamples(options);
  const forecast: Forecast | null = forecaster?.fit(history, options).forecast() ?? null;
  return {
    forecast,
    evidence: forecaster === undefined ? null : measureEvidence(history, forecaster, options, settings),
    history: { knownSamples, neededSamples, stepMs: history.stepMs },
  };
}
