import { DAY_MS, MINUTE_MS } from '../src/core/duration.js';
import type { FitOptions, Forecaster } from '../src/core/forecaster.js';
import type { Series } from '../src/core/series.js';
import type { Contestant } from '../src/evaluate/contestant.js';
import { selectModel, tryModels } from '../src/evaluate/selection.js';
import type { Registry } from '../src/forecast/registry.js';
import { possibleModels } from '../src/train/choose-model.js';

/** The service chooses at every full refit; here once a day of the series, with the choice of the day before in use. */
const CHOSEN_EVERY_MS = DAY_MS;
/** Of the default workload. */
const SETTINGS = { quantile: 0.9, leadTimeMs: 5 * MINUTE_MS, targetPerReplica: 1, maxReplicaCount: Infinity };

/**
 * What `model: auto` forecasts, on one series whose origins come in order: the model that the service would choose from the
 * history so far. A fit includes the choice where one is due.
 */
function autoContestant(registry: Registry): Contestant {
  const candidates = registry.candidatesFor('auto');
  let chosen: { readonly model: string; readonly atMs: number } | null = null;
  return {
    name: 'auto',
    minSamples: (options) =>
      Math.min(...possibleModels(candidates, options, Infinity).possible.map((model) => model.minSamples(options))),
    fit(series, options) {
      if (chosen === null || series.lastMs >= chosen.atMs + CHOSEN_EVERY_MS) {
        chosen = { model: choose(candidates, series, options, chosen?.model ?? null), atMs: series.lastMs };
      }
      return registry.byName(chosen.model).fit(series, options);
    },
  };
}

function choose(
  candidates: readonly Forecaster[],
  series: Series,
  options: FitOptions,
  incumbent: string | null,
): string {
  const { possible } = possibleModels(candidates, options, series.countKnown());
  const windowSteps = [Math.max(1, Math.ceil(SETTINGS.leadTimeMs / series.stepMs))];
  return selectModel(tryModels(series, possible, { ...options, windowSteps }, SETTINGS), incumbent).model;
}

/** One of ours as benchmarks call it: `auto`, or a forecaster. A new one for each series. @throws {UsageError} an unknown name */
export function contestantByName(name: string, registry: Registry): Contestant {
  return name === 'auto' ? autoContestant(registry) : registry.byName(name);
}
