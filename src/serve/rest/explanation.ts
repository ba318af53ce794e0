import type { Static } from 'typebox';
import type { Decision, DecisionInput, ForecastWindow } from '../../core/decision.js';
import { formatDuration } from '../../core/duration.js';
import { formatNumber } from '../../core/format.js';
import type { WorkloadStatus } from '../view.js';
import { decisionInputJson, type ExplanationSchema } from './decision-json.js';
import { explainModel } from './model-explanation.js';
import { isoTime } from './schema.js';

/**
 * A decision with its whole input and the way from one to the other, as REST and the command line show it.
 *
 * @param present what is known of the model that made it, which is not recorded; null: of an earlier decision
 */
export function explanationJson(
  decision: Decision,
  present: Pick<WorkloadStatus, 'model' | 'coverage'> | null,
): Static<typeof ExplanationSchema> {
  const { workloadId, atMs, state, origin, value, active, reason, input } = decision;
  return {
    workloadId,
    at: isoTime(atMs),
    state,
    origin,
    value,
    active,
    reason,
    explanation: [...explain(decision), ...(present === null ? [] : explainModel(present))],
    input: decisionInputJson(input),
  };
}

/**
 * Tells a decision step by step, with its numbers: what was observed, what is forecast within the lead time, what the
 * history says about trusting it, and what is served in the end. One sentence or two per step.
 */
export function explain(decision: Decision): string[] {
  const { input } = decision;
  return [
    observationStep(input),
    ...forecastSteps(input),
    evidenceStep(input),
    ...(decision.origin === 'held' || input.observation === null ? [heldStep(input)] : []),
    ...resultSteps(decision),
  ];
}

function observationStep({ atMs, observation, sourceProblem }: DecisionInput): string {
  if (observation === null) {
    return `At ${isoTime(atMs)} the load was not known: ${clause(sourceProblem ?? 'the source has no value')}.`;
  }
  const ageMs = atMs - observation.timeMs;
  const age = ageMs > 0 ? `, measured ${formatDuration(ageMs)} earlier` : '';
  return `At ${isoTime(atMs)} the observed load was ${formatNumber(observation.value)}${age}.`;
}

function forecastSteps(input: DecisionInput): string[] {
  const { forecast, forecastProblem, history } = input;
  if (forecast === null) {
    const { knownSamples, neededSamples, stepMs } = history;
    const missing = neededSamples - knownSamples;
    const wait = missing > 0 ? `, which takes about ${formatDuration(missing * stepMs)} more` : '';
    return [
      `There was no forecast: ${clause(forecastProblem ?? 'none has been made yet')}. ` +
        `${knownSamples} samples were known of the ${neededSamples} needed${wait}.`,
    ];
  }
  return [
    forecastStep(input, forecast),
    ...(forecastProblem === null ? [] : [`The forecast was not renewed: ${clause(forecastProblem)}.`]),
    ...(forecast.saturatesAtMs === null ? [] : [saturationStep(input, forecast.saturatesAtMs)]),
  ];
}

function forecastStep({ atMs, settings }: DecisionInput, forecast: ForecastWindow): string {
  const leadTime = formatDuration(settings.leadTimeMs);
  const ageMs = atMs - forecast.originMs;
  const age = `from data ${formatDuration(ageMs)} old`;
  const old =
    ageMs > settings.freshForMs ? `, more than the ${formatDuration(settings.freshForMs)} it is current for` : '';
  const peak = peakOf(forecast);
  if (peak === undefined) {
    return `The forecast of ${forecast.model} (${age}${old}) ended at ${isoTime(forecast.endMs)} and says nothing about the lead time of ${leadTime}.`;
  }
  return (
    `The forecast of ${forecast.model} (${age}${old}) peaks within the lead time of ${leadTime} at ` +
    `${formatNumber(peak.value)}, at ${isoTime(peak.timeMs)}, on its quantile level ${forecast.level}.`
  );
}

function saturationStep({ settings }: DecisionInput, saturatesAtMs: number): string {
  const { maxReplicaCount, targetPerReplica } = settings;
  const most = formatNumber(maxReplicaCount * targetPerReplica);
  return `From ${isoTime(saturatesAtMs)} on, the forecast exceeds the ${most} that the maximum of ${maxReplicaCount} replicas can carry.`;
}

function evidenceStep({ evidence, settings }: DecisionInput): string {
  const mode = `Mode is ${settings.mode}`;
  if (evidence === null) return `${mode}; the workload's history has not yet been tried for evidence.`;
  const { origins, servedLoss, observedLoss } = evidence;
  const verdict = servedLoss < observedLoss ? 'so the forecast helps' : 'so the forecast does not help';
  return (
    `${mode}; over ${origins} moments of the workload's history, serving max(observed, forecast) lost ` +
    `${formatNumber(servedLoss)} on average and the observed value alone ${formatNumber(observedLoss)}, ${verdict}.`
  );
}

function heldStep({ heldValue }: DecisionInput): string {
  return heldValue === null
    ? 'No earlier decision on an observation is there to be held.'
    : `The last value decided on an observation was ${formatNumber(heldValue)}.`;
}

function resultSteps({ state, origin, value, active, reason, input }: Decision): string[] {
  const { activationThreshold } = input.settings;
  const threshold = `the activation threshold is ${formatNumber(activationThreshold)}`;
  const activity =
    active === null
      ? 'Whether the workload should run is not known.'
      : `The workload is ${active ? 'active' : 'not active'}: ${threshold}, and active is what is strictly above.`;
  if (value === null) {
    return [
      `No value is served (${state}): every protocol answers with an error, which arms fallbacks.`,
      activity,
      reason,
    ];
  }
  return [`Served is ${formatNumber(value)} (${state}, ${origin}); ${replicas(value, input)}.`, activity, reason];
}

function replicas(value: number, { settings: { targetPerReplica, maxReplicaCount } }: DecisionInput): string {
  const wanted = Math.max(0, Math.ceil(value / targetPerReplica));
  const bound = wanted > maxReplicaCount ? `, of which at most ${maxReplicaCount} may run` : '';
  return `at ${formatNumber(targetPerReplica)} per replica that is ${wanted} replica${wanted === 1 ? '' : 's'}${bound}`;
}

function peakOf(forecast: ForecastWindow): ForecastWindow['points'][number] | undefined {
  return forecast.points.reduce<ForecastWindow['points'][number] | undefined>(
    (peak, point) => (peak === undefined || point.value > peak.value ? point : peak),
    undefined,
  );
}

/** A sentence as part of another one. */
function clause(sentence: string): string {
  return sentence.replace(/\.$/, '');
}
