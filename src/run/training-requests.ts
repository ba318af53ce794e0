import { DEFAULT_LEVELS } from '../core/forecast.js';
import type { Series } from '../core/series.js';
import { horizonSteps, type Workload } from '../core/workload.js';
import { leadWindowSteps } from '../scaling/forecast-window.js';
import { decisionSettings } from '../scaling/settings.js';
import type { FitRequest, HistoryData, TrainRequest } from '../train/request.js';

/**
 * What to train for a workload with this history.
 *
 * @param incumbent name of the model in use
 */
export function trainRequest(workload: Workload, series: Series, incumbent?: string): TrainRequest {
  const { model, seasonalityMs } = workload;
  const { quantile, leadTimeMs, targetPerReplica, maxReplicaCount } = decisionSettings(workload);
  return {
    history: copyOf(series),
    ...hygieneOf(workload),
    model,
    ...(incumbent !== undefined && { incumbent }),
    seasonalityMs,
    horizonSteps: horizonSteps(workload),
    levels: DEFAULT_LEVELS,
    settings: { quantile, leadTimeMs, targetPerReplica, maxReplicaCount },
  };
}

/** The same model once more, for a history whose samples have been corrected. */
export function fitRequest(
  workload: Workload,
  series: Series,
  model: string,
  seasonSteps: readonly number[],
): FitRequest {
  const windowSteps = [leadWindowSteps(decisionSettings(workload).leadTimeMs, workload.stepMs)];
  const options = { horizonSteps: horizonSteps(workload), levels: DEFAULT_LEVELS, seasonSteps, windowSteps };
  return { history: copyOf(series), ...hygieneOf(workload), model, options };
}

function hygieneOf({ ignoreWindows, saturation, timeZone }: Workload): Pick<TrainRequest, HygieneKey> {
  return {
    ignoreWindows,
    ...(saturation !== undefined && { saturation }),
    ...(timeZone !== undefined && { timeZone }),
  };
}

type HygieneKey = 'ignoreWindows' | 'saturation' | 'timeZone';

/** What a training depends on, beside the samples: a stored model that was made under other settings is of no use. */
export function settingsOf(workload: Workload): string {
  const { model, horizonMs, seasonalityMs, quantile, leadTimeMs } = workload;
  return JSON.stringify({ model, horizonMs, seasonalityMs, ...hygieneOf(workload), quantile, leadTimeMs });
}

/** A request is handed over with its samples; those of the series stay. */
function copyOf({ startMs, stepMs, values }: Series): HistoryData {
  return { startMs, stepMs, values: Float64Array.from(values) };
}
