import { formatDuration } from '../core/duration.js';
import { UsageError } from '../core/errors.js';
import type { Series } from '../core/series.js';
import type { Outcome } from '../simulate/outcome.js';
import { PREDICTED_LEVEL } from '../simulate/policies/predictkube.js';
import type { ReplayStep } from '../simulate/simulate.js';
import { candidatesFor } from '../forecast/registry.js';
import type { Outcomes } from './condition.js';
import type { Contender } from './contender.js';
import { alternatives, clairvoyant, hpa, ORACLE, TIDECAST, tidecast } from './contenders.js';
import { Ledger } from './ledger.js';
import { recentLoad } from './load.js';
import { summarise } from './load-summary.js';
import { PARETO_QUANTILES, paretoCurves } from './pareto.js';
import type { Objective } from './objective.js';
import { play } from './play.js';
import { checkLeadTime, prepareReplay, runUpFromMs, type Period, type ReplayCase } from './prepare.js';
import { readQuestions, type QuestionTexts } from './questions.js';
import type { ObjectiveResult, PolicyResult, ReplayResult, Timeline } from './result.js';
import { chooseSetting, gridSize, SETTING_GRID } from './search.js';
import type { ReplaySettings, Setting } from './settings.js';
import { FewestReady, neededReplicas } from './timeline.js';
import { triggerYaml } from './trigger-yaml.js';
import { walkForecasts, type ForecastWalk } from './walk.js';
import { worstHour } from './worst-hour.js';

export interface ReplayOptions extends QuestionTexts {
  readonly settings: ReplaySettings;
  /** Whether to vary quantile and utilisation too. */
  readonly pareto: boolean;
  /** Is told of every sync of every policy in the period that is reported. */
  readonly onSync?: (policy: string, step: ReplayStep) => void;
}

export interface ReplayProgress {
  readonly phase: 'forecasting' | 'choosing' | 'replaying';
  readonly done: number;
  readonly total: number;
}

/**
 * Replays a load through every policy: what reactive scaling does, what tidecast would have done, what others do, and what
 * a clairvoyant with the same start-up time does. Every decision uses only data from before it.
 *
 * A generator, so that the caller decides when to let others run and when to stop; its return value is the result.
 *
 * @throws {UsageError} on the first step: a load that is too short, a setting or a condition that makes no sense
 */
export function* replay(series: Series, options: ReplayOptions): Generator<ReplayProgress, ReplayResult, void> {
  const { objective: chosenBy, assertion } = readQuestions(options, options.settings.latency !== null);
  const load = recentLoad(series, options.settings);
  const shared = prepareReplay(load, options.settings);
  const leadMarginsMs = [
    options.settings.setting.leadMarginMs,
    ...(chosenBy === null ? [] : SETTING_GRID.leadMarginMs),
  ];
  const quantiles = [
    options.settings.setting.quantile,
    PREDICTED_LEVEL,
    ...(chosenBy === null ? [] : SETTING_GRID.quantile),
    ...(options.pareto ? PARETO_QUANTILES : []),
  ];
  checkLeadTime(shared, Math.max(...leadMarginsMs));
  const walk = yield* walkThrough(shared, chosenBy === null ? shared.report : shared.tuning, {
    leadMarginsMs,
    quantiles,
  });
  checkForecasts(shared, walk);
  const choice = chosenBy === null ? null : yield* choose(shared, walk, chosenBy);
  const setting = choice?.setting ?? options.settings.setting;

  const ledger = new Ledger(shared, walk, setting, shared.report);
  const contenders = [
    tidecast(shared, ledger, setting),
    hpa(shared, options.settings.hpaUtilization),
    ...alternatives(shared, walk, shared.report),
    clairvoyant(shared),
  ];
  const timeline = neededReplicas(shared);
  const runs: Run[] = [];
  const ourSteps: ReplayStep[] = [];
  for (const contender of contenders) {
    const own = contender.name === TIDECAST;
    runs.push(
      run(shared, contender, timeline, (step) => {
        if (own) ourSteps.push(step);
        options.onSync?.(contender.name, step);
      }),
    );
    yield { phase: 'replaying', done: runs.length, total: contenders.length };
  }
  const outcomes = new Map(runs.map(({ contender, outcome }) => [contender.name, outcome]));
  const ours = outcomes.get(TIDECAST)!;
  return {
    load: summarise(load),
    settings: { ...options.settings, setting },
    capacityPerReplica: shared.capacityPerReplica,
    leadTimeMs: shared.leadTimeMs,
    model: walk.forecastAt(shared.report.toMs - 1)?.model ?? null,
    report: shared.report,
    timeline,
    policies: runs.map((each) => policyResult(each, outcomes)),
    pareto: options.pareto ? paretoCurves(shared, walk, setting) : [],
    worstHour: worstHour(shared, ledger, ours, ourSteps),
    objective: choice === null ? null : { ...choice.result, reported: chosenBy!.condition.check(ours, outcomes) },
    assertion: assertion?.check(ours, outcomes) ?? null,
  };
}

/** @throws {UsageError} nothing was ever forecast: what is replayed would be called tidecast and be none */
function checkForecasts({ samples, settings, report }: ReplayCase, walk: ForecastWalk): void {
  if (walk.fitAt(report.toMs) !== null) return;
  const known = samples.between(report.fromMs - settings.historyMs, report.toMs).countKnown();
  throw new UsageError(
    `${known} samples are known, one every ${formatDuration(samples.stepMs)}: too few for a forecast by ${settings.model}; ` +
      'expected more load, a finer step, or another model, such as auto',
  );
}

/** Forecasts from the run-up of the first period to the end. */
function* walkThrough(
  shared: ReplayCase,
  first: Period,
  { leadMarginsMs, quantiles }: { readonly leadMarginsMs: readonly number[]; readonly quantiles: readonly number[] },
): Generator<ReplayProgress, ForecastWalk, void> {
  const { samples, settings, report, leadTimeMs } = shared;
  const period = { fromMs: runUpFromMs(first), toMs: report.toMs };
  const total = Math.ceil((period.toMs - period.fromMs) / samples.stepMs);
  const leadTimesMs = leadMarginsMs.map((marginMs) => leadTimeMs + marginMs);
  const steps = walkForecasts(
    samples,
    { ...settings, candidates: candidatesFor(settings.model), leadTimesMs, quantiles },
    period,
  );
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    yield { phase: 'forecasting', done: step.value, total };
  }
}

function* choose(
  shared: ReplayCase,
  walk: ForecastWalk,
  objective: Objective,
): Generator<ReplayProgress, { setting: Setting; result: Omit<ObjectiveResult, 'reported'> }, void> {
  const { tuning } = shared;
  const others = outcomesOf(shared, walk, tuning, objective.condition.policies);
  const search = chooseSetting(shared, walk, tuning, objective, others);
  const total = gridSize(objective);
  for (;;) {
    const step = search.next();
    if (step.done === true) {
      const { setting, check, settingsTried } = step.value;
      const yaml = triggerYaml(shared, setting);
      const result = { text: objective.text, chosen: setting, period: tuning, settingsTried, chosenOn: check, yaml };
      return { setting, result };
    }
    yield { phase: 'choosing', done: step.value, total };
  }
}

/** The policies that a condition refers to, where a setting is chosen. */
function outcomesOf(shared: ReplayCase, walk: ForecastWalk, period: Period, names: readonly string[]): Outcomes {
  const all = [
    hpa(shared, shared.settings.hpaUtilization),
    ...alternatives(shared, walk, period),
    clairvoyant(shared),
  ].filter(({ name }) => names.includes(name));
  return new Map(all.map((contender) => [contender.name, play(shared, contender, period)]));
}

interface Run {
  readonly contender: Contender;
  readonly outcome: Outcome;
  readonly ready: readonly number[];
}

/** @param onSync is told of the syncs within the period that is reported */
function run(shared: ReplayCase, contender: Contender, timeline: Timeline, onSync: (step: ReplayStep) => void): Run {
  const ready = new FewestReady(timeline);
  const outcome = play(shared, contender, shared.report, (step) => {
    if (step.timeMs < shared.report.fromMs) return;
    ready.add(step);
    onSync(step);
  });
  return { contender, outcome, ready: ready.values };
}

function policyResult({ contender, outcome, ready }: Run, outcomes: Outcomes): PolicyResult {
  return {
    name: contender.name,
    description: contender.description,
    outcome,
    short: outcome.minutes === 0 ? NaN : outcome.minutesShort / outcome.minutes,
    podHoursVsOracle: outcome.podHours / outcomes.get(ORACLE)!.podHours,
    ready,
  };
}
