import type { Outcome } from '../simulate/outcome.js';
import { HPA, hpa, TIDECAST, tidecast } from './contenders.js';
import { Ledger } from './ledger.js';
import { play } from './play.js';
import type { ReplayCase } from './prepare.js';
import type { ParetoCurve, ParetoPoint } from './result.js';
import type { Setting } from './settings.js';
import type { ForecastWalk } from './walk.js';

/** What the curves are drawn through. */
const TARGETS = [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95];
export const PARETO_QUANTILES = [0.5, 0.75, 0.9, 0.95];

/**
 * What each minute short less costs in pod-hours, over the period that is reported: for the HPA by its utilisation, for
 * tidecast by the same and by the quantile, each with the rest of its setting unchanged.
 */
export function paretoCurves(replay: ReplayCase, walk: ForecastWalk, setting: Setting): ParetoCurve[] {
  const { report } = replay;
  const ledger = new Ledger(replay, walk, setting, report);
  const ours = (tried: Setting, decisions: Ledger): ParetoPoint =>
    point(tried.targetUtilization, tried.quantile, play(replay, tidecast(replay, decisions, tried), report));
  return [
    curve(
      HPA,
      'target utilisation',
      TARGETS.map((target) => point(target, null, play(replay, hpa(replay, target), report))),
    ),
    curve(
      TIDECAST,
      'target utilisation',
      TARGETS.map((targetUtilization) => ours({ ...setting, targetUtilization }, ledger)),
    ),
    curve(
      TIDECAST,
      'quantile',
      PARETO_QUANTILES.map((quantile) => {
        const tried = { ...setting, quantile };
        return ours(tried, new Ledger(replay, walk, tried, report));
      }),
    ),
  ];
}

function curve(policy: string, varied: string, points: readonly ParetoPoint[]): ParetoCurve {
  return { policy, varied, points: points.toSorted((a, b) => a.podHours - b.podHours) };
}

function point(targetUtilization: number, quantile: number | null, outcome: Outcome): ParetoPoint {
  const { minutes, minutesShort, podHours, scaleUps } = outcome;
  return {
    targetUtilization,
    quantile,
    short: minutes === 0 ? 0 : minutesShort / minutes,
    minutesShort,
    podHours,
    scaleUps,
  };
}
