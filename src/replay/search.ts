import { MINUTE_MS } from '../core/duration.js';
import type { Outcome } from '../simulate/outcome.js';
import { excess, figureOf, type Outcomes } from './condition.js';
import { tidecast } from './contenders.js';
import { Ledger } from './ledger.js';
import { DEFAULT_METRIC, type Objective } from './objective.js';
import { play } from './play.js';
import type { Period, ReplayCase } from './prepare.js';
import type { ConditionResult } from './result.js';
import type { Setting } from './settings.js';
import type { ForecastWalk } from './walk.js';

/**
 * What an objective chooses from: every combination of these, each with the target utilisation that suits it best. Few on
 * purpose: a wider choice looks better on the days it is made on, and is worse on the days after. A margin
 * makes up for a metric that is half a minute old, the step between samples and the tolerance of an HPA.
 */
export const SETTING_GRID = Object.freeze({
  quantile: [0.75, 0.9],
  leadMarginMs: [2 * MINUTE_MS, 5 * MINUTE_MS],
  holdS: [300, 480],
  /** Tried as well where pod-hours are what counts: what is served looks ahead and need not be held, but every move is then made. */
  shortHoldS: [60],
});

/**
 * Target utilisations: from LOWEST up in so many steps, each by the same factor, to 2.5. Far above 1, because the target is
 * for the highest load of the lead time at a high quantile, and who accepts a shortage now and then need not have that ready.
 */
const LOWEST = 0.4;
const FACTOR = 1.02;
const STEPS = 92;
/** Where the search for a target begins (at 0.7), and its first stride. */
const FIRST = 28;
const FIRST_STRIDE = 8;

export interface Choice {
  readonly setting: Setting;
  readonly outcome: Outcome;
  readonly check: ConditionResult;
  readonly settingsTried: number;
}

interface Candidate extends Omit<Choice, 'settingsTried'> {
  /** Of its target utilisation. */
  readonly index: number;
}

/**
 * Finds the setting with the smallest figure that meets a condition in a period; if none does, the one that misses it by
 * least. Decisions are made once per quantile and lead time, and replayed for the rest.
 *
 * Yields after each combination how many have been tried.
 *
 * @param others outcomes of other policies in the same period, for conditions that refer to them
 */
export function* chooseSetting(
  replay: ReplayCase,
  walk: ForecastWalk,
  period: Period,
  objective: Objective,
  others: Outcomes,
): Generator<number, Choice, void> {
  let best: Candidate | null = null;
  let combinations = 0;
  let settingsTried = 0;
  for (const { ledger, settings } of ledgers(replay, walk, period, holdsFor(objective))) {
    for (const setting of settings) {
      const candidate = bestTarget(best?.index ?? FIRST, objective, (index) => {
        const tried = { ...setting, targetUtilization: targetAt(index) };
        const outcome = play(replay, tidecast(replay, ledger, tried), period);
        settingsTried++;
        return { index, setting: tried, outcome, check: objective.condition.check(outcome, others) };
      });
      if (best === null || isBetter(candidate, best, objective)) best = candidate;
      yield ++combinations;
    }
  }
  const { setting, outcome, check } = best!;
  return { setting, outcome, check, settingsTried };
}

/**
 * The target utilisation that suits a combination best: pod-hours fall and shortage rises along it, so that walking
 * towards the better neighbour, with ever shorter strides, ends at the best.
 */
function bestTarget(first: number, objective: Objective, tryAt: (index: number) => Candidate): Candidate {
  const tried = new Map<number, Candidate>();
  const at = (index: number): Candidate => {
    const known = tried.get(index) ?? tryAt(index);
    tried.set(index, known);
    return known;
  };
  let best = at(first);
  for (let stride = FIRST_STRIDE; stride >= 1;) {
    const neighbours = [best.index - stride, best.index + stride].filter((index) => index >= 0 && index <= STEPS);
    const better = neighbours.map(at).find((candidate) => isBetter(candidate, best, objective));
    if (better === undefined) stride /= 2;
    else best = better;
  }
  return best;
}

function targetAt(index: number): number {
  return Number((LOWEST * FACTOR ** index).toFixed(4));
}

/** How many combinations {@link chooseSetting} tries. */
export function gridSize(objective: Objective): number {
  return SETTING_GRID.quantile.length * SETTING_GRID.leadMarginMs.length * holdsFor(objective).length;
}

function holdsFor({ metric }: Objective): readonly number[] {
  return metric === DEFAULT_METRIC ? [...SETTING_GRID.holdS, ...SETTING_GRID.shortHoldS] : SETTING_GRID.holdS;
}

function* ledgers(
  replay: ReplayCase,
  walk: ForecastWalk,
  period: Period,
  holdsS: readonly number[],
): Generator<{ ledger: Ledger; settings: readonly Setting[] }, void, void> {
  const { targetUtilization } = replay.settings.setting;
  for (const quantile of SETTING_GRID.quantile) {
    for (const leadMarginMs of SETTING_GRID.leadMarginMs) {
      const settings = holdsS.map((holdS) => ({ quantile, targetUtilization, leadMarginMs, holdS }));
      yield { ledger: new Ledger(replay, walk, settings[0]!, period), settings };
    }
  }
}

function isBetter(one: Candidate, other: Candidate, { metric }: Objective): boolean {
  const difference = excess(one.check) - excess(other.check);
  if (difference !== 0 && !Number.isNaN(difference)) return difference < 0;
  return figureOf(metric, one.outcome) < figureOf(metric, other.outcome);
}
