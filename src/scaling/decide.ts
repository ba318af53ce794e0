import type { Decision, DecisionInput, Evidence, ForecastWindow, Origin, State } from '../core/decision.js';
import { formatDuration } from '../core/duration.js';
import { formatClockTime, formatDayTime, formatNumber } from '../core/format.js';

/** A decision without its words. */
export interface Choice {
  readonly state: State;
  readonly origin: Origin;
  readonly value: number | null;
  /** Says why. */
  readonly reason: () => string;
}

interface Peak {
  readonly timeMs: number;
  readonly value: number;
}

/**
 * Makes the decision of one workload at one moment. Pure: the same input always gives the same decision, which is how
 * the ledger is checked.
 *
 * The served value is the larger of what is observed and of the highest forecast quantile within the lead time. A
 * forecast can therefore only add to what reactive scaling would do. Without an observation the forecast carries on,
 * never below the last value that had one; when nothing is left, the value is null and every protocol says error.
 */
export function decide(workloadId: string, input: DecisionInput): Decision {
  const { state, origin, value, reason } = choose(input);
  const active = isActive(value, input);
  return { workloadId, atMs: input.atMs, state, origin, value, reason: reason(), active, input };
}

/** What is decided, for those who make many decisions and read few: most of the time of one goes into its words. */
export function choose(input: DecisionInput): Choice {
  return input.observation === null ? withoutObservation(input) : withObservation(input, input.observation.value);
}

/** Whether a value is above the activation threshold; null: it is not known. */
export function isActive(value: number | null, { settings }: Pick<DecisionInput, 'settings'>): boolean | null {
  return value === null ? null : value > settings.activationThreshold;
}

/** Whether serving the forecast beat serving the observed value on the workload's own history. */
export function evidenceIsGood(evidence: Evidence): boolean {
  return evidence.servedLoss < evidence.observedLoss;
}

function withObservation(input: DecisionInput, observed: number): Choice {
  const { forecast, settings } = input;
  if (forecast === null) {
    const state = input.forecastProblem === null ? 'cold' : 'degraded';
    return choice(state, 'observed', observed, () => whyNoForecast(input));
  }
  const peak = highest(forecast);
  const ageMs = input.atMs - forecast.originMs;
  const state = ageMs <= settings.freshForMs && peak !== null ? 'fresh' : 'degraded';
  if (settings.mode === 'observe') {
    return choice(state, 'observed', observed, () => {
      const would =
        peak === null ? 'the forecast is used up' : `the forecast would ask for ${formatNumber(peak.value)}`;
      return `Serving the observed value: mode is observe; ${would}${age(ageMs, input)}.`;
    });
  }
  if (peak === null) {
    const why = (): string => `Serving the observed value: the forecast is used up (${problemOf(input)}).`;
    return choice(state, 'observed', observed, why);
  }
  const withheld = whyWithheld(input);
  if (withheld !== null) {
    const why = (): string => `Serving the observed value: ${withheld.reason}${provisional(input)}.`;
    return choice(withheld.state, 'observed', observed, why);
  }
  const [origin, value] =
    peak.value > observed ? (['forecast', peak.value] as const) : (['observed', observed] as const);
  return choice(state, origin, value, () => {
    const compared = compare(observed, peak, input);
    return `${compared}${age(ageMs, input)}${provisional(input)}.${saturation(input)}`;
  });
}

function withoutObservation(input: DecisionInput): Choice {
  const { forecast, heldValue } = input;
  const unknown = `the load is unknown: ${input.sourceProblem ?? 'the source has not answered yet'}`;
  const fail = (why: string): Choice => choice('stale', 'none', null, () => `${capitalise(unknown)}, and ${why}.`);

  if (forecast === null) return fail('there is no forecast');
  const peak = highest(forecast);
  if (peak === null) return fail(`the forecast was used up at ${formatClockTime(forecast.endMs)}`);

  const withheld = input.settings.mode === 'observe' ? 'mode is observe' : (whyWithheld(input)?.reason ?? null);
  const standIn = withheld === null ? peak.value : -Infinity;
  const until = formatClockTime(forecast.endMs);
  if (heldValue !== null && heldValue > standIn) {
    const compared = withheld === null ? `, above the forecast ${formatNumber(peak.value)}` : '';
    const holding = `Holding the last value ${formatNumber(heldValue)}${compared}`;
    return choice('degraded', 'held', heldValue, () => `${holding}: ${unknown}; until ${until} at most.`);
  }
  if (withheld !== null) return fail(`the forecast may not stand in: ${withheld}`);
  return choice('degraded', 'forecast', peak.value, () => {
    const serving = `Serving the forecast ${describePeak(peak, input)}`;
    return `${serving}: ${unknown}; the forecast lasts until ${until}.${saturation(input)}`;
  });
}

function choice(state: State, origin: Origin, value: number | null, reason: () => string): Choice {
  return { state, origin, value, reason };
}

function compare(observed: number, peak: Peak, input: DecisionInput): string {
  return peak.value > observed
    ? `Forecast ${describePeak(peak, input)} is above the observed ${formatNumber(observed)}`
    : `Observed ${formatNumber(observed)} is at or above the forecast ${describePeak(peak, input)}`;
}

/** Why the forecast may not act although there is one; null when it may. */
function whyWithheld({ settings, evidence }: DecisionInput): { state: State; reason: string } | null {
  if (settings.mode !== 'auto') return null;
  if (evidence === null) {
    return { state: 'cold', reason: 'there is not enough history yet to prove that the forecast helps' };
  }
  if (evidenceIsGood(evidence)) return null;
  return {
    state: 'degraded',
    reason:
      `on ${evidence.origins} rolling origins of this workload's own history the forecast did not help ` +
      `(loss ${formatNumber(evidence.servedLoss)} against ${formatNumber(evidence.observedLoss)} without it); ` +
      'set mode: active to serve it all the same',
  };
}

function whyNoForecast({ history, forecastProblem }: DecisionInput): string {
  if (forecastProblem !== null) return `Serving the observed value: no forecast (${forecastProblem}).`;
  const { knownSamples, neededSamples, stepMs } = history;
  const missing = neededSamples - knownSamples;
  if (!Number.isFinite(missing) || missing <= 0) return 'Serving the observed value: the first forecast is being made.';
  return (
    `Serving the observed value: ${knownSamples} of the ${neededSamples} samples that a forecast needs are known; ` +
    `ready in about ${formatDuration(missing * stepMs)} at one sample per ${formatDuration(stepMs)}.`
  );
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function highest(forecast: ForecastWindow): Peak | null {
  let peak: Peak | null = null;
  for (const point of forecast.points) if (peak === null || point.value > peak.value) peak = point;
  return peak;
}

function describePeak(peak: Peak, { settings }: DecisionInput): string {
  return `${formatNumber(peak.value)} at ${formatClockTime(peak.timeMs)} (quantile ${settings.quantile}, lead time ${formatDuration(settings.leadTimeMs)})`;
}

/** How old a forecast is, or why one that is still current may not stay so. */
function age(ageMs: number, input: DecisionInput): string {
  if (ageMs > input.settings.freshForMs) return `; the forecast is ${formatDuration(ageMs)} old (${problemOf(input)})`;
  return input.forecastProblem === null ? '' : `; ${input.forecastProblem}`;
}

function problemOf(input: DecisionInput): string {
  return input.forecastProblem ?? input.sourceProblem ?? 'no new samples have arrived';
}

/** What a forecast made from less than two days lacks, and until when. */
function provisional({ provisionalUntilMs: untilMs = null }: DecisionInput): string {
  return untilMs === null ? '' : `; forecasts are provisional until ${formatDayTime(untilMs)}, without a daily curve`;
}

function saturation({ forecast, settings }: DecisionInput): string {
  if (forecast?.saturatesAtMs == null) return '';
  const when = formatClockTime(forecast.saturatesAtMs);
  return ` At ${when} the forecast needs more than maxReplicaCount ${settings.maxReplicaCount}.`;
}
