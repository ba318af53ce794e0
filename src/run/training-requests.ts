import { DEFAULT_LEVELS } from '../core/forecast.js';
import type { Series } from '../core/series.js';
import { horizonSteps, type Workload } from '../core/workload.js';
import { forecasterByName } from '../forecast/registry.js';
import { leadWindowSteps } from '../scaling/forecast-window.js';
import { decisionSettings } from '../scaling/settings.js';
import type { FitRequest, HistoryData, TrainRequest } from '../train/request.js';
import type { LiveModel } from './live-model.js';

/** The model in use. */
export type Incumbent = Pick<LiveModel, 'name' | 'state'>;

/**
 * What to train for a workload with this history.
 *
 * @param incumbent null: there is none
 */
export function trainRequest(workload: Workload, series: Series, incumbent: Incumbent | null): TrainRequest {
  const { model, seasonalityMs } = workload;
  const { quantile, leadTimeMs, targetPerReplica, maxReplicaCount } = decisionSettings(workload);
  return {
    history: copyOf(series),
    ...hygieneOf(workload),
    model,
    ...(incumbent !== null && { incumbent: incumbent.name, ...previousOf(incumbent) }),
    seasonalityMs,
    horizonSteps: horizonSteps(workload),
    levels: DEFAULT_LEVELS,
    settings: { quantile, leadTimeMs, targetPerReplica, maxReplicaCount },
  };
}

/** The model in use once more, for a history whose samples have been corrected. */
export function fitRequest(
  workload: Workload,
  series: Series,
  incumbent: Incumbent,
  seasonSteps: readonly number[],
): FitRequest {
  const windowSteps = [leadWindowSteps(decisionSettings(workload).leadTimeMs, workload.stepMs)];
  const options = { horizonSteps: horizonSteps(workload), levels: DEFAULT_LEVELS, seasonSteps, windowSteps };
  const { name: model } = incumbent;
  return { history: copyOf(series), ...hygieneOf(workload), model, options, ...previousOf(incumbent) };
}

/** A state of some hundred kilobytes is made only for a model whose next training begins from it. */
function previousOf(incumbent: Incumbent): Pick<TrainRequest, 'previous'> {
  return forecasterByName(incumbent.name).refit === undefined ? {} : { previous: incumbent.state };
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
