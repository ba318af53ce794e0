import type { Evidence } from '../core/decision.js';
import { HOUR_MS } from '../core/duration.js';
import { InsufficientHistoryError } from '../core/errors.js';
import { DEFAULT_LEVELS, type Forecast } from '../core/forecast.js';
import type { FitOptions, FittedForecaster, Forecaster } from '../core/forecaster.js';
import type { Series } from '../core/series.js';
import type { ModelRecord } from '../core/store.js';
import { horizonSteps, type Workload } from '../core/workload.js';
import { measureEvidence } from '../evaluate/evidence.js';
import { candidatesFor, forecasterByName } from '../forecast/registry.js';
import { decisionSettings } from '../scaling/settings.js';
import { mask, trimEnd, trimStart } from '../series/mask.js';
import { findSeasons } from '../series/seasonality.js';

/** Seasons and evidence change slowly; a refit in between only follows corrected samples. */
const REFIT_MS = 6 * HOUR_MS;
/** While the history is too short for evidence, it is looked for more often. */
const REFIT_WITHOUT_EVIDENCE_MS = HOUR_MS;

export interface ModelKeeperProps {
  readonly workload: Workload;
  /** In [0, 1): spreads the refits of many workloads over time. */
  readonly phase: number;
  /** Called with the duration of each fit in seconds. */
  readonly onFit: (seconds: number) => void;
  /** Monotonic milliseconds, for that duration. */
  readonly timer: () => number;
}

/** What came of looking at new samples. */
export interface Advance {
  /** null while there is too little history. */
  readonly forecast: Forecast | null;
  readonly knownSamples: number;
  readonly neededSamples: number;
  /** Why no amount of history like this one leads to a forecast; null when it is a matter of waiting, or there is one. */
  readonly problem: string | null;
  /** To be stored; present after a scheduled refit. */
  readonly record?: ModelRecord;
}

/**
 * Keeps the model of one workload: fits it, updates it with each new sample, refits it on a schedule, after corrected
 * samples and when a better model becomes possible, and measures whether its forecast helps.
 */
export class ModelKeeper {
  readonly #props: ModelKeeperProps;
  readonly #candidates: readonly Forecaster[];
  #model: FittedForecaster | null = null;
  #seasonSteps: readonly number[] = [];
  #evidence: Evidence | null = null;
  #fittedAtMs = NaN;
  #refitAtMs = -Infinity;

  /** @throws {UsageError} a workload with an unknown model */
  constructor(props: ModelKeeperProps) {
    this.#props = props;
    this.#candidates = candidatesFor(props.workload.model);
  }

  get evidence(): Evidence | null {
    return this.#evidence;
  }

  /** The model in use; null while there is none. */
  get status(): { name: string; seasonsMs: readonly number[]; fittedAtMs: number } | null {
    if (this.#model === null) return null;
    const { stepMs } = this.#props.workload;
    return {
      name: this.#model.name,
      seasonsMs: this.#seasonSteps.map((season) => season * stepMs),
      fittedAtMs: this.#fittedAtMs,
    };
  }

  /**
   * Takes up a stored model. One that cannot be read, or that was made under other settings, is left alone: the next
   * samples lead to a fit.
   */
  restore(record: ModelRecord): void {
    if (record.settings !== settingsOf(this.#props.workload)) return;
    try {
      this.#model = forecasterByName(record.model).restore(record.state);
    } catch {
      return;
    }
    this.#seasonSteps = record.seasonSteps;
    this.#evidence = record.evidence;
    this.#fittedAtMs = record.fittedAtMs;
    this.#schedule(record.fittedAtMs);
  }

  /**
   * Brings the model up to the last known sample of the series and forecasts from there: gaps after it do not renew a
   * forecast, so that one whose source has fallen silent is used up.
   *
   * @param series the whole history window
   * @param corrected whether samples that the model may have seen are different now
   */
  advance(series: Series, corrected: boolean, nowMs: number): Advance {
    const history = mask(trimEnd(trimStart(series)), this.#props.workload.ignoreWindows);
    const knownSamples = history.countKnown();
    const isDue = nowMs >= this.#refitAtMs;
    // Before the choice: there are models that need a season.
    if (isDue || this.#model === null) this.#seasonSteps = this.#seasonsOf(history);
    const forecaster = this.#choose(knownSamples);
    const simplest = forecaster ?? this.#candidates.at(-1)!;
    const neededSamples = simplest.minSamples(this.#options());
    if (forecaster === undefined) {
      this.#model = null;
      const never = new InsufficientHistoryError(knownSamples, neededSamples, simplest.name);
      return {
        forecast: null,
        knownSamples,
        neededSamples,
        problem: Number.isFinite(neededSamples) ? null : never.message,
      };
    }
    const scheduled = isDue || this.#model?.name !== forecaster.name;
    if (scheduled) this.#refit(history, forecaster, nowMs);
    else if (corrected || !this.#follow(history)) this.#fit(history, forecaster);
    return {
      forecast: this.#model!.forecast(),
      knownSamples,
      neededSamples,
      problem: null,
      ...(scheduled && { record: this.#record() }),
    };
  }

  #choose(knownSamples: number): Forecaster | undefined {
    return this.#candidates.find((candidate) => candidate.minSamples(this.#options()) <= knownSamples);
  }

  #options(): FitOptions {
    return {
      horizonSteps: horizonSteps(this.#props.workload),
      levels: DEFAULT_LEVELS,
      seasonSteps: this.#seasonSteps,
    };
  }

  #seasonsOf(history: Series): readonly number[] {
    const { seasonalityMs, stepMs } = this.#props.workload;
    if (seasonalityMs === 'auto') return findSeasons(history);
    return seasonalityMs.map((ms) => Math.max(1, Math.round(ms / stepMs)));
  }

  /** Evidence and model anew. */
  #refit(history: Series, forecaster: Forecaster, nowMs: number): void {
    const settings = decisionSettings(this.#props.workload);
    this.#evidence = measureEvidence(history, forecaster, this.#options(), settings);
    this.#fit(history, forecaster);
    this.#fittedAtMs = nowMs;
    this.#schedule(nowMs);
  }

  #fit(history: Series, forecaster: Forecaster): void {
    const { timer, onFit } = this.#props;
    const startedMs = timer();
    this.#model = forecaster.fit(history, this.#options());
    onFit((timer() - startedMs) / 1_000);
  }

  /** Appends what is new. @returns false when the series does not continue what the model has seen */
  #follow(history: Series): boolean {
    const model = this.#model;
    if (model === null || model.originMs > history.lastMs || model.originMs < history.startMs) return false;
    for (let timeMs = model.originMs + history.stepMs; timeMs <= history.lastMs; timeMs += history.stepMs) {
      model.update(history.at(timeMs));
    }
    return true;
  }

  #schedule(fromMs: number): void {
    const period = this.#evidence === null ? REFIT_WITHOUT_EVIDENCE_MS : REFIT_MS;
    this.#refitAtMs = fromMs + period * (1 - this.#props.phase / 2);
  }

  #record(): ModelRecord {
    return {
      model: this.#model!.name,
      fittedAtMs: this.#fittedAtMs,
      seasonSteps: this.#seasonSteps,
      evidence: this.#evidence,
      settings: settingsOf(this.#props.workload),
      state: this.#model!.toJSON(),
    };
  }
}

/** What a fit and its evidence depend on, beside the samples. */
function settingsOf(workload: Workload): string {
  const { model, horizonMs, seasonalityMs, ignoreWindows, quantile, leadTimeMs } = workload;
  return JSON.stringify({ model, horizonMs, seasonalityMs, ignoreWindows, quantile, leadTimeMs });
}
