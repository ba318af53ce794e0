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

/**
 * Asks the workload's own history whether serving the forecast would have helped.
 *
 * The model is fitted to the first part of the history and then walked through the rest, sample by sample, as in
 * production. At each origin, what would have been served, max(observed, highest quantile within the lead time), and
 * what reactive scaling serves, the observed value, are compared with the highest load that then came within the lead
 * time. The loss is the pinball loss at the served level: a unit short costs `level`, a unit too much `1 - level`.
 *
 * @returns null when the history is too short to tell
 */
export function measureEvidence(
  series: Series,
  forecaster: Forecaster,
  options: FitOptions,
  settings: Pick<DecisionSettings, 'quantile' | 'leadTimeMs' | 'targetPerReplica' | 'maxReplicaCount'>,
): Evidence | null {
  const { values, stepMs } = series;
  const trained = Math.floor(values.length * TRAINING_SHARE);
  const training = new Series(series.startMs, stepMs, values.slice(0, trained));
  if (training.countKnown() < forecaster.minSamples(options)) return null;

  const leadSteps = Math.max(1, Math.ceil(settings.leadTimeMs / stepMs));
  const stride = Math.max(leadSteps, Math.round(CLOSEST_ORIGINS_MS / stepMs));
  const model = forecaster.fit(training, options);
  let origins = 0;
  let served = 0;
  let observed = 0;
  for (let origin = trained; origin + leadSteps < values.length; origin++) {
    model.update(values[origin]!);
    if ((origin - trained) % stride !== 0) continue;
    const now = values[origin]!;
    const peak = highestKnown(values, origin + 1, origin + leadSteps);
    if (Number.isNaN(now) || Number.isNaN(peak)) continue;
    const { points } = forecastWindow(model.forecast(), settings, series.timeAt(origin));
    const forecast = Math.max(...points.map((point) => point.value));
    served += loss(peak, Math.max(now, forecast), settings.quantile);
    observed += loss(peak, now, settings.quantile);
    origins++;
  }
  return origins < FEWEST_ORIGINS ? null : { origins, servedLoss: served / origins, observedLoss: observed / origins };
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
