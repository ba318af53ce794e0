import type { Decision, DecisionInput, DecisionSettings, Evidence } from '../core/decision.js';
import { measureEvidence } from '../evaluate/evidence.js';
import { choose, decide, isActive } from '../scaling/decide.js';
import { forecastWindow } from '../scaling/forecast-window.js';
import { decisionSettings } from '../scaling/settings.js';
import { runUpFromMs, type Period, type ReplayCase } from './prepare.js';
import type { Setting } from './settings.js';
import type { Fit, ForecastWalk } from './walk.js';

/** Under which name the decisions of a replay stand. */
const WORKLOAD = 'replay';

/**
 * The decisions of tidecast over a period, made by the code that serves, one per polling interval. They depend on the
 * load alone, not on replicas: one ledger serves every target utilisation and every hold.
 */
export class Ledger {
  readonly #replay: ReplayCase;
  readonly #walk: ForecastWalk;
  readonly #settings: DecisionSettings;
  readonly #startMs: number;
  readonly #evidence = new Map<Fit, Evidence | null>();
  /** One per polling interval; NaN: an error. */
  readonly #values: Float64Array;
  readonly #active: Uint8Array;

  /** Makes all decisions. */
  constructor(replay: ReplayCase, walk: ForecastWalk, setting: Setting, period: Period) {
    this.#replay = replay;
    this.#walk = walk;
    this.#settings = settingsOf(replay, setting);
    this.#startMs = runUpFromMs(period);
    const length = Math.ceil((period.toMs - this.#startMs) / replay.settings.pollingIntervalMs);
    this.#values = new Float64Array(length);
    this.#active = new Uint8Array(length);
    let held: number | null = null;
    for (let i = 0; i < length; i++) {
      const input = this.#inputOf(i, held);
      const { value } = choose(input);
      this.#values[i] = value ?? NaN;
      this.#active[i] = isActive(value, input) === true ? 1 : 0;
      if (input.observation !== null) held = value;
    }
  }

  /** What an endpoint answers at a moment of the period: the latest decision. */
  servedAt(nowMs: number): { readonly value: number; readonly active: boolean } | null {
    const index = this.#indexOf(nowMs);
    const value = this.#values[index] ?? NaN;
    return Number.isNaN(value) ? null : { value, active: this.#active[index] === 1 };
  }

  /** The latest decision at a moment of the period, with all it was made from: made again, as it is not kept. */
  decisionAt(nowMs: number): Decision {
    const index = this.#indexOf(nowMs);
    let last = index - 1;
    while (last >= 0 && Number.isNaN(this.#observed(last))) last--;
    return decide(WORKLOAD, this.#inputOf(index, last < 0 ? null : this.#values[last]!));
  }

  #inputOf(index: number, heldValue: number | null): DecisionInput {
    const atMs = this.#timeOf(index);
    const settings = this.#settings;
    const forecast = this.#walk.forecastAt(atMs);
    const value = this.#observed(index);
    const isKnown = !Number.isNaN(value);
    return {
      atMs,
      settings,
      observation: isKnown ? { timeMs: atMs, value } : null,
      sourceProblem: isKnown ? null : 'the record has a gap',
      forecast: forecast === null ? null : forecastWindow(forecast, settings, atMs),
      forecastProblem: null,
      history: { knownSamples: 0, neededSamples: 0, stepMs: this.#replay.samples.stepMs },
      evidence: settings.mode === 'auto' ? this.#evidenceOf(this.#walk.fitAt(atMs)) : null,
      heldValue,
    };
  }

  #evidenceOf(fit: Fit | null): Evidence | null {
    if (fit === null) return null;
    const known = this.#evidence.get(fit);
    if (known !== undefined) return known;
    const evidence = measureEvidence(fit.history, fit.forecaster, fit.options, this.#settings);
    this.#evidence.set(fit, evidence);
    return evidence;
  }

  #observed(index: number): number {
    return this.#replay.pipeline.valueAt(this.#timeOf(index));
  }

  #timeOf(index: number): number {
    return this.#startMs + index * this.#replay.settings.pollingIntervalMs;
  }

  #indexOf(nowMs: number): number {
    return Math.floor((nowMs - this.#startMs) / this.#replay.settings.pollingIntervalMs);
  }
}

function settingsOf(replay: ReplayCase, { quantile, targetUtilization, leadMarginMs }: Setting): DecisionSettings {
  const { mode, pollingIntervalMs, bounds, scaledObject } = replay.settings;
  return decisionSettings({
    mode,
    quantile,
    leadTimeMs: replay.leadTimeMs + leadMarginMs,
    activationThreshold: scaledObject.activationThreshold,
    targetPerReplica: targetUtilization * replay.capacityPerReplica,
    bounds: { minReplicaCount: bounds.min, maxReplicaCount: bounds.max },
    stepMs: replay.samples.stepMs,
    pollingIntervalMs,
  });
}
