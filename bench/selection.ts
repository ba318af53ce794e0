/**
 * Whether the choice of the model is worth it: `npx tsx bench/selection.ts [--traces DIR]
 * [--models combination,ridge,last-value] [--beside ridge] [--lead-time 5] [--trainings 14]`.
 *
 * Each series of DIR with a step of at most 10 minutes is trained on its last week, twice a day: the model is chosen as the
 * service chooses it, with the one before in use, and then loses what it loses over the next half day. Prints that
 * relative to always using the model that it is set beside, per series, and the geometric mean over families.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../src/core/duration.js';
import { DEFAULT_LEVELS } from '../src/core/forecast.js';
import type { FitOptions, Forecaster } from '../src/core/forecaster.js';
import { Series } from '../src/core/series.js';
import { selectModel, tryModels } from '../src/evaluate/selection.js';
import type { Registry } from '../src/forecast/registry.js';
import { forecastWindow } from '../src/scaling/forecast-window.js';
import { trimStart } from '../src/series/mask.js';
import { findSeasons } from '../src/series/seasonality.js';
import { byFamily, geometricMean } from './support/means.js';
import { REPOSITORY } from './support/result-file.js';
import { atQueryStep, listTraces, readTrace } from './support/traces.js';
import { unseenRegistry } from './support/unseen.js';

const { values: flags } = parseArgs({
  options: {
    traces: { type: 'string', default: join(REPOSITORY, '../shared/traces') },
    models: { type: 'string', default: 'combination,ridge,last-value' },
    beside: { type: 'string', default: 'ridge' },
    'lead-time': { type: 'string', default: '5' },
    trainings: { type: 'string', default: '14' },
  },
});

const SETTINGS = {
  quantile: 0.9,
  leadTimeMs: Number(flags['lead-time']) * MINUTE_MS,
  targetPerReplica: 1,
  maxReplicaCount: Infinity,
};
const HISTORY_MS = 7 * DAY_MS;
const PERIOD_MS = 12 * HOUR_MS;
const ORIGINS_MS = 15 * MINUTE_MS;

interface Followed {
  readonly file: string;
  readonly family: string;
  /** Loss of the chosen models over that of the one they are set beside. */
  readonly ratio: number;
  readonly changes: number;
}

function follow(file: string, family: string, load: Series, registry: Registry): Followed {
  const models = flags.models.split(',').map((name) => registry.byName(name));
  const beside = registry.byName(flags.beside);
  let incumbent: string | null = null;
  let changes = 0;
  let chosenLoss = 0;
  let besideLoss = 0;
  for (let i = 0; i < Number(flags.trainings); i++) {
    const atMs = load.startMs + HISTORY_MS + i * PERIOD_MS;
    if (atMs + PERIOD_MS + SETTINGS.leadTimeMs > load.lastMs) break;
    const history = trimStart(load.between(atMs - HISTORY_MS, atMs));
    const options: FitOptions = {
      horizonSteps: Math.round((2 * HOUR_MS) / load.stepMs),
      levels: DEFAULT_LEVELS,
      seasonSteps: findSeasons(history),
      windowSteps: [Math.max(1, Math.ceil(SETTINGS.leadTimeMs / load.stepMs))],
    };
    if (history.countKnown() < Math.max(...models.map((model) => model.minSamples(options)))) continue;
    const { model } = selectModel(tryModels(history, models, options, SETTINGS), incumbent);
    if (incumbent !== null && model !== incumbent) changes++;
    incumbent = model;
    const losses = new Map(
      [beside.name, model].map((name) => [name, lossOf(registry.byName(name), history, load, options)] as const),
    );
    besideLoss += losses.get(beside.name)!;
    chosenLoss += losses.get(model)!;
  }
  return { file, family, ratio: chosenLoss / besideLoss, changes };
}

/** What serving a model that was fitted to a history loses over the period after it. */
function lossOf(forecaster: Forecaster, history: Series, load: Series, options: FitOptions): number {
  const model = forecaster.fit(history, options);
  const { stepMs } = load;
  const stride = Math.max(1, Math.round(ORIGINS_MS / stepMs));
  let loss = 0;
  for (let step = 1; step * stepMs <= PERIOD_MS; step++) {
    const originMs = history.lastMs + step * stepMs;
    model.update(load.at(originMs));
    if (step % stride !== 0) continue;
    const now = load.at(originMs);
    const peak = Math.max(...load.between(originMs + 1, originMs + Math.max(SETTINGS.leadTimeMs, stepMs) + 1).values);
    if (Number.isNaN(now) || Number.isNaN(peak) || peak === -Infinity) continue;
    const { points } = forecastWindow(model.forecast(), SETTINGS, originMs);
    const served = Math.max(now, ...points.map(({ value }) => value));
    const { quantile } = SETTINGS;
    loss += peak > served ? quantile * (peak - served) : (1 - quantile) * (served - peak);
  }
  return loss;
}

const followed = listTraces(flags.traces, 10 * MINUTE_MS).map((trace) => {
  const load = atQueryStep(readTrace(flags.traces, trace));
  const result = follow(trace.file, trace.family, load, unseenRegistry(trace));
  process.stdout.write(`${result.file} ${result.ratio.toFixed(3)} with ${result.changes} changes\n`);
  return result;
});
const scored = followed.filter(({ ratio }) => Number.isFinite(ratio) && ratio > 0);
const families = byFamily(scored, ({ ratio }) => ratio, geometricMean);
const worst = scored.reduce((left, right) => (right.ratio > left.ratio ? right : left));
process.stdout.write(
  `\n${scored.length} series: ${geometricMean([...families.values()]).toFixed(4)} of the loss of ${flags.beside} alone; ` +
    `worst ${worst.file} ${worst.ratio.toFixed(3)}\n`,
);
