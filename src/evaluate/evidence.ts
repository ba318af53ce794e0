import { mean } from 'simple-statistics';
import type { DecisionSettings, Evidence } from '../core/decision.js';
import type { FitOptions, Forecaster } from '../core/forecaster.js';
import { MINUTE_MS } from '../core/duration.js';
import { Series } from '../core/series.js';
import { forecastWindow } from '../scaling/forecast-window.js';

/** Part of the history that is only learnt from; the rest is walked through. */
const TRAINING_SHARE = 0.6;
/** Origins are no closer than this, so that they do not repeat each other. */
const CLOSEST_ORIGINS_MS = 15 * MINUTE_MS;
/** With fewer origins there is no evidence either way. */
const FEWEST_ORIGINS = 12;

/** Settings that a trial depends on. */
export type TrialSettings = Pick<DecisionSettings, 'quantile' | 'leadTimeMs' | 'targetPerReplica' | 'maxReplicaCount'>;

/** What serving would have lost at each origin of a history, in time order. */
export interface OriginLosses {
  /** Of max(observed, forecast), in the unit of the series. */
  readonly served: readonly number[];
  /** Of the observed value alone. */
  readonly observed: readonly number[];
}

/**
 * Tries a model on a history: it is fitted to the first part and then walked through the rest, sample by sample, as in
 * production. At each origin, what would have been served, max(observed, highest quantile within the lead time), and
 * what reactive scaling serves, the observed value, are compared with the highest load that then came within the lead
 * time. The loss is the pinball loss at the served level: a unit short costs `level`, a unit too much `1 - level`.
 *
 * The origins depend on the history and the settings alone: those of two models are the same.
 *
 * @returns null when the history is too short to tell
 */
export function tryModel(
  series: Series,
  forecaster: Forecaster,
  options: FitOptions,
  settings: TrialSettings,
): OriginLosses | null {
  const { values, stepMs } = series;
  const trained = Math.floor(values.length * TRAINING_SHARE);
  const training = new Series(series.startMs, stepMs, values.slice(0, trained));
  if (training.countKnown() < forecaster.minSamples(options)) return null;

  const leadSteps = Math.max(1, Math.ceil(settings.leadTimeMs / stepMs));
  const stride = Math.max(leadSteps, Math.round(CLOSEST_ORIGINS_MS / stepMs));
  // Moments are those of the samples: the window that ends with the lead time, not the one a decision between two has.
  const own = options.windowSteps === undefined ? options : { ...options, windowSteps: [leadSteps] };
  let model = forecaster.fit(training, own);
  const served: number[] = [];
  const observed: number[] = [];
  for (let origin = trained; origin + leadSteps < values.length; origin++) {
    model.update(values[origin]!);
    if (model.isOutdated === true) {
      model = forecaster.fit(new Series(series.startMs, stepMs, values.slice(0, origin + 1)), own);
    }
    if ((origin - trained) % stride !== 0) continue;
    const now = values[origin]!;
    const peak = highestKnown(values, origin + 1, origin + leadSteps);
    if (Number.isNaN(now) || Number.isNaN(peak)) continue;
    const { points } = forecastWindow(model.forecast(), settings, series.timeAt(origin));
    const forecast = Math.max(...points.map((point) => point.value));
    served.push(loss(peak, Math.max(now, forecast), settings.quantile));
    observed.push(loss(peak, now, settings.quantile));
  }
  return served.length < FEWEST_ORIGINS ? null : { served, observed };
}

/** Asks the workload's own history whether serving the forecast would have helped: the means of {@link tryModel}. */
export function measureEvidence(...trial: Parameters<typeof tryModel>): Evidence | null {
  const losses = tryModel(...trial);
  return losses && evidenceOf(losses);
}

export function evidenceOf({ served, observed }: OriginLosses): Evidence {
  return { origins: served.length, servedLoss: mean([...served]), observedLoss: mean([...observed]) };
}

/** Known samples with which a model can be tried that needs `minSamples` of them, if they have no gaps. */
export function samplesToTry(minSamples: number): number {
  return Math.ceil(minSamples / TRAINING_SHARE);
}

function loss(actual: number, served: number, level: number): number {
  return actual > served ? level * (actual - served) : (1 - level) * (served - actual);
}

/** The largest value from index `from` to `to`; NaN unless all of them are known. */
function highestKnown(values: Float64Array, from: number, to: number): number {
  let highest = -Infinity;
  for (let i = from; i <= to; i++) highest = Math.max(highest, values[i]!);
  return highest;
}
