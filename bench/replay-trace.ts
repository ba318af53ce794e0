/** One trace of the replay benchmark under one start-up time, in a process of its own. */
import { DAY_MS, HOUR_MS } from '../src/core/duration.js';
import { Condition } from '../src/replay/condition.js';
import { alternatives, clairvoyant, HPA, hpa, TIDECAST, tidecast } from '../src/replay/contenders.js';
import type { Contender } from '../src/replay/contender.js';
import { Ledger } from '../src/replay/ledger.js';
import { play } from '../src/replay/play.js';
import { prepareReplay, runUpFromMs, type ReplayCase } from '../src/replay/prepare.js';
import { POLICY_NAMES } from '../src/replay/replay.js';
import { chooseSetting } from '../src/replay/search.js';
import { DEFAULT_REPLAY, type ReplaySettings, type Setting } from '../src/replay/settings.js';
import { walkForecasts, type ForecastWalk } from '../src/replay/walk.js';
import type { Series } from '../src/core/series.js';
import type { Outcome } from '../src/simulate/outcome.js';
import { answerTasks } from './support/children.js';
import { readTrace, type Trace } from './support/traces.js';

/** What is done to every trace. Results under different protocols are not compared. */
export const PROTOCOL = {
  maxStepS: 120,
  leastDays: 10,
  historyDays: 7,
  reportDays: 6,
  startupsS: [30, 120, 300, 600],
  hpaUtilization: 0.7,
  objective: 'short<=0.7*hpa and scale_ups<=0.6*hpa',
} as const;

export interface ReplayTask {
  readonly folder: string;
  readonly trace: Trace;
  readonly startupS: number;
}

/** A policy compared with the HPA of the protocol, by moving its own target utilisation. */
export interface Matched {
  readonly policy: string;
  /** With at most the HPA's pod-hours. */
  readonly minutesShort: number;
  readonly scaleUps: number;
  /** With at most the HPA's minutes short. */
  readonly podHours: number;
}

export interface CaseResult {
  readonly file: string;
  readonly family: string;
  readonly startupS: number;
  readonly minutes: number;
  readonly setting: Setting;
  readonly hpa: Figures;
  /** With the setting as it was chosen on the days before. */
  readonly tidecast: Figures;
  readonly oracle: Figures;
  readonly matched: readonly Matched[];
}

export interface Figures {
  readonly minutesShort: number;
  readonly podHours: number;
  readonly scaleUps: number;
}

/** Corrections of a target until its pod-hours are equal, and what counts as that. */
const CORRECTIONS = 6;
const EQUAL = 0.001;
/** Targets between which minutes short are made equal, and how often that range is halved: to half a per cent. */
const TARGETS: readonly [number, number] = [0.2, 1.2];
const BISECTIONS = 8;

export function replayTrace({ folder, trace, startupS }: ReplayTask): CaseResult {
  const replay = prepareReplay(protocolPart(readTrace(folder, trace)), settingsFor(startupS));
  const walk = walkAll(replay);
  const { report, tuning } = replay;
  const setting = choose(replay, walk);
  const ledger = new Ledger(replay, walk, setting, report);
  const baseline = play(replay, hpa(replay, PROTOCOL.hpaUtilization), report);
  const ours = (targetUtilization: number): Contender => tidecast(replay, ledger, { ...setting, targetUtilization });
  const others = alternatives(replay, walk, report).map(({ name }, i) =>
    match(replay, name, baseline, (target) => alternatives(replay, walk, report, target)[i]!),
  );
  return {
    file: trace.file,
    family: trace.family,
    startupS,
    minutes: baseline.minutes,
    setting,
    hpa: figures(baseline),
    tidecast: figures(play(replay, ours(setting.targetUtilization), report)),
    oracle: figures(play(replay, clairvoyant(replay), report)),
    matched: [match(replay, TIDECAST, baseline, ours), ...others],
  };

  function choose(shared: ReplayCase, forecasts: ForecastWalk): Setting {
    const condition = Condition.parse(PROTOCOL.objective, POLICY_NAMES);
    const reference = new Map([[HPA, play(shared, hpa(shared, PROTOCOL.hpaUtilization), tuning)]]);
    return last(chooseSetting(shared, forecasts, tuning, condition, reference)).setting;
  }
}

/** The last days of a trace. */
function protocolPart(series: Series): Series {
  return series.between(series.endMs - (PROTOCOL.historyDays + PROTOCOL.reportDays) * DAY_MS - HOUR_MS, series.endMs);
}

function settingsFor(startupS: number): ReplaySettings {
  return {
    ...DEFAULT_REPLAY,
    mode: 'active',
    historyMs: PROTOCOL.historyDays * DAY_MS,
    reportMs: PROTOCOL.reportDays * DAY_MS,
    hpaUtilization: PROTOCOL.hpaUtilization,
    startup: { p50S: startupS, p95S: startupS },
  };
}

function walkAll(replay: ReplayCase): ForecastWalk {
  const period = { fromMs: runUpFromMs(replay.tuning), toMs: replay.report.toMs };
  return last(walkForecasts(replay.samples, replay.settings, period));
}

/** @param contender by its target utilisation */
function match(
  replay: ReplayCase,
  policy: string,
  baseline: Outcome,
  contender: (target: number) => Contender,
): Matched {
  const outcomeAt = (target: number): Outcome => play(replay, contender(target), replay.report);
  const { minutesShort, scaleUps } = atEqualCost(outcomeAt, baseline.podHours);
  return { policy, minutesShort, scaleUps, podHours: atEqualShortage(outcomeAt, baseline.minutesShort).podHours };
}

/** Pod-hours are nearly inverse to the target: a few corrections reach any number of them. */
function atEqualCost(outcomeAt: (target: number) => Outcome, podHours: number): Outcome {
  let target: number = PROTOCOL.hpaUtilization;
  let outcome = outcomeAt(target);
  for (let i = 0; i < CORRECTIONS && Math.abs(outcome.podHours / podHours - 1) > EQUAL; i++) {
    target *= outcome.podHours / podHours;
    outcome = outcomeAt(target);
  }
  return outcome;
}

/** The highest target with no more minutes short. */
function atEqualShortage(outcomeAt: (target: number) => Outcome, minutesShort: number): Outcome {
  let [low, high] = TARGETS;
  let best = outcomeAt(low);
  for (let i = 0; i < BISECTIONS; i++) {
    const middle = Math.sqrt(low * high);
    const outcome = outcomeAt(middle);
    if (outcome.minutesShort <= minutesShort) {
      low = middle;
      best = outcome;
    } else high = middle;
  }
  return best;
}

function figures({ minutesShort, podHours, scaleUps }: Outcome): Figures {
  return { minutesShort, podHours, scaleUps };
}

/** Runs a generator to its end. */
export function last<Value>(steps: Generator<unknown, Value, void>): Value {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

if (process.send !== undefined) answerTasks((task) => Promise.resolve(replayTrace(task as ReplayTask)));
