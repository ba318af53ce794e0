import { MINUTE_MS } from '../core/duration.js';
import type { Outcome } from '../simulate/outcome.js';
import { excess, type Condition, type Outcomes } from './condition.js';
import { tidecast } from './contenders.js';
import { Ledger } from './ledger.js';
import { play } from './play.js';
import type { Period, ReplayCase } from './prepare.js';
import type { ConditionResult } from './result.js';
import type { Setting } from './settings.js';
import type { ForecastWalk } from './walk.js';

/**
 * What an objective chooses from: every combination of these. On the recorded traces a quantile of 0.99
 * looked best on the days it was chosen on, and was among the worst on the days after.
 */
export const SETTING_GRID = Object.freeze({
  quantile: [0.5, 0.75, 0.9, 0.95],
  leadMarginMs: [0, 5 * MINUTE_MS],
  holdS: [300, 900],
  targetUtilization: [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95],
});

export interface Choice {
  readonly setting: Setting;
  readonly outcome: Outcome;
  readonly check: ConditionResult;
  readonly settingsTried: number;
}

/**
 * Finds the setting with the fewest pod-hours that meets a condition in a period; if none does, the one that misses it by
 * least. Decisions are made once per quantile and lead time, and replayed for the rest.
 *
 * Yields after each setting how many have been tried.
 *
 * @param others outcomes of other policies in the same period, for conditions that refer to them
 */
export function* chooseSetting(
  replay: ReplayCase,
  walk: ForecastWalk,
  period: Period,
  condition: Condition,
  others: Outcomes,
): Generator<number, Choice, void> {
  let best: Omit<Choice, 'settingsTried'> | null = null;
  let tried = 0;
  for (const { ledger, settings } of ledgers(replay, walk, period)) {
    for (const setting of settings) {
      const outcome = play(replay, tidecast(replay, ledger, setting), period);
      const candidate = { setting, outcome, check: condition.check(outcome, others) };
      if (best === null || isBetter(candidate, best)) best = candidate;
      yield ++tried;
    }
  }
  return { ...best!, settingsTried: tried };
}

/** How many settings {@link chooseSetting} tries. */
export function gridSize(): number {
  return Object.values(SETTING_GRID).reduce((product, values) => product * values.length, 1);
}

function* ledgers(
  replay: ReplayCase,
  walk: ForecastWalk,
  period: Period,
): Generator<{ ledger: Ledger; settings: readonly Setting[] }, void, void> {
  const { quantile: quantiles, leadMarginMs: margins, holdS: holds, targetUtilization: targets } = SETTING_GRID;
  for (const quantile of quantiles) {
    for (const leadMarginMs of margins) {
      const settings = holds.flatMap((holdS) =>
        targets.map((targetUtilization) => ({ quantile, targetUtilization, leadMarginMs, holdS })),
      );
      yield { ledger: new Ledger(replay, walk, settings[0]!, period), settings };
    }
  }
}

function isBetter(one: Pick<Choice, 'outcome' | 'check'>, other: Pick<Choice, 'outcome' | 'check'>): boolean {
  const difference = excess(one.check) - excess(other.check);
  return difference === 0 || Number.isNaN(difference) ? one.outcome.podHours < other.outcome.podHours : difference < 0;
}
