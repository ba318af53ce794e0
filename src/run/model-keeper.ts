import type { RecentCoverage } from '../core/coverage.js';
import type { Evidence } from '../core/decision.js';
import { DEFAULT_LEVELS, type Forecast } from '../core/forecast.js';
import type { HistoryMask } from '../core/history-mask.js';
import type { Logger } from '../core/logger.js';
import type { ModelSelection } from '../core/model-selection.js';
import { Series } from '../core/series.js';
import type { ModelRecord } from '../core/store.js';
import { horizonSteps, type Workload } from '../core/workload.js';
import { CoverageTracker } from '../forecast/coverage-tracker.js';
import { inTimeZone } from '../forecast/local-time.js';
import { candidatesFor, forecasterByName } from '../forecast/registry.js';
import { decisionSettings } from '../scaling/settings.js';
import type { ModelStatus } from '../serve/view.js';
import { provisionalUntilMs } from '../train/provisional.js';
import { RefitSchedule, type Cause } from '../train/refit-schedule.js';
import type { JobOptions, Trainer } from '../train/trainer.js';
import { usableHistory } from '../train/usable-history.js';
import { LiveModel } from './live-model.js';
import { TrainingFailure } from './training-failure.js';
import { describeChange } from './model-change.js';
import { fitRequest, settingsOf, trainRequest } from './training-requests.js';

export interface ModelKeeperProps {
  readonly workload: Workload;
  /** In [0, 1): spreads the refits of many workloads over time. */
  readonly phase: number;
  readonly trainer: Trainer;
  readonly logger: Logger;
  /** Called with each newly trained model, to be stored. */
  readonly onTrained: (record: ModelRecord) => void;
}

/**
 * Keeps the model of one workload: updates it with each new sample, and has it trained when the schedule says so. While
 * a training is under way the model before it goes on; the new one catches up with what has come meanwhile and takes
 * over. After a training that failed the model before it goes on too, and `problem` says why.
 */
export class ModelKeeper {
  readonly #props: ModelKeeperProps;
  readonly #schedule: RefitSchedule;
  readonly #failure: TrainingFailure;
  readonly #coverage: CoverageTracker;
  #model: LiveModel | null = null;
  #forecast: Forecast | null = null;
  #seasonSteps: readonly number[] = [];
  #evidence: Evidence | null = null;
  #selection: ModelSelection | null = null;
  #masks: readonly HistoryMask[] | null = null;
  #fittedAtMs = NaN;
  /** The whole window as it was read last, and when. */
  #series: Series;
  #nowMs = NaN;
  /** Samples that the model may have seen are different now. */
  #isCorrected = false;
  #knownSamples = 0;
  #provisionalUntilMs: number | null = null;
  #neededSamples = NaN;
  #training: Promise<void> | null = null;
  #problem: string | null = null;

  /** @throws {UsageError} a workload with an unknown model */
  constructor(props: ModelKeeperProps) {
    const { workload, phase, logger } = props;
    candidatesFor(workload.model);
    this.#props = props;
    this.#schedule = new RefitSchedule(phase);
    this.#failure = new TrainingFailure(workload.id, logger);
    this.#series = new Series(0, workload.stepMs, new Float64Array(0));
    this.#coverage = new CoverageTracker(DEFAULT_LEVELS, leadSteps(workload));
  }

  get evidence(): Evidence | null {
    return this.#evidence;
  }

  /** From the newest sample that the model has seen; null while there is none. */
  get forecast(): Forecast | null {
    return this.#forecast;
  }

  /** Known samples, and how many a first model needs; NaN while that is not known. */
  get samples(): { readonly knownSamples: number; readonly neededSamples: number } {
    return { knownSamples: this.#knownSamples, neededSamples: this.#neededSamples };
  }

  /** Why there is no model, or why it is not renewed; null when all is well or a matter of waiting. */
  get problem(): string | null {
    return this.#failure.problem ?? this.#problem;
  }

  /** The training under way; null when there is none. Never rejects. */
  get training(): Promise<void> | null {
    return this.#training;
  }

  /** What of the history the last training left out; null: no training since the start. */
  get masks(): readonly HistoryMask[] | null {
    return this.#masks;
  }

  /** Of the forecasts since the start, at the end of the lead time; null while none has been judged. */
  get coverage(): RecentCoverage | null {
    return this.#coverage.coverage;
  }

  /** Until when forecasts lack what two days of history teach; null: that is over. */
  get provisionalUntilMs(): number | null {
    return this.#provisionalUntilMs;
  }

  /** The model in use; null while there is none. */
  get status(): ModelStatus | null {
    if (this.#model === null) return null;
    const { stepMs } = this.#props.workload;
    return {
      name: this.#model.name,
      seasonsMs: this.#seasonSteps.map((season) => season * stepMs),
      fittedAtMs: this.#fittedAtMs,
      selection: this.#selection,
      provisionalUntilMs: this.#provisionalUntilMs,
    };
  }

  /**
   * Takes up what was stored. A model that cannot be read, or that was made under other settings, is left alone: the next
   * samples lead to a training, and the forecast serves until then.
   */
  restore(record: ModelRecord | null, forecast: Forecast | null): void {
    this.#forecast = forecast;
    if (record === null || record.settings !== settingsOf(this.#props.workload)) return;
    try {
      this.#model = this.#restored(record.model, record.state);
    } catch {
      return;
    }
    this.#seasonSteps = record.seasonSteps;
    this.#evidence = record.evidence;
    this.#selection = record.selection ?? null;
    this.#fittedAtMs = record.fittedAtMs;
    this.#schedule.trained(record.fittedAtMs, { hasEvidence: record.evidence !== null, nextModelAtSamples: Infinity });
  }

  /**
   * Brings the model up to the last known sample of the series and forecasts from there: gaps after it do not renew a
   * forecast, so that one whose source has fallen silent is used up. Begins a training where one is due.
   *
   * @param series the whole history window
   * @param corrected whether samples that the model may have seen are different now
   * @param signal aborting it ends the training
   */
  advance(series: Series, corrected: boolean, nowMs: number, signal: AbortSignal): void {
    this.#series = series;
    this.#nowMs = nowMs;
    this.#isCorrected ||= corrected;
    this.#follow();
    if (this.#training !== null) return;
    const cause = this.#schedule.causeAt(nowMs, {
      hasModel: this.#model !== null,
      knownSamples: this.#knownSamples,
      hasDrifted: this.#model?.hasDrifted ?? false,
      isCorrected: this.#isCorrected,
    });
    if (cause !== null) this.#training = this.#train(cause, signal).finally(() => (this.#training = null));
  }

  /** A new model catches up with the samples that came during its training. One that the history does not continue is given up; its forecast serves until there is another. */
  #follow(): void {
    const history = usableHistory(this.#series, this.#props.workload.ignoreWindows);
    this.#knownSamples = history.countKnown();
    this.#provisionalUntilMs = provisionalUntilMs(history, this.#props.workload.historyWindowMs);
    this.#coverage.judge(history);
    if (this.#model === null) return;
    const forecast = this.#model.follow(history);
    if (forecast !== null) {
      this.#forecast = forecast;
      this.#coverage.expect(forecast);
      return;
    }
    this.#model = null;
    this.#schedule.lost();
  }

  /** Never rejects: what went wrong is a problem that is told, and it is tried again. */
  async #train(cause: Cause, signal: AbortSignal): Promise<void> {
    const { logger, workload } = this.#props;
    const options: JobOptions = {
      priority: cause === 'first' ? 'first' : 'refit',
      signal,
      onStage: (stage) => {
        logger.debug({ workload: workload.id, cause, stage }, 'training');
      },
    };
    try {
      if (cause === 'correction') await this.#fitAgain(this.#model!, options);
      else await this.#trainAnew(options);
      this.#failure.succeeded();
    } catch (error) {
      if (signal.aborted) return;
      this.#isCorrected ||= cause === 'correction';
      this.#failure.failed(error, this.#schedule.failed(this.#nowMs));
    }
  }

  /** Seasons, choice, model and evidence anew. */
  async #trainAnew(options: JobOptions): Promise<void> {
    const { trainer, workload, onTrained } = this.#props;
    let atMs = NaN;
    let knownSamples = 0;
    const request = () => {
      this.#isCorrected = false;
      [atMs, knownSamples] = [this.#nowMs, this.#knownSamples];
      return trainRequest(workload, this.#series, this.#model);
    };
    const { model, ...outlook } = await trainer.run('train', request, options);
    const live = model === null ? null : this.#restored(model.name, model.state);
    // Not all known samples may be usable; what counts is how many more are needed.
    const nextModelAtSamples = knownSamples + outlook.nextModelAtSamples - outlook.knownSamples;
    this.#schedule.trained(atMs, { hasEvidence: (model?.evidence ?? null) !== null, nextModelAtSamples });
    this.#neededSamples = model === null ? nextModelAtSamples : NaN;
    this.#problem = outlook.problem;
    this.#masks = outlook.masks;
    this.#seasonSteps = model?.seasonSteps ?? [];
    this.#evidence = model?.evidence ?? null;
    this.#selection = model?.selection ?? null;
    this.#logChange(live?.name);
    this.#model = live;
    this.#follow();
    if (model === null) {
      this.#forecast = null;
      return;
    }
    const { name, ...trained } = model;
    this.#fittedAtMs = atMs;
    onTrained({ model: name, fittedAtMs: atMs, settings: settingsOf(workload), ...trained });
  }

  #logChange(name: string | undefined): void {
    const before = this.#model?.name;
    if (name === undefined || before === undefined || name === before) return;
    const selection = this.#selection;
    const details = { workload: this.#props.workload.id, before, model: name, selection };
    this.#props.logger.info(details, describeChange(before, name, selection));
  }

  /** The model as it is, for the samples as they are now. */
  async #fitAgain(model: LiveModel, options: JobOptions): Promise<void> {
    const { trainer, workload } = this.#props;
    const request = () => {
      this.#isCorrected = false;
      return fitRequest(workload, this.#series, model, this.#seasonSteps);
    };
    this.#model = this.#restored(model.name, await trainer.run('fit', request, options));
    this.#schedule.succeeded();
    this.#follow();
  }

  /** @throws {RangeError} a state that cannot be read */
  #restored(name: string, state: unknown): LiveModel {
    return new LiveModel(inTimeZone(forecasterByName(name), this.#props.workload.timeZone).restore(state));
  }
}

/** Steps from the newest sample to the end of the lead time, as far as is forecast. */
function leadSteps(workload: Workload): number {
  const { leadTimeMs } = decisionSettings(workload);
  return Math.min(Math.max(1, Math.ceil(leadTimeMs / workload.stepMs)), horizonSteps(workload));
}
