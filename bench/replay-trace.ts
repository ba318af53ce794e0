/** One trace of the replay benchmark under all start-up times, in a process of its own. */
import { DAY_MS, HOUR_MS, SECOND_MS } from '../src/core/duration.js';
import { alternatives, clairvoyant, HPA, hpa, TIDECAST, tidecast } from '../src/replay/contenders.js';
import type { Contender } from '../src/replay/contender.js';
import { Ledger } from '../src/replay/ledger.js';
import { parseObjective } from '../src/replay/objective.js';
import { play } from '../src/replay/play.js';
import { prepareReplay, runUpFromMs, type ReplayCase } from '../src/replay/prepare.js';
import { POLICY_NAMES } from '../src/replay/policy-names.js';
import { chooseSetting, SETTING_GRID } from '../src/replay/search.js';
import { DEFAULT_REPLAY, type ReplaySettings, type Setting } from '../src/replay/settings.js';
import { walkForecasts, type ForecastWalk } from '../src/replay/walk.js';
import type { Registry } from '../src/forecast/registry.js';
import type { Series } from '../src/core/series.js';
import type { Outcome } from '../src/simulate/outcome.js';
import { PREDICTED_LEVEL } from '../src/simulate/policies/predictkube.js';
import { answerTasks } from './support/children.js';
import { last } from './support/last.js';
import { readTrace, type Trace } from './support/traces.js';
import { unseenRegistry } from './support/unseen.js';

/** What is done to every trace. Results under different protocols are not compared. */
export const PROTOCOL = {
  maxStepS: 120,
  leastDays: 10,
  historyDays: 7,
  /** Before the report at most: what a setting is chosen on, and the history before it. */
  beforeDays: 14,
  reportDays: 6,
  startupsS: [30, 120, 300, 600],
  hpaUtilization: 0.7,
  queryStepS: 60,
  /** Whoever wants fewer minutes short asks for another setting than who wants fewer pod-hours. */
  objectives: { short: 'short where pod_hours<=hpa', podHours: 'pod_hours where short<=hpa' },
} as const;

export interface ReplayTask {
  readonly folder: string;
  readonly trace: Trace;
  readonly startupsS: readonly number[];
  /** How often models are fitted anew; undefined: as a replay does. */
  readonly refitHours: number | undefined;
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
  /** By objective, as chosen on the days before. */
  readonly settings: Settings;
  readonly hpa: Figures;
  /** With the setting for the fewest minutes short, its target utilisation included. */
  readonly tidecast: Figures;
  readonly oracle: Figures;
  readonly matched: readonly Matched[];
}

export interface Settings {
  readonly short: Setting;
  readonly podHours: Setting;
}

export interface Figures {
  readonly minutesShort: number;
  readonly podHours: number;
  readonly scaleUps: number;
}

/**
 * Targets between which a policy is moved, and how often that range is halved: to less than half a per cent. Where an HPA is
 * often short, a policy that is as often short needs a target far above 1.
 */
const TARGETS: readonly [number, number] = [0.2, 10];
const BISECTIONS = 10;

/** One result per start-up time. The forecasts do not depend on it: they are made once. */
export function replayTrace({ folder, trace, startupsS, refitHours }: ReplayTask): CaseResult[] {
  const series = protocolPart(readTrace(folder, trace));
  const replays = startupsS.map((startupS) => prepareReplay(series, settingsFor(startupS, refitHours)));
  const walk = walkAll(replays, unseenRegistry(trace));
  return replays.map((replay, i) => ({
    file: trace.file,
    family: trace.family,
    startupS: startupsS[i]!,
    ...compare(replay, walk),
  }));
}

function compare(replay: ReplayCase, walk: ForecastWalk): Omit<CaseResult, 'file' | 'family' | 'startupS'> {
  const { report } = replay;
  const settings = { short: choose('short', replay, walk), podHours: choose('podHours', replay, walk) };
  const baseline = play(replay, hpa(replay, PROTOCOL.hpaUtilization), report);
  const ours = contenderWith(settings.short, replay, walk);
  const others = alternatives(replay, walk, report).map(({ name }, i) =>
    match(replay, name, baseline, (target) => alternatives(replay, walk, report, target)[i]!),
  );
  const { podHours } = match(replay, TIDECAST, baseline, contenderWith(settings.podHours, replay, walk));
  return {
    minutes: baseline.minutes,
    settings,
    hpa: figures(baseline),
    tidecast: figures(play(replay, ours(settings.short.targetUtilization), report)),
    oracle: figures(play(replay, clairvoyant(replay), report)),
    matched: [{ ...match(replay, TIDECAST, baseline, ours), podHours }, ...others],
  };
}

function choose(figure: keyof Settings, replay: ReplayCase, walk: ForecastWalk): Setting {
  const { tuning } = replay;
  const objective = parseObjective(PROTOCOL.objectives[figure], POLICY_NAMES);
  const reference = new Map([[HPA, play(replay, hpa(replay, PROTOCOL.hpaUtilization), tuning)]]);
  return last(chooseSetting(replay, walk, tuning, objective, reference)).setting;
}

/** In the period that is reported, by target utilisation. */
function contenderWith(setting: Setting, replay: ReplayCase, walk: ForecastWalk): (target: number) => Contender {
  const ledger = new Ledger(replay, walk, setting, replay.report);
  return (targetUtilization) => tidecast(replay, ledger, { ...setting, targetUtilization });
}

/** The last days of a trace. */
function protocolPart(series: Series): Series {
  return series.between(series.endMs - (PROTOCOL.beforeDays + PROTOCOL.reportDays) * DAY_MS - HOUR_MS, series.endMs);
}

function settingsFor(startupS: number, refitHours: number | undefined): ReplaySettings {
  return {
    ...DEFAULT_REPLAY,
    mode: 'active',
    queryStepMs: PROTOCOL.queryStepS * SECOND_MS,
    historyMs: PROTOCOL.historyDays * DAY_MS,
    reportMs: PROTOCOL.reportDays * DAY_MS,
    hpaUtilization: PROTOCOL.hpaUtilization,
    refitMs: refitHours === undefined ? DEFAULT_REPLAY.refitMs : refitHours * HOUR_MS,
    startup: { p50S: startupS, p95S: startupS },
  };
}

function walkAll(replays: readonly ReplayCase[], registry: Registry): ForecastWalk {
  const { samples, settings, tuning, report } = replays[0]!;
  const period = { fromMs: runUpFromMs(tuning), toMs: report.toMs };
  const leadTimesMs = replays.flatMap(({ leadTimeMs }) =>
    SETTING_GRID.leadMarginMs.map((marginMs) => leadTimeMs + marginMs),
  );
  const candidates = registry.candidatesFor(settings.model);
  const quantiles = [...SETTING_GRID.quantile, PREDICTED_LEVEL];
  return last(walkForecasts(samples, { ...settings, candidates, leadTimesMs, quantiles }, period));
}

/** @param contender by its target utilisation */
function match(
  replay: ReplayCase,
  policy: string,
  baseline: Outcome,
  contender: (target: number) => Contender,
): Matched {
  const tried = new Map<number, Outcome>();
  const outcomeAt = (target: number): Outcome => {
    const outcome = tried.get(target) ?? play(replay, contender(target), replay.report);
    tried.set(target, outcome);
    return outcome;
  };
  const [lowest, highest] = TARGETS;
  const isCheapEnough = ({ podHours }: Outcome): boolean => podHours <= baseline.podHours;
  const isShortEnough = ({ minutesShort }: Outcome): boolean => minutesShort <= baseline.minutesShort;
  // Pod-hours fall and shortage rises along the target.
  const equallyDear = edge(isCheapEnough, highest, lowest, outcomeAt);
  const equallyShort = edge(isShortEnough, lowest, highest, outcomeAt);
  const { minutesShort, scaleUps } = mixed(equallyDear, 'podHours', baseline.podHours);
  const { podHours } = mixed(equallyShort, 'minutesShort', baseline.minutesShort);
  return { policy, minutesShort, scaleUps, podHours };
}

/** Two outcomes with neighbouring targets, of which a condition holds for the first only; the second: null where it always holds. */
type Edge = readonly [inside: Outcome, outside: Outcome | null];

/** How far from `from` towards `to` a condition still holds; where it never does, the first is that of `from` all the same. */
function edge(
  holds: (outcome: Outcome) => boolean,
  from: number,
  to: number,
  outcomeAt: (target: number) => Outcome,
): Edge {
  let [inside, outside] = [from, to];
  let found: Edge = [outcomeAt(from), null];
  for (let i = 0; i < BISECTIONS; i++) {
    // The same middle from either side: what has been tried for one question serves the other.
    const middle = Math.sqrt(Math.min(inside, outside) * Math.max(inside, outside));
    const outcome = outcomeAt(middle);
    if (holds(outcome)) {
      inside = middle;
      found = [outcome, found[1]];
    } else {
      outside = middle;
      found = [found[0], outcome];
    }
  }
  return found;
}

/**
 * Figures of a mixture of two outcomes that has one figure as it is wanted: so many days with the one target, so many with the
 * other. Pods come in whole numbers and an HPA does not follow small changes, so that no target may give the very figure.
 */
function mixed([inside, outside]: Edge, figure: keyof Figures, wanted: number): Figures {
  if (outside === null || !(inside[figure] < wanted)) return figures(inside);
  const share = (wanted - inside[figure]) / (outside[figure] - inside[figure]);
  const at = (name: keyof Figures): number => inside[name] + share * (outside[name] - inside[name]);
  return { minutesShort: at('minutesShort'), podHours: at('podHours'), scaleUps: at('scaleUps') };
}

function figures({ minutesShort, podHours, scaleUps }: Outcome): Figures {
  return { minutesShort, podHours, scaleUps };
}

if (process.send !== undefined) answerTasks((task) => Promise.resolve(replayTrace(task as ReplayTask)));
