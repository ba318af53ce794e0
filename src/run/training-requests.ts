import { DEFAULT_LEVELS } from '../core/forecast.js';
import type { Series } from '../core/series.js';
import { horizonSteps, type Workload } from '../core/workload.js';
import { decisionSettings } from '../scaling/settings.js';
import type { FitRequest, HistoryData, TrainRequest } from '../train/request.js';

/** What to train for a workload with this history. */
export function trainRequest(workload: Workload, series: Series): TrainRequest {
  const { model, seasonalityMs } = workload;
  const { quantile, leadTimeMs, targetPerReplica, maxReplicaCount } = decisionSettings(workload);
  return {
    history: copyOf(series),
    ...hygieneOf(workload),
    model,
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
  const options = { horizonSteps: horizonSteps(workload), levels: DEFAULT_LEVELS, seasonSteps };
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
